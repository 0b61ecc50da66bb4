package io.ztnio.tcpip;

/**
 * What the parts of a turn have thrown, bugs and want of memory. Each costs itself: the others have their part all the same,
 * and then one of what was thrown goes on to whoever runs the turn, so that it is told.
 *
 * <p>Thread: confined to its owner. Adding allocates nothing.
 */
public final class TurnFailures {
    private Throwable thrown;

    /** With nothing in it. */
    public TurnFailures() {}

    /** A part has thrown this. */
    public void add(Throwable failure) {
        // A stopped thread has to end, and does so only by this.
        if (thrown == null || failure instanceof ThreadDeath) {
            thrown = failure;
        }
    }

    /** Throws what was thrown first, if anything was, and forgets it. */
    public void rethrow() {
        Throwable first = thrown;
        thrown = null;
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException bug) {
            throw bug;
        }
        if (first != null) {
            throw new IllegalStateException(first);
        }
    }
}
