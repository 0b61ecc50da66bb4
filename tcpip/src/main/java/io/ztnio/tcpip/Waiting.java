package io.ztnio.tcpip;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How a thread waits for what an endpoint's readiness tells: parked, or of more use.
 *
 * <p>Thread: thread-safe.
 */
public interface Waiting {
    /** Parks. */
    Waiting PARKED = new Waiting() {
        @Override
        public boolean await(Object blocker, long nanos, BooleanSupplier over) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(blocker);
            } else {
                LockSupport.parkNanos(blocker, nanos);
            }
            return false;
        }

        @Override
        public void wake(Thread thread) {
            LockSupport.unpark(thread);
        }
    };

    /**
     * Waits until this thread is woken or interrupted or the time is over, or for no reason. An interrupted thread does not wait.
     *
     * @param blocker what is waited for, for thread dumps
     * @param nanos how long, at least 1; {@link Long#MAX_VALUE} for ever
     * @param over whether there is nothing to wait for: true of whoever has been woken. Takes no lock, does not wait.
     * @return whether what an interrupt of this thread would end has to be set up again, because the wait used a selector of the
     *     JDK's
     */
    boolean await(Object blocker, long nanos, BooleanSupplier over);

    /**
     * Ends the current or the next {@link #await} of a thread.
     *
     * @param thread who waits, or perhaps does not any more; {@code null} for nobody
     */
    void wake(Thread thread);
}
