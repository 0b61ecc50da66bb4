package io.ztnio.protocol.store;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * A store whose writes happen later, on a thread of its own, so that nobody inside a gate waits for a disk. Readers see
 * what was written, on disk or not; of several writes to a key that wait only the last reaches the disk, and a key that is
 * written again and again takes turns with the others. Whatever a write throws costs that write only.
 *
 * <p>Thread: thread-safe.
 */
public final class WriteBehindStore implements StateStore, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio.store");

    private final StateStore disk;
    private final BiConsumer<String, IOException> onFailure;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by {@link #lock}. Oldest first. */
    private final Map<String, Write> pending = new LinkedHashMap<>();

    /** Guarded by {@link #lock}. What is on its way to the disk; {@code null} if nothing is. */
    private Write current;

    /** Guarded by {@link #lock}. The place of the last one in the queue, and of the last that has left it. */
    private long lastPlace;

    private long donePlace;

    /** Guarded by {@link #lock}. */
    private boolean closed;

    /**
     * Starts the writing thread.
     *
     * @param onFailure told of each write that failed: on the writing thread, or on the caller's if the store is closed
     */
    public WriteBehindStore(StateStore disk, BiConsumer<String, IOException> onFailure) {
        this.disk = disk;
        this.onFailure = onFailure;
        this.writer = new Thread(this::writeUntilClosed, "ztnio-store");
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public Optional<byte[]> get(String key) throws IOException {
        lock.lock();
        try {
            Write latest = pending.getOrDefault(key, current);
            if (latest != null && latest.key.equals(key)) {
                return latest.value.map(byte[]::clone);
            }
        } finally {
            lock.unlock();
        }
        return disk.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        enqueue(new Write(key, Optional.of(value.clone())));
    }

    @Override
    public void delete(String key) {
        enqueue(new Write(key, Optional.empty()));
    }

    private void enqueue(Write write) {
        boolean late;
        lock.lock();
        try {
            late = closed;
            if (!late) {
                Write before = pending.put(write.key, write);
                write.place = before == null ? ++lastPlace : before.place;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            report(write.key, new IOException("the store is closed; the value is lost"));
        }
    }

    /** At once, unless the value is not on the disk yet. */
    @Override
    public String setAside(String key) throws IOException {
        boolean onDisk;
        lock.lock();
        try {
            onDisk = !pending.containsKey(key) && (current == null || !current.key.equals(key));
        } finally {
            lock.unlock();
        }
        return onDisk ? disk.setAside(key) : StateStore.super.setAside(key);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<Write> before = waiting();
        TreeSet<String> keys = new TreeSet<>(disk.list(directory));
        // A write may have been done while the disk was looked at, so that it shows neither there nor in what still
        // waits.
        before.forEach(write -> write.applyTo(keys, directory));
        waiting().forEach(write -> write.applyTo(keys, directory));
        return List.copyOf(keys);
    }

    private List<Write> waiting() {
        lock.lock();
        try {
            List<Write> writes = new ArrayList<>(pending.size() + 1);
            if (current != null) {
                writes.add(current);
            }
            writes.addAll(pending.values());
            return writes;
        } finally {
            lock.unlock();
        }
    }

    private void writeUntilClosed() {
        while (true) {
            Write next = awaitNext();
            if (next == null) {
                return;
            }
            try {
                write(next);
            } catch (IOException e) {
                report(next.key, e);
            } catch (RuntimeException | Error e) {
                // Even an error: without this thread nothing is ever written again, and nobody would know.
                report(next.key, new IOException("unexpected: " + e, e));
            } finally {
                forget();
            }
        }
    }

    /** Somebody may interrupt every thread of the process; that is no reason to lose what waits. */
    private void write(Write next) throws IOException {
        Thread.interrupted();
        try {
            next.writeTo(disk);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            next.writeTo(disk);
        }
    }

    private void report(String key, IOException failure) {
        try {
            onFailure.accept(key, failure);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "cannot write " + key + ", nor report it: " + failure.getMessage(), e);
        }
    }

    /** The oldest write, which stays visible to readers until {@link #forget}; {@code null} when closed and empty. */
    private Write awaitNext() {
        lock.lock();
        try {
            while (pending.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            if (!pending.isEmpty()) {
                // A newer one of its key begins at the end.
                current = pending.remove(pending.keySet().iterator().next());
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** Drops the write that is done with. */
    private void forget() {
        lock.lock();
        try {
            donePlace = current.place;
            current = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything that was written before is on the disk, or has been reported as failed.
     *
     * @param nanos at most; 0 only looks
     * @return false if this took longer, or the thread was interrupted, as it then still is
     */
    public boolean awaitWritten(long nanos) {
        lock.lock();
        try {
            long place = lastPlace;
            long left = nanos;
            while (donePlace < place && left > 0) {
                left = changed.awaitNanos(left);
            }
            return donePlace >= place;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, then ends the thread. What is put later is reported, and lost. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (writer.isAlive() && Thread.currentThread() != writer) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One write; an empty value deletes. Compared by identity. */
    private static final class Write {
        private final String key;
        private final Optional<byte[]> value;

        /** Guarded by the store's lock. */
        private long place;

        Write(String key, Optional<byte[]> value) {
            this.key = key;
            this.value = value;
        }

        /** Adds or removes the key, if it is in the directory. */
        void applyTo(Set<String> keys, String directory) {
            if (!key.startsWith(directory + "/") || key.indexOf('/', directory.length() + 1) >= 0) {
                return;
            }
            if (value.isPresent()) {
                keys.add(key);
            } else {
                keys.remove(key);
            }
        }

        void writeTo(StateStore disk) throws IOException {
            if (value.isPresent()) {
                disk.put(key, value.get());
            } else {
                disk.delete(key);
            }
        }
    }
}
