package io.ztnio.tcpip.tcp.congestion;

/**
 * HyStart++ (RFC 9406): leaves slow start when the round-trip time rises, by way of a conservative slow start that is
 * given up if the rise was none.
 *
 * <p>That way has five rounds in the RFC, in which the window triples and overflows what would hold several times the
 * path. It exists to find out whether the rise was real. So it ends as soon as a whole round was slower by as much
 * again.
 *
 * <p>The limit L of section 4.2 is infinite, as is proper for a sender that paces.
 */
final class HyStart {
    private static final long MIN_RISE_NANOS = 4_000_000;
    private static final long MAX_RISE_NANOS = 16_000_000;
    private static final int RISE_DIVISOR = 8;
    private static final int SAMPLES = 8;
    private static final int CONSERVATIVE_GROWTH_DIVISOR = 4;
    private static final int CONSERVATIVE_ROUNDS = 5;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private long roundEnd;
    private boolean started;
    private long lastRoundNanos = UNKNOWN;
    private long thisRoundNanos = UNKNOWN;
    private long baselineNanos = UNKNOWN;
    private int samples;
    private int conservativeRounds;
    private boolean conservative;
    private boolean risenFurther;

    /**
     * Takes an acknowledgment of slow start.
     *
     * @return by how many bytes the window may grow
     */
    long growthBytes(AckSample ack) {
        if (!started || ack.una >= roundEnd) {
            beginRound(ack.nxt);
        }
        if (ack.rttNanos != AckSample.NONE) {
            thisRoundNanos = Math.min(thisRoundNanos, ack.rttNanos);
            samples++;
        }
        if (samples >= SAMPLES) {
            judge();
        }
        return conservative ? ack.ackedBytes / CONSERVATIVE_GROWTH_DIVISOR : ack.ackedBytes;
    }

    private void beginRound(long nxt) {
        if (conservative) {
            conservativeRounds++;
            risenFurther |= thisRoundNanos != UNKNOWN && thisRoundNanos >= baselineNanos + rise(baselineNanos);
        }
        started = true;
        roundEnd = nxt;
        lastRoundNanos = thisRoundNanos;
        thisRoundNanos = UNKNOWN;
        samples = 0;
    }

    private void judge() {
        if (conservative) {
            if (thisRoundNanos < baselineNanos) {
                conservative = false;
                baselineNanos = UNKNOWN;
            }
        } else if (lastRoundNanos != UNKNOWN) {
            if (thisRoundNanos >= lastRoundNanos + rise(lastRoundNanos)) {
                conservative = true;
                baselineNanos = thisRoundNanos;
                conservativeRounds = 0;
                risenFurther = false;
            }
        }
    }

    private static long rise(long rttNanos) {
        return Math.max(MIN_RISE_NANOS, Math.min(MAX_RISE_NANOS, rttNanos / RISE_DIVISOR));
    }

    /** Whether conservative slow start is under way. */
    boolean isConservative() {
        return conservative;
    }

    /** Whether slow start has ended: congestion avoidance goes on from the present window. */
    boolean isDone() {
        return conservative && (risenFurther || conservativeRounds >= CONSERVATIVE_ROUNDS);
    }
}
