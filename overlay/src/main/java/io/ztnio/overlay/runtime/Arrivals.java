package io.ztnio.overlay.runtime;

import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Lets threads wait until something has changed on a node. Thread-safe. */
final class Arrivals implements OverlayListener {
    /** No monitor, which would pin the carrier of a virtual thread that waits. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    /** Guarded by the lock. */
    private long changes;

    @Override
    public void onEvent(OverlayEvent event) {
        lock.lock();
        try {
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a condition holds, which is looked at again after each event.
     *
     * @return whether it holds; false when the time is over
     */
    boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedIOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            long before = changes();
            // Outside the lock: looking enters the gate, and whoever is inside the gate may be about to tell us.
            if (condition.getAsBoolean()) {
                return true;
            }
            if (!awaitChange(before, deadline)) {
                return condition.getAsBoolean();
            }
        }
    }

    private boolean awaitChange(long before, long deadlineNanos) throws InterruptedIOException {
        lock.lock();
        try {
            while (changes == before) {
                long nanos = deadlineNanos - System.nanoTime();
                if (nanos <= 0) {
                    return false;
                }
                changed.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting was interrupted");
        } finally {
            lock.unlock();
        }
    }
}
