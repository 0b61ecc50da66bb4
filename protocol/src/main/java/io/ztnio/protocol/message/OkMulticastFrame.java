package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.Optional;

/**
 * What OK(MULTICAST_FRAME) carries ({@code protocol.md} 4.15). The deprecated form with a COM (flag 0x01) is not read.
 *
 * @param mac 48 bits
 * @param adi unsigned 32 bits
 * @param result present if {@link #FLAG_GATHER_RESULT} is set, otherwise {@code null}
 */
public record OkMulticastFrame(long networkId, long mac, int adi, int flags, GatherResult result) {
    public static final int FLAG_CERTIFICATE = 0x01;
    public static final int FLAG_GATHER_RESULT = 0x02;

    public static Optional<OkMulticastFrame> read(ByteReader reader) {
        long networkId = reader.getLong();
        long mac = reader.getMac();
        int adi = reader.getInt();
        int flags = reader.getByte();
        if ((flags & FLAG_CERTIFICATE) != 0) {
            reader.fail();
        }
        GatherResult result = (flags & FLAG_GATHER_RESULT) != 0 ? GatherResult.read(reader) : null;
        return reader.ok() ? Optional.of(new OkMulticastFrame(networkId, mac, adi, flags, result)) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putLong(networkId).putMac(mac).putInt(adi).putByte(flags);
        if (result != null) {
            result.write(writer);
        }
    }
}
