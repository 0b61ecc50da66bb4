package io.ztnio.provider.socket;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** When a blocking operation gives up. Thread: one. */
final class Deadline {
    static final Deadline NEVER = new Deadline(0, "");

    private final long start;
    private final long timeoutNanos;
    private final String text;

    /**
     * A deadline.
     *
     * @param timeoutNanos from now; 0 for never
     * @param text what the exception says
     */
    Deadline(long timeoutNanos, String text) {
        this.start = timeoutNanos == 0 ? 0 : System.nanoTime();
        this.timeoutNanos = timeoutNanos;
        this.text = text;
    }

    /**
     * Nanoseconds that are left, at least 1; {@code Long.MAX_VALUE} if that is for ever.
     *
     * @throws SocketTimeoutException if there are none
     */
    long left() throws SocketTimeoutException {
        if (timeoutNanos == 0) {
            return Long.MAX_VALUE;
        }
        long left = timeoutNanos - (System.nanoTime() - start);
        if (left <= 0) {
            throw new SocketTimeoutException(text);
        }
        return left;
    }

    /** What is left for an operation to which 0 is for ever. */
    long leftOrZero() throws SocketTimeoutException {
        return timeoutNanos == 0 ? 0 : left();
    }

    /** Takes a lock in time; no interrupt ends that. */
    void lock(ReentrantLock lock) throws SocketTimeoutException {
        if (timeoutNanos == 0) {
            lock.lock();
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (lock.tryLock(left(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
