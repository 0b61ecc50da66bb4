package io.ztnio.protocol.limit;

/** One token bucket. Thread: belongs to one thread. Times are epoch milliseconds. */
public final class TokenBucket {
    private static final long ONLY = 0;

    private final TokenBuckets buckets;

    /**
     * A full bucket.
     *
     * @param burst tokens of the full bucket
     * @param perSecond tokens that it regains, at most 1,000,000
     */
    public TokenBucket(long burst, double perSecond) {
        buckets = new TokenBuckets(4, burst, perSecond, 0);
    }

    /** Takes a token, if there is one. */
    public boolean admit(long nowMillis) {
        return buckets.admit(ONLY, nowMillis);
    }

    /** Takes {@code tokens}, if there are so many. */
    public boolean admit(int tokens, long nowMillis) {
        return buckets.admit(ONLY, tokens, nowMillis);
    }
}
