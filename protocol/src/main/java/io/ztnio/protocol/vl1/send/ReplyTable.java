package io.ztnio.protocol.vl1.send;

import java.net.InetSocketAddress;

/**
 * The packets of ours whose OK is welcome: 256 buckets of 32, overwritten in turn ({@code protocol.md} 2.3). Unlike
 * the reference it remembers the whole ID, whom it went to, and for how long, so that neither a guessed ID, nor
 * another peer's OK, nor an old recording passes.
 *
 * <p>Thread: confined to the node.
 */
public final class ReplyTable {
    /** How long the OK to a packet of ours is expected. */
    public static final long LIFE_MILLIS = 60_000;

    private static final int BUCKETS = 256;
    private static final int WAYS = 32;

    private final long[] ids = new long[BUCKETS * WAYS];
    private final long[] destinations = new long[BUCKETS * WAYS];
    private final InetSocketAddress[] remotes = new InetSocketAddress[BUCKETS * WAYS];
    private final long[] sentMillis = new long[BUCKETS * WAYS];
    private final byte[] next = new byte[BUCKETS];

    /**
     * Notes a packet that was sent.
     *
     * @param remote where it went, be it a relay
     */
    void expect(long packetId, long destination, InetSocketAddress remote, long nowMillis) {
        int bucket = bucket(packetId);
        int slot = bucket * WAYS + next[bucket];
        next[bucket] = (byte) ((next[bucket] + 1) % WAYS);
        ids[slot] = packetId;
        destinations[slot] = destination;
        remotes[slot] = remote;
        sentMillis[slot] = nowMillis;
    }

    public boolean isExpected(long packetId, long sender, long nowMillis) {
        return sentTo(packetId, sender, nowMillis) != null;
    }

    /** Where the packet went that {@code sender} may answer; {@code null} if there is no such packet. */
    public InetSocketAddress sentTo(long packetId, long sender, long nowMillis) {
        int first = bucket(packetId) * WAYS;
        for (int slot = first; slot < first + WAYS; slot++) {
            if (ids[slot] == packetId && destinations[slot] == sender && nowMillis - sentMillis[slot] <= LIFE_MILLIS) {
                return remotes[slot];
            }
        }
        return null;
    }

    private static int bucket(long packetId) {
        return (int) (packetId >>> 32) & (BUCKETS - 1);
    }
}
