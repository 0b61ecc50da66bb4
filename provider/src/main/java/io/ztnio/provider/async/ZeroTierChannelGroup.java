package io.ztnio.provider.async;

import io.ztnio.provider.os.OsAsynchronousProvider;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.AsynchronousChannel;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A group around one of the JDK's, in which the host stack's halves are; the pool is the JDK's group's. That one is shut
 * down when this is and the last channel of either stack is closed, so that until then there are threads to call handlers.
 *
 * <p>The virtual stack's operations are attempted by the thread that begins them and, when the stack has news, as the JDK
 * does it: on the pool if its size is fixed, else on a thread of the group's own, so that a pool of the application's whose
 * threads all wait for futures gets them.
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTierChannelGroup extends AsynchronousChannelGroup {
    private final AsynchronousChannelGroup host;
    private final boolean isFixed;
    private final GroupWorker worker = new GroupWorker();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Set<AsynchronousChannel> channels = new HashSet<>();
    private volatile boolean shutDown;

    private ZeroTierChannelGroup(AsynchronousChannelProvider provider, AsynchronousChannelGroup host, boolean isFixed) {
        super(provider);
        this.host = host;
        this.isFixed = isFixed;
    }

    /** A group with a pool of {@code threads} threads. */
    public static ZeroTierChannelGroup ofThreads(
            AsynchronousChannelProvider provider, int threads, ThreadFactory factory) throws IOException {
        return new ZeroTierChannelGroup(
                provider, OsAsynchronousProvider.get().openAsynchronousChannelGroup(threads, factory), true);
    }

    /** A group with an application's pool. */
    public static ZeroTierChannelGroup ofExecutor(
            AsynchronousChannelProvider provider, ExecutorService executor, int initialSize) throws IOException {
        return new ZeroTierChannelGroup(
                provider, OsAsynchronousProvider.get().openAsynchronousChannelGroup(executor, initialSize), false);
    }

    /** The JDK's default group, for channels of the host stack alone. */
    public static ZeroTierChannelGroup ofHostAlone(AsynchronousChannelProvider provider) {
        return new ZeroTierChannelGroup(provider, null, false);
    }

    /** The JDK's group, to open channels in; {@code null} for its default. */
    AsynchronousChannelGroup host() {
        return host;
    }

    /** Adds a channel. */
    void add(AsynchronousChannel channel) {
        if (host == null) {
            return;
        }
        lock.lock();
        try {
            if (shutDown) {
                throw new ShutdownChannelGroupException();
            }
            channels.add(channel);
        } finally {
            lock.unlock();
        }
    }

    /** A channel has been closed. */
    void remove(AsynchronousChannel channel) {
        if (host == null) {
            return;
        }
        boolean last;
        lock.lock();
        try {
            last = channels.remove(channel) && shutDown && channels.isEmpty();
        } finally {
            lock.unlock();
        }
        if (last) {
            end();
        }
    }

    /**
     * Has a handler called: by this thread if that may be and is sensible, else by the pool.
     *
     * @throws ShutdownChannelGroupException if the pool takes no task
     */
    void call(Operation<?, ?> operation, boolean mayCallHere) {
        GroupThread ofGroup = GroupThread.current(this);
        if (mayCallHere && ofGroup != null && ofGroup.takeHandler()) {
            operation.callHandler();
            return;
        }
        try {
            pool().execute(operation);
        } catch (RejectedExecutionException e) {
            if (!mayCallHere || ofGroup == null) {
                ShutdownChannelGroupException shut = new ShutdownChannelGroupException();
                shut.initCause(e);
                throw shut;
            }
            operation.callHandler();
        }
    }

    /** Has an attempt made where that may be. Never waits. */
    void perform(Runnable attempt) {
        try {
            if (isFixed) {
                pool().execute(() -> GroupThread.run(this, attempt));
            } else {
                worker.execute(attempt);
            }
        } catch (RejectedExecutionException e) {
            System.getLogger("io.ztnio.provider").log(Level.DEBUG, "the group has ended", e);
        }
    }

    /** Does something later, on a thread that calls no handlers. */
    Future<?> schedule(Runnable task, long timeout, TimeUnit unit) {
        return worker.schedule(task, timeout, unit);
    }

    @Override
    public boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return host.isTerminated();
    }

    @Override
    public void shutdown() {
        boolean empty;
        lock.lock();
        try {
            shutDown = true;
            // Those of the host stack may have closed themselves.
            channels.removeIf(channel -> !channel.isOpen());
            empty = channels.isEmpty();
        } finally {
            lock.unlock();
        }
        if (empty) {
            end();
        }
    }

    @Override
    public void shutdownNow() throws IOException {
        Set<AsynchronousChannel> open;
        lock.lock();
        try {
            shutDown = true;
            open = Set.copyOf(channels);
        } finally {
            lock.unlock();
        }
        IOException failure = null;
        for (AsynchronousChannel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        worker.shutdown();
        host.shutdownNow();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return host.awaitTermination(timeout, unit);
    }

    private void end() {
        worker.shutdown();
        host.shutdown();
    }

    /** What the JDK's groups are besides, on every platform: they run tasks on the threads of their pool. */
    private Executor pool() {
        return (Executor) host;
    }
}
