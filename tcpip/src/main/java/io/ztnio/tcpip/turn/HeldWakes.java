package io.ztnio.tcpip.turn;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that are to be woken, but not before there is more for them: while data comes in bulk, whoever reads it sleeps until several batches
 * are there, as a network card waits before it interrupts. Each of them is woken once then. Thread: the driver's.
 */
final class HeldWakes {
    /** How long a thread sleeps on at most. What has come is told at once when nothing more is there. */
    private static final long MOST_NANOS = 400_000;

    private static final int MOST_THREADS = 64;

    private final Thread[] threads = new Thread[MOST_THREADS];
    private int count;
    private long sinceNanos;

    /**
     * Keeps a thread to be woken.
     *
     * @return false if there is no room
     */
    boolean hold(Thread thread) {
        for (int i = 0; i < count; i++) {
            if (threads[i] == thread) {
                return true;
            }
        }
        if (count == MOST_THREADS) {
            return false;
        }
        threads[count] = thread;
        count++;
        return true;
    }

    /** A batch has been handled. */
    void handled(long nowNanos) {
        if (count == 0) {
            sinceNanos = nowNanos;
        } else if (nowNanos - sinceNanos >= MOST_NANOS) {
            release();
            sinceNanos = nowNanos;
        }
    }

    /** Wakes all. A thread that is stopped by force in the middle of it has it done again: what is woken twice does not mind. */
    void release() {
        for (int i = 0; i < count; i++) {
            LockSupport.unpark(threads[i]);
        }
        Arrays.fill(threads, 0, count, null);
        count = 0;
    }
}
