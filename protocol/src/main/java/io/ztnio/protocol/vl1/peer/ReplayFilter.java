package io.ztnio.protocol.vl1.peer;

/**
 * Remembers the IDs of the last authentic packets, so that a recorded datagram that is sent again is noticed. The
 * protocol has no sequence numbers ({@code protocol.md} 14.45); IDs are random, so an ID that comes twice is a copy.
 * The memory is bounded: 32 768 IDs.
 *
 * <p>Thread: confined to the node.
 */
public final class ReplayFilter {
    private static final int SETS = 1 << 12;
    private static final int WAYS = 8;

    private final long[] seen = new long[SETS * WAYS];
    private final byte[] next = new byte[SETS];

    /** How many ways of a set hold an ID; any number may be one. */
    private final byte[] held = new byte[SETS];

    /** Notes the ID; false if it was noted before. */
    public boolean admit(long packetId, long sender) {
        long key = (packetId * 0x9e3779b97f4a7c15L) ^ sender;
        int set = (int) (key >>> 52);
        int first = set * WAYS;
        for (int slot = first; slot < first + held[set]; slot++) {
            if (seen[slot] == key) {
                return false;
            }
        }
        seen[first + next[set]] = key;
        next[set] = (byte) ((next[set] + 1) % WAYS);
        held[set] = (byte) Math.min(WAYS, held[set] + 1);
        return true;
    }
}
