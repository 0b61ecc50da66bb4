package io.ztnio.tcpip.icmp;

/** Limits a rate with a burst. Thread: confined to the gate. */
final class TokenBucket {
    private final long intervalNanos;
    private final long burst;
    private long tokens;
    private long filledNanos;
    private boolean started;

    TokenBucket(long perSecond, long burst) {
        this.intervalNanos = 1_000_000_000L / perSecond;
        this.burst = burst;
        this.tokens = burst;
    }

    /** Whether there is a token. */
    boolean has(long nowNanos) {
        if (!started) {
            started = true;
            filledNanos = nowNanos;
        }
        long earned = (nowNanos - filledNanos) / intervalNanos;
        if (earned > 0) {
            tokens = Math.min(burst, tokens + earned);
            filledNanos += earned * intervalNanos;
        }
        return tokens > 0;
    }

    /** Takes so many tokens; what was not there is owed. */
    void take(long count) {
        tokens -= count;
    }
}
