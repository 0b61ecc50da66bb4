package io.ztnio.tools.cli.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that a command makes. A secret or a signature that was replaced cannot be had again, so what is there already stays
 * unless the user insists. A file is written as a whole or not at all, and its folder is made if needed.
 */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Whether writing would replace something. An empty file is nothing, and neither is what is no file, such as a terminal
     * or a pipe.
     */
    public static boolean wouldReplace(Path file) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) > 0;
    }

    /**
     * Refuses to replace what is there.
     *
     * @throws CommandFailure naming the file and the option that replaces it
     */
    public static void keep(Path file) throws IOException {
        if (wouldReplace(file)) {
            throw new CommandFailure(file + " exists already and is kept; --force replaces it");
        }
    }

    /** Writes a file that everybody may read. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, content, new FileAttribute<?>[0]);
    }

    /** Writes a file that its owner only may read, where the file system knows owners. */
    public static void writeSecret(Path file, byte[] content) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        write(file, content, attributes);
    }

    private static void write(Path file, byte[] content, FileAttribute<?>... attributes) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            Files.write(file, content);
            return;
        }
        // A link keeps pointing where it points.
        Path target = Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.exists(file) ? file.toRealPath() : file;
        Path folder = target.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new NotDirectoryException(e.getFile());
        }
        Path next = folder.resolve("." + target.getFileName() + ".new");
        Files.deleteIfExists(next);
        try (SeekableByteChannel channel = Files.newByteChannel(
                next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
