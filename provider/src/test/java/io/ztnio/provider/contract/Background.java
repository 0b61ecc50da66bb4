package io.ztnio.provider.contract;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A blocking operation on a thread of its own. */
public final class Background<T> {
    /** Native methods of the JDK in which a thread waits. */
    private static final Set<String> WAITING =
            Set.of("poll", "wait", "park", "accept", "read0", "readv0", "write0", "writev0", "receive0");

    private final CountDownLatch started = new CountDownLatch(1);
    private final FutureTask<T> task;
    private final Thread thread;
    private volatile boolean interruptedAfterwards;

    private Background(Callable<T> operation) {
        task = new FutureTask<>(() -> {
            started.countDown();
            try {
                return operation.call();
            } finally {
                interruptedAfterwards = Thread.currentThread().isInterrupted();
            }
        });
        thread = new Thread(task, "background");
        thread.setDaemon(true);
    }

    /** Starts {@code operation}; returns when its thread is about to enter it. */
    public static <T> Background<T> start(Callable<T> operation) throws InterruptedException {
        Background<T> background = new Background<>(operation);
        background.thread.start();
        background.started.await();
        return background;
    }

    public void interrupt() {
        thread.interrupt();
    }

    /** Gives the thread the chance to get into the operation, without which the tests hold as well. */
    public Background<T> settle() {
        for (int i = 0;
                i < 200 && thread.getState() == Thread.State.RUNNABLE && thread.getStackTrace().length < 20;
                i++) {
            Thread.onSpinWait();
        }
        return this;
    }

    /** Waits until the thread is inside the operation and waits there, in the system or parked. */
    public Background<T> awaitBlocked() {
        for (int i = 0; i < 30_000 && !task.isDone(); i++) {
            StackTraceElement[] frames = thread.getStackTrace();
            if (frames.length > 0 && WAITING.contains(frames[0].getMethodName())) {
                return this;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        throw new AssertionError("does not wait");
    }

    public T get() throws Exception {
        return task.get();
    }

    public Throwable failure() throws InterruptedException {
        try {
            T result = task.get();
            throw new AssertionError("succeeded with " + result);
        } catch (java.util.concurrent.ExecutionException e) {
            return e.getCause();
        }
    }

    public boolean wasInterruptedAfterwards() {
        return interruptedAfterwards;
    }
}
