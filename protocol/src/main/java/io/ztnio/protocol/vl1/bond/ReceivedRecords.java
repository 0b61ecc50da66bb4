package io.ztnio.protocol.vl1.bond;

import io.ztnio.protocol.wire.ByteWriter;

/**
 * What came by a link and is to be told in the next QOS_MEASUREMENT ({@code protocol.md} 4.18). What comes when the packet is full is
 * not told. Thread: confined to the node.
 */
final class ReceivedRecords {
    /** In one packet. */
    static final int CAPACITY = 140;

    /** Little-endian: ID, and how long we have held it. */
    static final int RECORD_BYTES = 10;

    private static final int MAX_HOLDING_MILLIS = 0xffff;

    private final long[] ids = new long[CAPACITY];
    private final long[] millis = new long[CAPACITY];
    private int count;

    void add(long packetId, long nowMillis) {
        if (count < CAPACITY) {
            ids[count] = packetId;
            millis[count++] = nowMillis;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == CAPACITY;
    }

    /** Writes the payload, and forgets what is in it. */
    void drain(ByteWriter writer, long nowMillis) {
        for (int i = 0; i < count; i++) {
            long held = Math.max(0, Math.min(nowMillis - millis[i], MAX_HOLDING_MILLIS));
            writer.putLong(Long.reverseBytes(ids[i]));
            writer.putShort(Short.reverseBytes((short) held) & 0xffff);
        }
        count = 0;
    }
}
