package io.ztnio.provider.names;

import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A hosts file that is read again when it has changed, which is looked at once a second at most, when somebody asks. A file
 * that is gone or cannot be read leaves what was read before.
 *
 * <p>Thread: thread-safe.
 */
final class HostsFile {
    private static final System.Logger LOG = System.getLogger("io.ztnio");
    private static final long LOOK_NANOS = 1_000_000_000;

    private final Path file;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Written by {@link #lock}. */
    private volatile boolean looked;

    /** Guarded by {@link #lock}, as what follows. */
    private Stamp stamp;

    private long nextLookNanos;
    private String problem = "";

    private volatile HostsTable table = HostsTable.EMPTY;

    /** What tells one content from another without reading it. */
    private record Stamp(FileTime modified, long length, Optional<Object> key) {}

    HostsFile(Path file, LongSupplier nanoClock) {
        this.file = file;
        this.nanoClock = nanoClock;
    }

    HostsTable table() {
        if (!isMyTurn()) {
            return table;
        }
        try {
            look();
        } finally {
            lock.unlock();
        }
        return table;
    }

    /** With the lock then. Who comes while another thread looks goes by what was read last, if anything was. */
    private boolean isMyTurn() {
        if (looked) {
            return lock.tryLock();
        }
        lock.lock();
        return true;
    }

    private void look() {
        try {
            long now = nanoClock.getAsLong();
            if (looked && now - nextLookNanos < 0) {
                return;
            }
            nextLookNanos = now + LOOK_NANOS;
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Stamp seen = new Stamp(
                    attributes.lastModifiedTime(), attributes.size(), Optional.ofNullable(attributes.fileKey()));
            if (!seen.equals(stamp)) {
                HostsTable fresh = HostsTable.parse(TextFile.read(file));
                table = fresh;
                stamp = seen;
                complain(
                        fresh.skipped().isEmpty()
                                ? ""
                                : "lines " + fresh.skipped() + " are left out: an address and its names are wanted");
            }
        } catch (IOException e) {
            complain("not readable, so that what was read before counts: " + e);
        }
        looked = true;
    }

    /** Once for each problem. */
    private void complain(String what) {
        if (!what.equals(problem)) {
            problem = what;
            if (!what.isEmpty()) {
                LOG.log(System.Logger.Level.WARNING, "ztnio.hosts=" + file + ": " + what);
            }
        }
    }
}
