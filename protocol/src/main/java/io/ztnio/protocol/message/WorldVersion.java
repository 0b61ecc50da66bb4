package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.world.World;

/**
 * Which version of a moon the sender of a {@link Hello} has: 17 bytes.
 *
 * @param type code of {@link World.Type}; anything but 127 is to be ignored
 * @param timestamp epoch milliseconds; 0 for a moon that is wanted but not known yet
 */
public record WorldVersion(int type, long id, long timestamp) {
    public static final int LENGTH = 17;

    public static WorldVersion moon(long id, long timestamp) {
        return new WorldVersion(World.Type.MOON.code(), id, timestamp);
    }

    static WorldVersion read(ByteReader reader) {
        return new WorldVersion(reader.getByte(), reader.getLong(), reader.getLong());
    }

    void write(ByteWriter writer) {
        writer.putByte(type).putLong(id).putLong(timestamp);
    }
}
