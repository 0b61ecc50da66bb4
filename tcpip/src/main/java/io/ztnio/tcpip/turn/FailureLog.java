package io.ztnio.tcpip.turn;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells of what the engine survives, bugs and want of memory: the first ones with their stack traces, because a bug that shows with every
 * datagram must not fill the disk. Thread-safe.
 */
public final class FailureLog {
    private static final int MOST = 10;

    private final System.Logger log;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Nothing has failed so far.
     *
     * @param log does not wait: it is told inside a gate, as that of a {@link LogThread} may be
     */
    public FailureLog(System.Logger log) {
        this.log = log;
    }

    /**
     * Logs a failure, unless there were many. Throws nothing: what the log itself throws, without memory say, is lost.
     *
     * @param where it was seen, in a word
     */
    public void report(String where, Throwable failure) {
        int number = count.incrementAndGet();
        if (number <= MOST) {
            String last = number == MOST ? "; further ones are not logged" : "";
            try {
                log.log(
                        System.Logger.Level.ERROR,
                        "unexpected failure in the " + where + "; the engine goes on" + last,
                        failure);
            } catch (Throwable e) {
                // There is nobody left to tell.
            }
        }
    }

    /** Logs that what goes on failing cannot go on: once, whatever was logged before. Throws nothing. */
    public void reportEnd(String engine) {
        try {
            log.log(
                    System.Logger.Level.ERROR,
                    engine
                            + " is broken, see the failures above: its sockets fail; close the node, or start the process again");
        } catch (Throwable e) {
            // There is nobody left to tell.
        }
    }

    /** Failures so far. */
    public int count() {
        return count.get();
    }
}
