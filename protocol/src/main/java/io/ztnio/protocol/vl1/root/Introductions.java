package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.vl1.path.Path;
import java.util.Arrays;

/**
 * When which pair of peers was last introduced. A fixed table in which a newer pair takes the place of an older one
 * with the same hash, which costs no more than an early RENDEZVOUS. Thread: confined to the node.
 */
final class Introductions {
    private static final long INTERVAL_MILLIS = 30_000;
    /** Between two of which the first may have told what was out of date. */
    private static final long CORRECTION_MILLIS = 1_000;

    private static final int SIZE = 1 << 12;

    private final long[] pairs = new long[SIZE];
    private final long[] times = new long[SIZE];

    Introductions() {
        Arrays.fill(times, Path.NEVER);
    }

    /**
     * Whether the unordered pair is due; then it counts as introduced now.
     *
     * @param movedMillis when one of them was last met at another address: what was told before may be wrong
     */
    boolean admit(long one, long other, long movedMillis, long nowMillis) {
        long pair = mix(Math.min(one, other)) * 31 + mix(Math.max(one, other));
        int slot = (int) (pair >>> 52);
        long interval = times[slot] <= movedMillis ? CORRECTION_MILLIS : INTERVAL_MILLIS;
        if (pairs[slot] == pair && nowMillis - times[slot] < interval) {
            return false;
        }
        pairs[slot] = pair;
        times[slot] = nowMillis;
        return true;
    }

    private static long mix(long value) {
        long mixed = value * 0x9e3779b97f4a7c15L;
        return mixed ^ (mixed >>> 29);
    }
}
