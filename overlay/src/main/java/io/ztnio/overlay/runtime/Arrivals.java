package io.ztnio.overlay.runtime;

import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Lets threads wait until something has changed on a node. Thread-safe. */
final class Arrivals implements OverlayListener {
    private long changes;

    @Override
    public synchronized void onEvent(OverlayEvent event) {
        changes++;
        notifyAll();
    }

    private synchronized long changes() {
        return changes;
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

    private synchronized boolean awaitChange(long before, long deadlineNanos) throws InterruptedIOException {
        while (changes == before) {
            long millis = (deadlineNanos - System.nanoTime() + 999_999) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("waiting was interrupted");
            }
        }
        return true;
    }
}
