package io.ztnio.provider.contract;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private Background(ThreadKind kind, Callable<T> operation) {
        task = new FutureTask<>(() -> {
            started.countDown();
            try {
                return operation.call();
            } finally {
                interruptedAfterwards = Thread.currentThread().isInterrupted();
            }
        });
        thread = kind.of(task);
    }

    /** Starts {@code operation}; returns when its thread is about to enter it. */
    public static <T> Background<T> start(Callable<T> operation) throws InterruptedException {
        return start(ThreadKind.PLATFORM, operation);
    }

    /** As {@link #start(Callable)}, on a thread of {@code kind}. */
    static <T> Background<T> start(ThreadKind kind, Callable<T> operation) throws InterruptedException {
        Background<T> background = new Background<>(kind, operation);
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

    /** Whether it goes on for so long that it hardly ends by itself. */
    boolean isBlocked() throws InterruptedException {
        try {
            task.get(200, TimeUnit.MILLISECONDS);
            return false;
        } catch (ExecutionException e) {
            return false;
        } catch (TimeoutException e) {
            return true;
        }
    }

    /**
     * Waits until the thread is inside the operation and waits there, in the system or parked: seen several times at the
     * same place, for on its way there it may wait for a moment too, for a class to be loaded say.
     */
    public Background<T> awaitBlocked() {
        StackTraceElement[] last = {};
        int seen = 0;
        for (int i = 0; i < 30_000 && !task.isDone(); i++) {
            StackTraceElement[] frames = thread.getStackTrace();
            boolean waiting = frames.length > 0 && WAITING.contains(frames[0].getMethodName());
            seen = waiting && Arrays.equals(frames, last) ? seen + 1 : 0;
            if (seen == 5) {
                return this;
            }
            last = frames;
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
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    public boolean wasInterruptedAfterwards() {
        return interruptedAfterwards;
    }
}
