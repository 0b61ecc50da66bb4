package io.ztnio.protocol.vl1.bond;

/**
 * When packets left whose IDs the peer may report in QOS_MEASUREMENT ({@code protocol.md} 4.18). Newer ones take the place of older
 * ones, so that nothing grows. Thread: confined to the node.
 */
final class SentRecords {
    private static final int SLOTS = 256;

    private final long[] ids = new long[SLOTS];
    private final long[] millis = new long[SLOTS];

    void add(long packetId, long nowMillis) {
        int slot = slot(packetId);
        ids[slot] = packetId;
        millis[slot] = nowMillis;
    }

    /** When the packet left, which then is forgotten; -1 if it is not known. */
    long take(long packetId) {
        int slot = slot(packetId);
        // 0 stands for a slot without a packet.
        if (packetId == 0 || ids[slot] != packetId) {
            return -1;
        }
        ids[slot] = 0;
        return millis[slot];
    }

    private static int slot(long packetId) {
        return (int) ((packetId * 0x9e3779b97f4a7c15L) >>> 56);
    }
}
