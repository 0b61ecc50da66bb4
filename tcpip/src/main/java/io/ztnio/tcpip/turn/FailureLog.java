package io.ztnio.tcpip.turn;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells of bugs that the engine survives: the first ones with their stack traces, because a bug that shows with every
 * datagram must not fill the disk. Thread-safe.
 */
public final class FailureLog {
    private static final int MOST = 10;

    private final System.Logger log;
    private final AtomicInteger count = new AtomicInteger();

    /** Nothing has failed so far. */
    public FailureLog(System.Logger log) {
        this.log = log;
    }

    /**
     * Logs a failure, unless there were many.
     *
     * @param where it was seen, in a word
     */
    public void report(String where, Exception bug) {
        int number = count.incrementAndGet();
        if (number <= MOST) {
            String last = number == MOST ? "; further ones are not logged" : "";
            log.log(
                    System.Logger.Level.ERROR,
                    "unexpected failure in the " + where + "; the engine goes on" + last,
                    bug);
        }
    }

    /** Failures so far. */
    public int count() {
        return count.get();
    }
}
