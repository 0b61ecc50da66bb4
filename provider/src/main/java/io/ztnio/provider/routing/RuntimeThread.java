package io.ztnio.provider.routing;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A daemon thread for what must not be done inside a gate or on an application's thread; there only while needed. */
public final class RuntimeThread extends ScheduledThreadPoolExecutor {
    private static final System.Logger LOG = System.getLogger("io.ztnio");
    private static final long IDLE_SECONDS = 5;

    private RuntimeThread(String name) {
        super(
                1,
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                },
                new DiscardPolicy());
    }

    /** Tasks are run one after the other. It need not be {@linkplain #finish finished}. */
    public static RuntimeThread open(String name) {
        RuntimeThread executor = new RuntimeThread(name);
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * Runs what is due, forgets what is scheduled for later, and takes nothing any more: what is given to it from now on is
     * not done. Does not wait.
     */
    public void finish() {
        // Behind what is due now; not an interrupt of anything that runs.
        execute(this::shutdownNow);
    }

    /** Nobody looks at the futures: a failure is said here. */
    @Override
    protected void afterExecute(Runnable task, Throwable failure) {
        super.afterExecute(task, failure);
        if (task instanceof Future<?> future && future.isDone()) {
            try {
                future.get();
            } catch (ExecutionException e) {
                LOG.log(System.Logger.Level.ERROR, "unexpected failure of the runtime", e.getCause());
            } catch (CancellationException e) {
                LOG.log(System.Logger.Level.TRACE, "cancelled", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
