package io.ztnio.protocol.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One file per key below a root directory. A value is replaced as a whole: written to a temporary file in the same
 * directory, forced to the disk, moved over the old file in one step, and the directory forced too. Files are
 * readable by their owner only (mode 0600, directories 0700) where the file system knows modes.
 *
 * <p>Temporary files that a crash left behind are never read, and are overwritten by the next write of their key.
 *
 * <p>Thread: thread-safe within one process; two processes must not share a root.
 */
public final class FileStateStore implements StateStore {
    /** The largest value that {@link #get} reads, in bytes. */
    public static final int MAX_VALUE_LENGTH = 16 << 20;

    /** A key never starts with a dot, so that no key names a temporary file. */
    private static final String TEMPORARY_PREFIX = ".new-";

    /** Called between the steps of a write; tests make it throw. */
    @FunctionalInterface
    interface StepProbe {
        void after(Step step) throws IOException;
    }

    /** The steps of a write, in order. */
    enum Step {
        CREATED,
        HALF_WRITTEN,
        WRITTEN,
        FORCED,
        MOVED
    }

    private final Path root;
    private final boolean posix;
    private final StepProbe probe;

    /** A store below {@code root}, which is created when the first value is put. */
    public FileStateStore(Path root) {
        this(root, step -> {});
    }

    FileStateStore(Path root, StepProbe probe) {
        this.root = root.toAbsolutePath().normalize();
        this.posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
        this.probe = probe;
    }

    @Override
    public synchronized Optional<byte[]> get(String key) throws IOException {
        Path file = file(key);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > MAX_VALUE_LENGTH) {
                throw new FileSystemException(file.toString(), null, size + " bytes are more than a state file has");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) size);
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer);
            }
            byte[] value = new byte[buffer.position()];
            buffer.flip().get(value);
            return Optional.of(value);
        } catch (NoSuchFileException | FileNotFoundException e) {
            refuseLink(file);
            return Optional.empty();
        }
    }

    @Override
    public synchronized void put(String key, byte[] value) throws IOException {
        Path file = file(key);
        Path directory = file.getParent();
        createDirectories(directory);
        Path temporary = directory.resolve(TEMPORARY_PREFIX + file.getFileName());
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes("rw-------"))) {
            probe.after(Step.CREATED);
            int half = value.length / 2;
            writeFully(channel, ByteBuffer.wrap(value, 0, half));
            probe.after(Step.HALF_WRITTEN);
            writeFully(channel, ByteBuffer.wrap(value, half, value.length - half));
            probe.after(Step.WRITTEN);
            channel.force(true);
        }
        probe.after(Step.FORCED);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        probe.after(Step.MOVED);
        forceDirectory(directory);
    }

    @Override
    public synchronized void delete(String key) throws IOException {
        Path file = file(key);
        if (Files.deleteIfExists(file)) {
            forceDirectory(file.getParent());
        }
    }

    /** Moves the file whatever it is, and however large. */
    @Override
    public synchronized String setAside(String key) throws IOException {
        String aside = key + DAMAGED;
        Path file = file(key);
        Path target = file(aside);
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceDirectory(file.getParent());
        } catch (NoSuchFileException e) {
            return aside;
        }
        return aside;
    }

    @Override
    public synchronized List<String> list(String directory) throws IOException {
        Path folder = file(directory);
        List<String> keys = new ArrayList<>();
        // Not isDirectory and isRegularFile: they are false too for what cannot be looked at.
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                String key = directory + "/" + name;
                // Others put files here too: a backup copy, what a file manager leaves behind.
                if (StateKey.isKey(key) && isValue(file)) {
                    keys.add(key);
                }
            }
        } catch (NoSuchFileException e) {
            refuseLink(folder);
            return List.of();
        } catch (NotDirectoryException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Collections.sort(keys);
        return keys;
    }

    /** Whether it is a file, or cannot be looked at: then whoever reads it is told why. */
    private static boolean isValue(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).isRegularFile();
        } catch (NoSuchFileException e) {
            return Files.isSymbolicLink(file);
        } catch (IOException e) {
            return true;
        }
    }

    /** A link to what is not there, as with a volume that is not mounted, is not nothing: it must not be replaced. */
    private void refuseLink(Path missing) throws FileSystemException {
        for (Path path = missing; path != null && path.startsWith(root); path = path.getParent()) {
            if (Files.isSymbolicLink(path)) {
                throw new FileSystemException(missing.toString(), null, path + " is a link to what is not there");
            }
        }
    }

    private Path file(String key) {
        return root.resolve(
                StateKey.check(key).replace("/", root.getFileSystem().getSeparator()));
    }

    private void createDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes("rwx------"));
        }
        if (posix && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Set<PosixFilePermission> wanted = EnumSet.of(
                    PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);
            if (!Files.getPosixFilePermissions(directory).equals(wanted)) {
                Files.setPosixFilePermissions(directory, wanted);
            }
        }
    }

    private FileAttribute<?>[] attributes(String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Makes a rename durable. Only POSIX systems let a directory be opened; elsewhere the rename is durable itself. */
    private void forceDirectory(Path directory) throws IOException {
        if (!posix) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
