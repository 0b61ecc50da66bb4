package io.ztnio.provider.async;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A group's own thread, for timeouts and for what must not wait for the pool. It exists while there is something to do and
 * a while longer.
 *
 * <p>Thread: thread-safe.
 */
final class GroupWorker {
    private static final long IDLE_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private volatile ScheduledThreadPoolExecutor executor;
    private boolean shutDown;

    void execute(Runnable task) {
        executor().execute(task);
    }

    Future<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return executor().schedule(task, delay, unit);
    }

    /** What is timed does not happen any more. */
    void shutdown() {
        lock.lock();
        try {
            shutDown = true;
            if (executor != null) {
                executor.shutdown();
            }
        } finally {
            lock.unlock();
        }
    }

    private ScheduledThreadPoolExecutor executor() {
        ScheduledThreadPoolExecutor running = executor;
        if (running != null) {
            return running;
        }
        lock.lock();
        try {
            if (executor == null) {
                executor = open();
                if (shutDown) {
                    executor.shutdown();
                }
            }
            return executor;
        } finally {
            lock.unlock();
        }
    }

    private static ScheduledThreadPoolExecutor open() {
        ScheduledThreadPoolExecutor opened = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "ztnio-async");
            thread.setDaemon(true);
            return thread;
        });
        opened.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        opened.allowCoreThreadTimeOut(true);
        opened.setRemoveOnCancelPolicy(true);
        opened.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return opened;
    }
}
