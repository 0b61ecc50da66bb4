package io.ztnio.tools.cli.perf;

import java.util.concurrent.locks.LockSupport;

/** Keeps a sender at a rate, from its start on. Thread: one sender's. */
final class Pacing {
    private static final double BITS_TIMES_NANOS = 8e9;

    private final long startNanos;
    private final long bitsPerSecond;

    /**
     * A pace.
     *
     * @param bitsPerSecond 0 for no limit
     */
    Pacing(long startNanos, long bitsPerSecond) {
        this.startNanos = startNanos;
        this.bitsPerSecond = bitsPerSecond;
    }

    /** Waits until {@code sentBytes} are due. */
    void await(long sentBytes) {
        if (bitsPerSecond == 0) {
            return;
        }
        long dueNanos = startNanos + (long) (sentBytes * BITS_TIMES_NANOS / bitsPerSecond);
        for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }
}
