package io.ztnio.provider.runtime;

import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.config.ZtnioConfig;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Something that the first caller starts; if it cannot be started, each caller is told why.
 *
 * <p>Thread: thread-safe. The lock is held while it starts, and comes before any gate.
 */
final class LazyStart<T> {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    private final ReentrantLock lock = new ReentrantLock();
    private final ZtnioConfig config;
    private final Starter<T> starter;
    private volatile T started;

    /** Guarded by {@link #lock}. */
    private IOException failure;

    interface Starter<T> {
        T start() throws IOException;
    }

    LazyStart(ZtnioConfig config, Starter<T> starter) {
        this.config = config;
        this.starter = starter;
    }

    T get() throws IOException {
        T running = started;
        if (running != null) {
            return running;
        }
        lock.lock();
        try {
            if (started == null) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                started = start();
            }
            return started;
        } finally {
            lock.unlock();
        }
    }

    private T start() throws IOException {
        try {
            return starter.start();
        } catch (IOException | ConfigException e) {
            failure = new IOException("ztnio cannot start with ztnio.home=" + config.home() + ": " + e.getMessage(), e);
            LOG.log(System.Logger.Level.ERROR, failure.getMessage());
            throw failure;
        }
    }

    /** Empty before it runs. */
    Optional<T> running() {
        return Optional.ofNullable(started);
    }
}
