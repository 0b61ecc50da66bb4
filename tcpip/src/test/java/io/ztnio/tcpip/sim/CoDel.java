package io.ztnio.tcpip.sim;

/** Controlled delay (RFC 8289): which packets a bottleneck drops as they leave its queue, by how long they were in it. */
final class CoDel {
    private static final long TARGET_NANOS = 5_000_000;
    private static final long INTERVAL_NANOS = 100_000_000;
    private static final long NEVER = Long.MIN_VALUE;

    private long aboveSinceNanos = NEVER;
    private boolean dropping;
    private long nextDropNanos;
    private int count;
    private int lastCount;

    /**
     * A packet leaves the queue. Called in the order of leaving.
     *
     * @param sojournNanos how long it was in it
     * @param nowNanos when it leaves
     */
    boolean drops(long sojournNanos, long nowNanos) {
        boolean late = isLate(sojournNanos, nowNanos);
        if (dropping) {
            if (!late) {
                dropping = false;
                return false;
            }
            if (nowNanos < nextDropNanos) {
                return false;
            }
            count++;
            nextDropNanos += interval();
            return true;
        }
        if (!late) {
            return false;
        }
        dropping = true;
        int recent = count - lastCount;
        count = recent > 1 && nowNanos - nextDropNanos < 16 * INTERVAL_NANOS ? recent : 1;
        lastCount = count;
        nextDropNanos = nowNanos + interval();
        return true;
    }

    /** Whether packets have been in the queue too long for a whole interval. */
    private boolean isLate(long sojournNanos, long nowNanos) {
        if (sojournNanos < TARGET_NANOS) {
            aboveSinceNanos = NEVER;
            return false;
        }
        if (aboveSinceNanos == NEVER) {
            aboveSinceNanos = nowNanos;
            return false;
        }
        return nowNanos - aboveSinceNanos >= INTERVAL_NANOS;
    }

    private long interval() {
        return (long) (INTERVAL_NANOS / Math.sqrt(count));
    }
}
