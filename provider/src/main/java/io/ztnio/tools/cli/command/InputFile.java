package io.ztnio.tools.cli.command;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command reads. Stateless. */
public final class InputFile {
    private InputFile() {}

    /**
     * All of a file.
     *
     * @throws IOException naming the file and the reason, if it cannot be read
     */
    public static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // "Is a directory" alone helps nobody.
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }
}
