package io.ztnio.provider.exit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees whether one thread joins another. Who joins a thread waits on its monitor, and a notification turns a waiting thread
 * into a blocked one for as long as the notifier keeps the monitor.
 *
 * <p>A thread that waits elsewhere is blocked for a moment too, when it is woken there. So it has to stay blocked while the
 * monitor is held, and that more than once.
 *
 * <p>Thread: thread-safe.
 */
final class JoinProbe {
    private static final int PROOFS = 3;
    private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long a thread may take to wait again after it was woken. */
    private static final long RETURN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private JoinProbe() {}

    /** {@code false} also if the joining thread is too slow to show it: ask again. */
    static boolean isJoining(Thread joining, Thread joined) {
        for (int i = 0; i < PROOFS; i++) {
            if (!becomesWaiting(joining) || !isBlockedByNotification(joining, joined)) {
                return false;
            }
        }
        return true;
    }

    private static boolean becomesWaiting(Thread thread) {
        long begun = System.nanoTime();
        while (thread.getState() != Thread.State.WAITING) {
            if (System.nanoTime() - begun >= RETURN_NANOS) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    private static boolean isBlockedByNotification(Thread thread, Thread monitor) {
        synchronized (monitor) {
            if (thread.getState() != Thread.State.WAITING) {
                return false;
            }
            // Were it on this monitor, it would have to wait for us to leave it now.
            monitor.notifyAll();
            if (thread.getState() != Thread.State.BLOCKED) {
                return false;
            }
            LockSupport.parkNanos(HELD_NANOS);
            return thread.getState() == Thread.State.BLOCKED;
        }
    }
}
