package io.ztnio.provider.routing;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A daemon thread for what must not be done inside a gate or on an application's thread; there only while needed. */
public final class RuntimeThread {
    private static final long IDLE_SECONDS = 5;

    private RuntimeThread() {}

    /** Tasks are run one after the other. It need not be shut down. */
    public static ScheduledExecutorService open(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
