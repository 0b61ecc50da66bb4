package io.ztnio.protocol.message;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.util.Optional;

/**
 * A slice of a network's configuration: what OK(NETWORK_CONFIG_REQUEST) carries, and the whole of NETWORK_CONFIG ({@code
 * protocol.md} 4.12).
 *
 * @param data slice of the dictionary's text
 * @param updateId nonzero, the same for all chunks of one configuration
 * @param totalLength unsigned 32 bits: length of the whole dictionary
 * @param position unsigned 32 bits: where this slice belongs
 * @param signature the controller's, 96 bytes; empty for the legacy form, which is one chunk and unsigned
 */
public record NetworkConfigChunk(
        long networkId, Bytes data, int flags, long updateId, int totalLength, int position, Bytes signature) {
    /** Receivers forward the chunk to the other members. */
    public static final int FLAG_FAST_PROPAGATE = 0x01;
    /** Bytes of a signed chunk besides its data. */
    public static final int OVERHEAD = 8 + 2 + 1 + 8 + 4 + 4 + 1 + 2 + Identity.SIGNATURE_LENGTH;

    private static final int SIGNATURE_TYPE = 1;

    /** A chunk signed by {@code controller}. */
    public static NetworkConfigChunk sign(
            Identity controller, long networkId, Bytes data, int flags, long updateId, int totalLength, int position) {
        NetworkConfigChunk unsigned =
                new NetworkConfigChunk(networkId, data, flags, updateId, totalLength, position, Bytes.EMPTY);
        Bytes signature = Bytes.of(controller.sign(unsigned.signedMessage()));
        return new NetworkConfigChunk(networkId, data, flags, updateId, totalLength, position, signature);
    }

    public static Optional<NetworkConfigChunk> read(ByteReader reader) {
        long networkId = reader.getLong();
        Bytes data = Bytes.read(reader, reader.getShort());
        if (reader.ok() && reader.remaining() == 0) {
            return Optional.of(new NetworkConfigChunk(networkId, data, 0, 0, data.length(), 0, Bytes.EMPTY));
        }
        int flags = reader.getByte();
        long updateId = reader.getLong();
        int totalLength = reader.getInt();
        int position = reader.getInt();
        int signatureType = reader.getByte();
        int signatureLength = reader.getShort();
        if (signatureType != SIGNATURE_TYPE || signatureLength != Identity.SIGNATURE_LENGTH) {
            reader.fail();
        }
        Bytes signature = Bytes.read(reader, Identity.SIGNATURE_LENGTH);
        return reader.ok()
                ? Optional.of(
                        new NetworkConfigChunk(networkId, data, flags, updateId, totalLength, position, signature))
                : Optional.empty();
    }

    public void write(ByteWriter writer) {
        if (signature.isEmpty()) {
            writer.putLong(networkId).putShort(data.length());
            data.write(writer);
            return;
        }
        writeSigned(writer);
        writer.putByte(SIGNATURE_TYPE).putShort(signature.length());
        signature.write(writer);
    }

    /** What {@link #signature} signs: from the network ID through the position. */
    public byte[] signedMessage() {
        ByteWriter writer = new ByteWriter(OVERHEAD + data.length());
        writeSigned(writer);
        return writer.toByteArray();
    }

    private void writeSigned(ByteWriter writer) {
        writer.putLong(networkId).putShort(data.length());
        data.write(writer);
        writer.putByte(flags).putLong(updateId).putInt(totalLength).putInt(position);
    }
}
