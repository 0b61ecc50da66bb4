package io.ztnio.protocol.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second node off a home directory: two nodes with one identity would take each other's packets.
 *
 * <p>Thread: thread-safe. The lock ends with the process, however it ends.
 */
public final class HomeLock implements AutoCloseable {
    private static final String FILE = "ztnio.lock";

    private final FileChannel file;

    private HomeLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock of a directory, which is made if needed.
     *
     * @throws IOException saying what to do, if another node has it
     */
    public static HomeLock take(Path home) throws IOException {
        Files.createDirectories(home);
        FileChannel file = FileChannel.open(home.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return new HomeLock(file);
            }
        } catch (OverlappingFileLockException e) {
            file.close();
            throw inUse(home);
        }
        file.close();
        throw inUse(home);
    }

    private static IOException inUse(Path home) {
        return new IOException("ztnio.home=" + home + " is in use by another running node;"
                + " give each process a home of its own, such as -Dztnio.home=" + home.resolveSibling("ztnio-2"));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
