package io.ztnio.tcpip.turn;

/**
 * Whether who leads asks for datagrams again and again before it sleeps. To be woken takes a thread tens of microseconds, which is
 * most of a round trip to a peer that is near. So the last waits decide: where each was over soon, the next one is expected to be.
 *
 * <p>Where it was not, the asking was in vain, and pauses: for {@value #LEAST_PAUSE} times as long as one asks, for twice as long as
 * the last pause after the next time in vain, up to {@value #MOST_PAUSE} times; each time that something comes takes one of these off
 * again. Whatever comes when, at most a ninth of the time is spent asking in vain (1 part in 1 + {@value #LEAST_PAUSE}), and
 * 1 part in 257 where nearly all of it is. A wait that something else ends, a thread that has what is waited for say, counts as neither.
 *
 * <p>Thread: of the holder of the duty.
 */
final class Spin {
    /** So many waits have to have been short, one after the other. */
    static final int LEAST = 4;

    static final int LEAST_PAUSE = 8;
    static final int MOST_PAUSE = 256;

    private final long mostNanos;

    /** A wait was short if it took no longer, which includes that a sleeper was woken. */
    private final long shortNanos;

    private int shortWaits;

    /** Of the last time in vain, less what has come since; in {@link #mostNanos}. */
    private int pause = LEAST_PAUSE / 2;

    private long pausedUntilNanos = Long.MIN_VALUE;

    /** @param mostNanos how long one asks; 0: one sleeps at once, always */
    Spin(long mostNanos) {
        this.mostNanos = mostNanos;
        this.shortNanos = mostNanos + mostNanos / 2;
    }

    /** How long one asks, at most. */
    long mostNanos() {
        return mostNanos;
    }

    /** Whether the wait that begins, or goes on, is expected to be over soon. */
    boolean isPromising(long nowNanos) {
        return mostNanos > 0 && shortWaits >= LEAST && nowNanos >= pausedUntilNanos;
    }

    /**
     * Something has come, asked for or slept for.
     *
     * @param nanos how long that was waited for
     */
    void waited(long nanos) {
        shortWaits = nanos <= shortNanos ? Math.min(shortWaits + 1, LEAST) : 0;
    }

    /** It has come while one asked. */
    void hit() {
        pause = Math.max(pause - 1, LEAST_PAUSE / 2);
    }

    /** Nothing has come for as long as one asks. */
    void missed(long nowNanos) {
        shortWaits = 0;
        pause = Math.min(2 * pause, MOST_PAUSE);
        pausedUntilNanos = nowNanos + pause * mostNanos;
    }
}
