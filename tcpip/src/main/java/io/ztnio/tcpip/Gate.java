package io.ztnio.tcpip;

/**
 * Serialises everything that touches one stack: at any moment at most one thread is inside the gate.
 *
 * <p>Whoever has work runs it. A thread that posts work runs it itself when the gate is free, output included;
 * otherwise the thread inside the gate runs it before it leaves.
 *
 * <p>Thread: thread-safe. Tasks must not block and must not throw.
 */
public interface Gate {
    /**
     * Queues {@code task}; it runs exactly once inside the gate, perhaps on this thread before this method returns. A
     * caller that is inside the gate already may post too: its task runs before the gate is left.
     */
    void post(Task task);

    /**
     * Enters the gate, waiting if another thread is inside, runs {@code task} and leaves. Re-entrant. For rare
     * operations that need their result at once, such as a bind.
     */
    void run(Task task);

    /** How threads outside wait for what happens inside. */
    default Waiting waiting() {
        return Waiting.PARKED;
    }

    /** Work for the inside of the gate. */
    @FunctionalInterface
    interface Task {
        /**
         * Does the work.
         *
         * @param nowNanos the monotonic time of this turn, in nanoseconds, of the clock that all core times use
         */
        void run(long nowNanos);
    }
}
