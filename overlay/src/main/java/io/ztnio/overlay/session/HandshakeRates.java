package io.ztnio.overlay.session;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * How many handshakes strangers may start, in constant memory: a bucket of tokens for all, one for those with a cookie, and
 * buckets that addresses (IPv6: their /64) share by hash.
 *
 * <p>Thread: confined to the gate.
 */
public final class HandshakeRates {
    /** Handshakes a second without a cookie; more make the node ask for one. */
    public static final int FREE_PER_SECOND = 100;

    /** Handshakes a second with a cookie. */
    public static final int PROVED_PER_SECOND = 400;

    /** Handshakes a second of one address, with a cookie. */
    public static final int ADDRESS_PER_SECOND = 50;

    private static final int BUCKETS = 1024;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** What each bucket has been used up to, as a time: it may run a second ahead of the clock. */
    private final long[] addresses = new long[BUCKETS];

    private final int seed;
    private long free;
    private long proved;

    /**
     * All full.
     *
     * @param seed random, so that nobody can choose whom to share a bucket with
     */
    public HandshakeRates(int seed, long nowNanos) {
        this.seed = seed;
        this.free = nowNanos - SECOND_NANOS;
        this.proved = free;
        Arrays.fill(addresses, free);
    }

    /** Takes a token for a handshake that has no cookie. */
    public boolean takeFree(long nowNanos) {
        long after = after(free, FREE_PER_SECOND, nowNanos);
        if (after > nowNanos) {
            return false;
        }
        free = after;
        return true;
    }

    /** Takes a token for a handshake from an address that is proved. */
    public boolean takeProved(InetAddress address, long nowNanos) {
        int bucket = bucket(address);
        long all = after(proved, PROVED_PER_SECOND, nowNanos);
        long own = after(addresses[bucket], ADDRESS_PER_SECOND, nowNanos);
        if (all > nowNanos || own > nowNanos) {
            return false;
        }
        proved = all;
        addresses[bucket] = own;
        return true;
    }

    private static long after(long used, int perSecond, long nowNanos) {
        return Math.max(used, nowNanos - SECOND_NANOS) + SECOND_NANOS / perSecond;
    }

    private int bucket(InetAddress address) {
        byte[] bytes = address.getAddress();
        int hash = seed;
        for (int i = 0; i < Math.min(bytes.length, 8); i++) {
            hash = (hash ^ bytes[i]) * 0x0100_0193;
        }
        return (hash ^ hash >>> 16) & (BUCKETS - 1);
    }
}
