package io.ztnio.provider.async;

import java.io.IOException;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The group of channels that name none, once there are networks: as the JDK makes its default one, from the same system
 * properties. The process's is never shut down.
 *
 * <p>Thread: thread-safe.
 */
public final class DefaultGroup {
    private static final String FACTORY = "java.nio.channels.DefaultThreadPool.threadFactory";
    private static final String INITIAL_SIZE = "java.nio.channels.DefaultThreadPool.initialSize";

    private final AsynchronousChannelProvider provider;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile ZeroTierChannelGroup group;

    /** Guarded by the lock. */
    private boolean ended;

    /** Nothing is opened before it is asked for. */
    public DefaultGroup(AsynchronousChannelProvider provider) {
        this.provider = provider;
    }

    /**
     * The group, always the same.
     *
     * @throws ShutdownChannelGroupException after {@link #shutdown}
     * @throws Error as the JDK, if a system property of its default pool is wrong
     */
    public ZeroTierChannelGroup get() throws IOException {
        ZeroTierChannelGroup opened = group;
        if (opened != null) {
            return opened;
        }
        lock.lock();
        try {
            if (ended) {
                throw new ShutdownChannelGroupException();
            }
            if (group == null) {
                // Not recognisable as a cached pool, of which the JDK would choose the initial size itself.
                ExecutorService executor =
                        Executors.unconfigurableExecutorService(Executors.newCachedThreadPool(threadFactory()));
                group = ZeroTierChannelGroup.ofExecutor(provider, executor, initialSize());
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the group with its channels and threads, if it was asked for; there is none any more then. */
    public void shutdown() throws IOException {
        ZeroTierChannelGroup opened;
        lock.lock();
        try {
            ended = true;
            opened = group;
        } finally {
            lock.unlock();
        }
        if (opened != null) {
            opened.shutdownNow();
        }
    }

    private static int initialSize() {
        String size = System.getProperty(INITIAL_SIZE);
        try {
            int threads = size == null ? -1 : Integer.parseInt(size);
            return threads < 0 ? Runtime.getRuntime().availableProcessors() : threads;
        } catch (NumberFormatException e) {
            throw new Error(INITIAL_SIZE + "=" + size + " is not a number", e);
        }
    }

    private static ThreadFactory threadFactory() {
        String name = System.getProperty(FACTORY);
        if (name == null) {
            return new DaemonThreads();
        }
        try {
            return Class.forName(name, true, ClassLoader.getSystemClassLoader())
                    .asSubclass(ThreadFactory.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new Error(FACTORY + "=" + name + " cannot be used", e);
        }
    }

    /** They belong to no application: without its class loader, and without inherited variables. */
    private static final class DaemonThreads implements ThreadFactory {
        private final AtomicInteger number = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(null, task, "ztnio-async-pool-" + number.incrementAndGet(), 0, false);
            thread.setContextClassLoader(null);
            thread.setDaemon(true);
            return thread;
        }
    }
}
