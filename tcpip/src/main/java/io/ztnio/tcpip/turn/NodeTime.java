package io.ztnio.tcpip.turn;

import java.util.function.BooleanSupplier;

/** The time that a node lives in: for tests, one that does not pass as the system's does. Thread: thread-safe. */
public interface NodeTime {
    /** The system's. */
    NodeTime SYSTEM = EngineClock::new;

    /** The clock of a node that starts now. */
    EngineClock clock();

    /**
     * A node runs from now on, until what is returned is closed.
     *
     * @param awaitsAcknowledgment whether its TCP sends something again unless it is acknowledged; any thread may ask, outside
     *     of any gate
     */
    default AutoCloseable enter(BooleanSupplier awaitsAcknowledgment) {
        return () -> {};
    }
}
