package io.ztnio.overlay.socket;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ReadinessListener;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Lets threads wait until an endpoint is ready. Thread-safe. */
final class ReadyWait implements ReadinessListener {
    private static final int ALWAYS = Endpoint.FAILED | Endpoint.HUNG_UP;

    private final Endpoint endpoint;
    private final ConcurrentLinkedQueue<Thread> waiting = new ConcurrentLinkedQueue<>();

    ReadyWait(Endpoint endpoint) {
        this.endpoint = endpoint;
        endpoint.readinessListener(this);
    }

    @Override
    public void onReady(int newlySet) {
        for (Thread thread : waiting) {
            LockSupport.unpark(thread);
        }
    }

    /** When a wait that starts now is over; 0 waits for ever. */
    static long deadlineOf(Duration timeout) {
        return timeout.isZero() ? Long.MAX_VALUE : System.nanoTime() + timeout.toNanos();
    }

    /**
     * Waits until one of the conditions holds, or the endpoint has failed or is closed.
     *
     * @param deadlineNanos of {@link #deadlineOf}
     * @throws SocketTimeoutException with {@code what} in its message
     */
    void await(int conditions, long deadlineNanos, String what) throws SocketTimeoutException, InterruptedIOException {
        if (isReady(conditions)) {
            return;
        }
        Thread me = Thread.currentThread();
        waiting.add(me);
        try {
            while (!isReady(conditions)) {
                if (Thread.interrupted()) {
                    me.interrupt();
                    throw new InterruptedIOException(what + " was interrupted");
                }
                if (deadlineNanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else {
                    long rest = deadlineNanos - System.nanoTime();
                    if (rest <= 0) {
                        throw new SocketTimeoutException(what + " timed out");
                    }
                    LockSupport.parkNanos(this, rest);
                }
            }
        } finally {
            waiting.remove(me);
        }
    }

    private boolean isReady(int conditions) {
        return (endpoint.readiness() & (conditions | ALWAYS)) != 0 || !endpoint.isOpen();
    }
}
