package io.ztnio.protocol.store;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/**
 * A store whose writes happen later, on a thread of its own, so that nobody inside a gate waits for a disk. Readers see
 * what was written, on disk or not; of several writes to a key only the last reaches the disk.
 *
 * <p>Thread: thread-safe.
 */
public final class WriteBehindStore implements StateStore, AutoCloseable {
    private final StateStore disk;
    private final BiConsumer<String, IOException> onFailure;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by {@link #lock}. Oldest first. */
    private final Map<String, Write> pending = new LinkedHashMap<>();

    /** Guarded by {@link #lock}. */
    private boolean closed;

    /**
     * Starts the writing thread.
     *
     * @param onFailure told of each write that failed, on the writing thread
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
            Write waiting = pending.get(key);
            if (waiting != null) {
                return waiting.value.map(byte[]::clone);
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
        lock.lock();
        try {
            pending.put(write.key, write);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        TreeSet<String> keys = new TreeSet<>(disk.list(directory));
        lock.lock();
        try {
            pending.forEach((key, write) -> {
                if (key.startsWith(directory + "/") && key.indexOf('/', directory.length() + 1) < 0) {
                    if (write.value.isPresent()) {
                        keys.add(key);
                    } else {
                        keys.remove(key);
                    }
                }
            });
        } finally {
            lock.unlock();
        }
        return List.copyOf(keys);
    }

    private void writeUntilClosed() {
        while (true) {
            Write next = awaitNext();
            if (next == null) {
                return;
            }
            try {
                if (next.value.isPresent()) {
                    disk.put(next.key, next.value.get());
                } else {
                    disk.delete(next.key);
                }
            } catch (IOException e) {
                onFailure.accept(next.key, e);
            }
            forget(next);
        }
    }

    /** The oldest write, which stays visible to readers until {@link #forget}; {@code null} when closed and empty. */
    private Write awaitNext() {
        lock.lock();
        try {
            while (pending.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return pending.isEmpty() ? null : pending.values().iterator().next();
        } finally {
            lock.unlock();
        }
    }

    /** Drops a write that is on disk, unless a newer one has taken its place. */
    private void forget(Write written) {
        lock.lock();
        try {
            if (pending.get(written.key) == written) {
                pending.remove(written.key);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, then ends the thread. */
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
        while (writer.isAlive()) {
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

        Write(String key, Optional<byte[]> value) {
            this.key = key;
            this.value = value;
        }
    }
}
