package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.util.Optional;

/**
 * MULTICAST_GATHER: asks who subscribes to a group ({@code protocol.md} 4.14).
 *
 * @param mac 48 bits
 * @param adi unsigned 32 bits
 * @param limit unsigned 32 bits: most results wanted
 * @param certificate a COM if {@link #FLAG_CERTIFICATE} is set; deprecated
 */
public record MulticastGather(long networkId, int flags, long mac, int adi, int limit, Bytes certificate) {
    public static final int FLAG_CERTIFICATE = 0x01;

    public static Optional<MulticastGather> read(ByteReader reader) {
        long networkId = reader.getLong();
        int flags = reader.getByte();
        long mac = reader.getMac();
        int adi = reader.getInt();
        int limit = reader.getInt();
        Bytes certificate = (flags & FLAG_CERTIFICATE) != 0 ? Bytes.readRest(reader) : Bytes.EMPTY;
        return reader.ok()
                ? Optional.of(new MulticastGather(networkId, flags, mac, adi, limit, certificate))
                : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putLong(networkId).putByte(flags).putMac(mac).putInt(adi).putInt(limit);
        certificate.write(writer);
    }
}
