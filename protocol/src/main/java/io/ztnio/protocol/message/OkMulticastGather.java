package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.Optional;

/**
 * What OK(MULTICAST_GATHER) carries ({@code protocol.md} 4.14).
 *
 * @param mac 48 bits
 * @param adi unsigned 32 bits
 */
public record OkMulticastGather(long networkId, long mac, int adi, GatherResult result) {
    public static Optional<OkMulticastGather> read(ByteReader reader) {
        OkMulticastGather ok =
                new OkMulticastGather(reader.getLong(), reader.getMac(), reader.getInt(), GatherResult.read(reader));
        return reader.ok() ? Optional.of(ok) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putLong(networkId).putMac(mac).putInt(adi);
        result.write(writer);
    }
}
