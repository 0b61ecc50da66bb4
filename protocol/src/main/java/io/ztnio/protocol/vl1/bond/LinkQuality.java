package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.vl1.Bonding;

/**
 * What has been measured of one link: latency and its deviation from answers and from what the peer measured, loss from heartbeats
 * that nobody answered. Thread: confined to the node.
 */
final class LinkQuality {
    private static final int MIN_SAMPLES = 4;
    private static final double GAIN = 1 / 8.0;
    private static final int WINDOW = Long.SIZE;

    /** A link that is bad at everything still counts for so much. */
    private static final double LEAST = 0.01;

    private double latencyMillis;
    private double jitterMillis;
    private int samples;
    /** A bit for each of the last heartbeats: 1 if it was lost. */
    private long lost;

    /** A latency in milliseconds, one way. */
    void latency(double millis) {
        if (samples == 0) {
            latencyMillis = millis;
        }
        samples = Math.min(MIN_SAMPLES, samples + 1);
        jitterMillis += GAIN * (Math.abs(millis - latencyMillis) - jitterMillis);
        latencyMillis += GAIN * (millis - latencyMillis);
    }

    /** The time of a heartbeat is over. */
    void heartbeat(boolean wasLost) {
        lost = lost << 1 | (wasLost ? 1 : 0);
    }

    /** Forgets the loss: what was lost when the link had failed says nothing of the link as it is now. */
    void recovered() {
        lost = 0;
    }

    /** One way, in milliseconds; 0 while unknown. */
    double latencyMillis() {
        return samples < MIN_SAMPLES ? 0 : latencyMillis;
    }

    double jitterMillis() {
        return samples < MIN_SAMPLES ? 0 : jitterMillis;
    }

    /** Share of the last 64 heartbeats, 0 to 1. */
    double loss() {
        return Long.bitCount(lost) / (double) WINDOW;
    }

    /** Whether it is worse than is borne. */
    boolean isBeyond(Bonding.Quality limits) {
        return latencyMillis() > limits.maxLatencyMillis()
                || jitterMillis() > limits.maxJitterMillis()
                || loss() > limits.maxLoss();
    }

    /** What it is worth: 1 for a perfect link, more than 0 for any. */
    double score(Bonding.Quality limits) {
        double score = limits.latencyWeight() * margin(latencyMillis(), limits.maxLatencyMillis())
                + limits.jitterWeight() * margin(jitterMillis(), limits.maxJitterMillis())
                + limits.lossWeight() * margin(loss(), limits.maxLoss());
        return Math.max(LEAST, score);
    }

    /** How far a value stays below its limit: 1 at zero, 0 at the limit. */
    private static double margin(double value, double limit) {
        return limit <= 0 ? (value > 0 ? 0 : 1) : Math.max(0, 1 - value / limit);
    }
}
