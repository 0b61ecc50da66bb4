package io.ztnio.overlay.session;

/**
 * Which counters of a session were seen: the highest one and {@value #SIZE} before it (RFC 6479 in a ring of words).
 * Thread: confined to the gate.
 */
final class ReplayWindow {
    static final int SIZE = 2048;
    private static final int WORDS = SIZE / 64 + 1;

    private final long[] seen = new long[WORDS];
    private long highest = -1;

    /** Whether the counter may still be accepted. */
    boolean isFresh(long counter) {
        if (counter < 0) {
            return false;
        }
        if (counter > highest) {
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
        boolean newest = counter > highest;
        if (newest) {
            // Words that the window moves into were last used a whole ring before.
            long steps = Math.min((counter >>> 6) - (highest < 0 ? -1 : highest >>> 6), WORDS);
            for (long i = 0; i < steps; i++) {
                seen[(int) (((counter >>> 6) - i) % WORDS)] = 0;
            }
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
