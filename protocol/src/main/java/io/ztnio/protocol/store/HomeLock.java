package io.ztnio.protocol.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a second node off a home directory: two nodes with one identity would take each other's packets.
 *
 * <p>Between processes a lock on a file does it. Within one process it cannot: POSIX drops a process's lock when
 * <em>any</em> descriptor of the file is closed, so that a second node that opens the file, finds it locked and closes it
 * again would let other processes in. What this process has locked is therefore written down before the file is touched:
 * in the JDK's security properties, which class loaders share and which, unlike system properties, nobody copies to child
 * processes or puts back after a test.
 *
 * <p>The same happens to the lock of a process that reads all files of its home, as a backup does: it is lost when the lock
 * file is closed. Its owner is therefore written into the file, and whoever gets the lock looks whether that process lives.
 *
 * <p>Thread: thread-safe. The lock ends with the process, however it ends.
 */
public final class HomeLock implements AutoCloseable {
    private static final String FILE = "ztnio.lock";
    private static final String DAEMON = "zerotier-one";
    private static final String DAEMON_PID = "zerotier-one.pid";
    private static final String OF_THIS_PROCESS = " of this process";
    private static final String REGISTRY = "io.ztnio.home.in.use:";

    /** The same object for every class loader: strings are interned by the JVM. */
    private static final Object PROCESS = (HomeLock.class.getName() + " of this process").intern();

    /** Files that must not be closed, because somebody else in this process has locked them. Guarded by PROCESS. */
    private static final List<FileChannel> KEPT_OPEN = new ArrayList<>();

    private final FileChannel file;
    private final List<String> names;

    private HomeLock(FileChannel file, List<String> names) {
        this.file = file;
        this.names = names;
    }

    /**
     * Takes the lock of a directory, which is made if needed.
     *
     * @throws HomeInUseException saying what to do, if another node has it
     * @throws IOException as that, if the directory cannot be used
     */
    public static HomeLock take(Path home) throws IOException {
        try {
            if (!Files.isDirectory(home)) {
                Files.createDirectories(home);
            }
            Path directory = home.toRealPath();
            synchronized (PROCESS) {
                return take(home, directory);
            }
        } catch (FileSystemException e) {
            throw new IOException("ztnio.home=" + home + " cannot be used: " + FileReason.of(e), e);
        }
    }

    private static HomeLock take(Path home, Path directory) throws IOException {
        Path path = directory.resolve(FILE);
        refuseDaemon(home, directory.resolve(DAEMON_PID));
        if (names(directory, path).stream().anyMatch(HomeLock::isRegistered)) {
            throw inUse(home, OF_THIS_PROCESS);
        }
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // The notes are lost, but the JVM knows that it has this lock already.
            KEPT_OPEN.add(file);
            throw inUse(home, OF_THIS_PROCESS);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        if (lock == null) {
            // Nothing of this process can be lost by the close.
            try (file) {
                throw inUse(home, owner(file));
            }
        }
        try {
            Optional<LockOwner> owner = LockOwner.read(file).filter(LockOwner::isAnotherThatLives);
            if (owner.isPresent()) {
                throw inUse(home, text(owner.get()));
            }
            LockOwner.current().write(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        List<String> names = names(directory, path);
        names.forEach(name -> register(name, "1"));
        return new HomeLock(file, names);
    }

    /** Who has the lock, in words. Windows lets nobody else read what is locked. */
    private static String owner(FileChannel file) {
        try {
            return LockOwner.read(file)
                    .filter(LockOwner::isAnotherThatLives)
                    .map(HomeLock::text)
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private static String text(LockOwner owner) {
        return ", process " + owner.pid();
    }

    /** ZeroTier One takes no lock, but writes down which process it is. */
    private static void refuseDaemon(Path home, Path pidFile) throws IOException {
        Optional<ProcessHandle> daemon = Optional.empty();
        try {
            String pid = TextFile.read(pidFile).strip();
            daemon = pid.matches("\\d{1,10}") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
        } catch (IOException e) {
            // None, or not ours to read: the file may have outlived its process in any case.
            return;
        }
        Optional<String> command = daemon.filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().commandLine().or(process.info()::command))
                .filter(text -> text.contains(DAEMON));
        if (command.isPresent()) {
            throw new HomeInUseException("ztnio.home=" + home + " is in use by " + DAEMON + ", process "
                    + daemon.orElseThrow().pid()
                    + "; stop it, or give this process a home of its own (ztnio.home, --home)");
        }
    }

    /** By its path, and by the lock file itself: a directory may be mounted twice. */
    private static List<String> names(Path directory, Path path) throws IOException {
        List<String> names = new ArrayList<>();
        names.add(REGISTRY + directory);
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            if (key != null) {
                names.add(REGISTRY + key);
            }
        } catch (NoSuchFileException e) {
            // Nobody has locked it under another path either.
            return names;
        }
        return names;
    }

    private static boolean isRegistered(String name) {
        String value = Security.getProperty(name);
        return value != null && !value.isEmpty();
    }

    private static void register(String name, String value) {
        Security.setProperty(name, value);
    }

    private static IOException inUse(Path home, String who) {
        return new HomeInUseException("ztnio.home=" + home + " is in use by another running node" + who + ";"
                + " give each process a home of its own (ztnio.home, --home), such as "
                + home.resolveSibling("ztnio-2"));
    }

    @Override
    public void close() throws IOException {
        synchronized (PROCESS) {
            if (file.isOpen()) {
                try (file) {
                    LockOwner.erase(file);
                } finally {
                    names.forEach(name -> register(name, ""));
                }
            }
        }
    }
}
