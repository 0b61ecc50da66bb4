package io.ztnio.tcpip.turn;

/**
 * Whether who leads asks for datagrams again and again before it sleeps. To be woken takes a thread tens of microseconds, which is
 * most of a round trip to a peer that is near. So the last waits decide: where each was over soon, the next one is expected to be. A wait that
 * was not makes the next try later, each time twice as many waits, so that what is spent in vain is little.
 *
 * <p>Thread: of the holder of the duty.
 */
final class Spin {
    /** How long one asks. */
    static final long MOST_NANOS = 80_000;

    /** A wait was short if it took no longer, which includes that a sleeper was woken. */
    private static final long SHORT_NANOS = 120_000;

    /** So many waits have to have been short, one after the other. */
    private static final int LEAST = 4;

    private static final int MOST = 256;

    private final boolean allowed;
    private int needed = LEAST;
    private int shortWaits;

    /** @param allowed false: one sleeps at once, always */
    Spin(boolean allowed) {
        this.allowed = allowed;
    }

    /** Whether the wait that begins is expected to be short. */
    boolean isPromising() {
        return allowed && shortWaits >= needed;
    }

    /** Something has come. */
    void waited(long nanos) {
        if (nanos > SHORT_NANOS) {
            shortWaits = 0;
        } else if (shortWaits < MOST) {
            shortWaits++;
        }
    }

    /** It has come while one asked. */
    void hit() {
        if (needed > LEAST) {
            needed--;
        }
    }

    /** Nothing has come for as long as one asks. */
    void missed() {
        shortWaits = 0;
        needed = Math.min(2 * needed, MOST);
    }
}
