package io.ztnio.tcpip.turn;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * A lock that outlives its holder: a thread that ended without leaving, stopped by force between two instructions of the
 * lock say, loses it to the next who wants it. Unfair, not reentrant; waiting is not interruptible.
 *
 * <p>Thread: thread-safe.
 */
final class GateLock {
    /** How often somebody who waits looks whether the holder lives. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int LEAVE = 1;
    private static final int ONLY_SIGNAL = 2;

    private final Sync sync = new Sync();

    private static final class Sync extends AbstractQueuedSynchronizer {
        private static final long serialVersionUID = 1;

        private final transient AtomicReference<Thread> holder = new AtomicReference<>();

        @Override
        protected boolean tryAcquire(int ignored) {
            return holder.get() == null && holder.compareAndSet(null, Thread.currentThread());
        }

        @Override
        protected boolean tryRelease(int how) {
            if (how == LEAVE) {
                holder.set(null);
            }
            return true;
        }
    }

    boolean isHeldByCurrentThread() {
        return sync.holder.get() == Thread.currentThread();
    }

    /** Whether somebody waits in {@link #lock}. */
    boolean hasQueuedThreads() {
        return sync.hasQueuedThreads();
    }

    boolean tryLock() {
        return sync.tryAcquire(LEAVE);
    }

    /** Waits for it; leaves an interrupt's status as it is. */
    void lock() {
        boolean interrupted = false;
        while (!sync.tryAcquire(LEAVE)) {
            try {
                if (sync.tryAcquireNanos(LEAVE, LOOK_NANOS)) {
                    break;
                }
                takeFromTheDead();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** By who holds it. */
    void unlock() {
        sync.release(LEAVE);
    }

    private void takeFromTheDead() {
        Thread holder = sync.holder.get();
        if (holder != null && !holder.isAlive() && sync.holder.compareAndSet(holder, null)) {
            sync.release(ONLY_SIGNAL);
        }
    }
}
