package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What OK(MULTICAST_FRAME) carries ({@code protocol.md} 4.15). The deprecated COM (flag 0x01) is not part of it.
 *
 * @param mac 48 bits
 * @param adi unsigned 32 bits
 * @param result present if {@link #FLAG_GATHER_RESULT} is set, otherwise {@code null}
 */
public record OkMulticastFrame(long networkId, long mac, int adi, int flags, GatherResult result) {
    public static final int FLAG_CERTIFICATE = 0x01;
    public static final int FLAG_GATHER_RESULT = 0x02;

    /** As {@link #read(ByteReader, Consumer)}, of one that has no certificate. */
    public static Optional<OkMulticastFrame> read(ByteReader reader) {
        return read(reader, ByteReader::fail);
    }

    /**
     * Reads one.
     *
     * @param certificate takes the certificate, which old nodes send, and leaves the reader behind it
     */
    public static Optional<OkMulticastFrame> read(ByteReader reader, Consumer<ByteReader> certificate) {
        long networkId = reader.getLong();
        long mac = reader.getMac();
        int adi = reader.getInt();
        int flags = reader.getByte();
        if ((flags & FLAG_CERTIFICATE) != 0) {
            certificate.accept(reader);
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
