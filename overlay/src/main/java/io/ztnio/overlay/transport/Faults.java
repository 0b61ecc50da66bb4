package io.ztnio.overlay.transport;

import io.ztnio.overlay.session.Datagrams;

/**
 * How bad a {@link MemoryHub} is. Rates are shares of datagrams, 0 to 1. Immutable.
 *
 * @param lossRate those that do not arrive
 * @param duplicateRate those that arrive twice
 * @param reorderRate those that arrive later than they should, by up to {@code jitterNanos} and a millisecond
 * @param delayNanos how long each travels
 * @param jitterNanos how much longer, at most; equally spread
 * @param mtuBytes longest datagram that arrives
 */
public record Faults(
        double lossRate, double duplicateRate, double reorderRate, long delayNanos, long jitterNanos, int mtuBytes) {
    /** Everything arrives, at once and in order. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0, Datagrams.MAX_LENGTH);

    public Faults {
        checkRate(lossRate);
        checkRate(duplicateRate);
        checkRate(reorderRate);
        if (delayNanos < 0 || jitterNanos < 0 || mtuBytes < 0) {
            throw new IllegalArgumentException("times and lengths are not negative");
        }
    }

    private static void checkRate(double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("a rate of " + rate + " is not within 0 to 1");
        }
    }

    /** The same with another loss rate. */
    public Faults withLoss(double rate) {
        return new Faults(rate, duplicateRate, reorderRate, delayNanos, jitterNanos, mtuBytes);
    }

    /** The same with another rate of duplicates. */
    public Faults withDuplicates(double rate) {
        return new Faults(lossRate, rate, reorderRate, delayNanos, jitterNanos, mtuBytes);
    }

    /** The same with another rate of late datagrams. */
    public Faults withReordering(double rate) {
        return new Faults(lossRate, duplicateRate, rate, delayNanos, jitterNanos, mtuBytes);
    }

    /** The same with another delay. */
    public Faults withDelay(long nanos, long jitter) {
        return new Faults(lossRate, duplicateRate, reorderRate, nanos, jitter, mtuBytes);
    }

    /** The same with another longest datagram. */
    public Faults withMtu(int bytes) {
        return new Faults(lossRate, duplicateRate, reorderRate, delayNanos, jitterNanos, bytes);
    }
}
