package io.ztnio.overlay.session;

/**
 * Which counters of a session were seen: the highest one and {@value #SIZE} before it (RFC 6479 in a ring of words).
 * Thread: confined to the gate.
 */
final class ReplayWindow {
    static final int SIZE = 2048;
    private static final int WORDS = SIZE / 64 + 1;

    private final long[] seen = new long[WORDS];
    private boolean any;
    private long highest;

    /** Whether the counter may still be accepted. */
    boolean isFresh(long counter) {
        // On the wire it is unsigned, but a session ends long before (Session.MAX_FRAMES).
        if (counter < 0) {
            return false;
        }
        if (!any || counter > highest) {
            return true;
        }
        return highest - counter < SIZE && (seen[word(counter)] & bit(counter)) == 0;
    }

    /**
     * Marks a fresh counter whose frame was authentic.
     *
     * @return whether it is the highest so far
     */
    boolean accept(long counter) {
        boolean newest = !any || counter > highest;
        if (newest) {
            // Words that the window moves into were last used a whole ring before; at first all are free.
            long steps = any ? Math.min((counter >>> 6) - (highest >>> 6), WORDS) : 0;
            for (long i = 0; i < steps; i++) {
                seen[(int) (((counter >>> 6) - i) % WORDS)] = 0;
            }
            any = true;
            highest = counter;
        }
        seen[word(counter)] |= bit(counter);
        return newest;
    }

    private static int word(long counter) {
        return (int) ((counter >>> 6) % WORDS);
    }

    private static long bit(long counter) {
        return 1L << counter;
    }
}
