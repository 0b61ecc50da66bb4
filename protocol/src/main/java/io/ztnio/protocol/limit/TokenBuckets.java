package io.ztnio.protocol.limit;

/**
 * A token bucket for each key, in a table that does not grow. A key that is not in the table has a full bucket, and takes the
 * place of the fullest of those that it could stand in: whoever comes new is never refused for others, and what many keys get all
 * together has to be limited elsewhere.
 *
 * <p>Thread: belongs to one thread. Allocates nothing after construction. Times are epoch milliseconds.
 */
public final class TokenBuckets {
    private static final int WAYS = 4;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_MILLI = 1_000;

    private final long[] keys;
    /** When each bucket will be full, epoch microseconds. */
    private final long[] fullAtMicros;

    private final int sets;
    private final long intervalMicros;
    private final long burstMicros;
    private final long salt;

    /**
     * Full buckets.
     *
     * @param places of the table, a multiple of 4
     * @param burst tokens of a full bucket
     * @param perSecond tokens that a bucket regains, at most 1,000,000
     * @param salt secret, so that nobody can choose keys that share a place
     */
    public TokenBuckets(int places, long burst, double perSecond, long salt) {
        this.keys = new long[places];
        this.fullAtMicros = new long[places];
        this.sets = places / WAYS;
        this.intervalMicros = (long) (MICROS_PER_SECOND / perSecond);
        this.burstMicros = burst * intervalMicros;
        this.salt = salt;
    }

    /** Takes a token, if there is one. */
    public boolean admit(long key, long nowMillis) {
        return admit(key, 1, nowMillis);
    }

    /** Takes {@code tokens}, if there are so many. */
    public boolean admit(long key, int tokens, long nowMillis) {
        int place = place(key);
        long now = nowMillis * MICROS_PER_MILLI;
        long after = Math.max(fullAtMicros[place], now) + tokens * intervalMicros;
        if (keys[place] != key) {
            after = now + tokens * intervalMicros;
        }
        if (after - now > burstMicros) {
            return false;
        }
        keys[place] = key;
        fullAtMicros[place] = after;
        return true;
    }

    /** How many tokens are missing from a bucket, one that is not yet whole among them; 0 if it is full. */
    public long missing(long key, long nowMillis) {
        int place = place(key);
        long now = nowMillis * MICROS_PER_MILLI;
        if (keys[place] != key || fullAtMicros[place] <= now) {
            return 0;
        }
        return (fullAtMicros[place] - now + intervalMicros - 1) / intervalMicros;
    }

    /** The key's place, or else that of the fullest bucket where the key may stand. */
    private int place(long key) {
        long mixed = (key ^ salt) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
        int first = (int) Long.remainderUnsigned(mixed ^ (mixed >>> 32), sets) * WAYS;
        int fullest = first;
        for (int place = first; place < first + WAYS; place++) {
            if (keys[place] == key) {
                return place;
            }
            if (fullAtMicros[place] < fullAtMicros[fullest]) {
                fullest = place;
            }
        }
        return fullest;
    }
}
