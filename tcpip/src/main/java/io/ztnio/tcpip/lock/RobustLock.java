package io.ztnio.tcpip.lock;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * A lock that outlives its holder, as a robust mutex of POSIX does: a thread that ended without leaving, stopped by force
 * between two instructions of the lock say, loses it to the next who wants it. For what all sockets of a node share. Unfair,
 * reentrant; waiting is not interruptible.
 *
 * <p>Thread: thread-safe.
 */
public final class RobustLock {
    /** How often somebody who waits looks whether the holder lives. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int LEAVE = 1;
    private static final int ONLY_SIGNAL = 2;

    private final Sync sync = new Sync();

    /** How often the holder has it; the holder's. */
    private int holds;

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

    /** Whether the calling thread has it. */
    public boolean isHeldByCurrentThread() {
        return sync.holder.get() == Thread.currentThread();
    }

    /** Whether somebody waits in {@link #lock}. */
    public boolean hasQueuedThreads() {
        return sync.hasQueuedThreads();
    }

    /** Takes it if nobody else has it. */
    public boolean tryLock() {
        if (isHeldByCurrentThread()) {
            holds++;
            return true;
        }
        if (!sync.tryAcquire(LEAVE)) {
            return false;
        }
        // What one that died inside left counts no more.
        holds = 1;
        return true;
    }

    /** Waits for it; leaves an interrupt's status as it is. */
    public void lock() {
        boolean interrupted = false;
        while (!tryLock()) {
            takeFromTheDead();
            try {
                if (sync.tryAcquireNanos(LEAVE, LOOK_NANOS)) {
                    holds = 1;
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Once for each time that the calling thread, who holds it, took it. */
    public void unlock() {
        holds--;
        if (holds == 0) {
            sync.release(LEAVE);
        }
    }

    private void takeFromTheDead() {
        Thread holder = sync.holder.get();
        if (holder != null && !holder.isAlive() && sync.holder.compareAndSet(holder, null)) {
            sync.release(ONLY_SIGNAL);
        }
    }
}
