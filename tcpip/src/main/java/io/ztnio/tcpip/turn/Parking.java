package io.ztnio.tcpip.turn;

import java.util.concurrent.locks.LockSupport;

/** For an engine without sockets: its thread parks. Thread-safe. */
public final class Parking implements NodeDriver.Wire {
    private volatile Thread sleeper;
    private volatile boolean awake;

    /** Nobody sleeps. */
    public Parking() {}

    @Override
    public void await(long nanos) {
        sleeper = Thread.currentThread();
        // Either this sees that it has been woken, or whoever wakes sees the sleeper.
        if (!awake) {
            LockSupport.parkNanos(this, nanos);
            // Somebody's interrupt must not keep it from ever sleeping again.
            Thread.interrupted();
        }
        sleeper = null;
        awake = false;
    }

    @Override
    public void wakeup() {
        awake = true;
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
