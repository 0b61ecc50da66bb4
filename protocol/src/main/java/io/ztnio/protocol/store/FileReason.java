package io.ztnio.protocol.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file cannot be used, in a line: many of the JDK's exceptions have nothing but its name for a message. */
public final class FileReason {
    private FileReason() {}

    /** The line, with the file's name where the exception has it. */
    public static String of(IOException failure) {
        if (failure instanceof AccessDeniedException denied) {
            return "no permission to use " + denied.getFile();
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return ((FileSystemException) failure).getFile() + " is not a directory";
        }
        if (failure instanceof NoSuchFileException missing) {
            return "there is no " + missing.getFile();
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + file.getReason();
        }
        return failure.toString();
    }
}
