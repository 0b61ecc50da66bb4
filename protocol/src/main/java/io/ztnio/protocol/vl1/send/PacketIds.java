package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.wire.BigEndian;
import java.util.random.RandomGenerator;

/** Random packet IDs, drawn in batches: one call of a strong generator is dear. Thread: confined to the node. */
final class PacketIds {
    private final RandomGenerator random;
    private final byte[] pool = new byte[2048];
    private int position = pool.length;

    PacketIds(RandomGenerator random) {
        this.random = random;
    }

    long next() {
        if (position == pool.length) {
            random.nextBytes(pool);
            position = 0;
        }
        long id = BigEndian.getLong(pool, position);
        position += Long.BYTES;
        return id;
    }
}
