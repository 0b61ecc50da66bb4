package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.util.Optional;

/**
 * NETWORK_CONFIG_REQUEST ({@code protocol.md} 4.12).
 *
 * @param metadata a dictionary, {@code protocol.md} 6.1
 * @param revision of the configuration that the sender has, or 0
 * @param timestamp of that configuration, or 0
 */
public record NetworkConfigRequest(long networkId, Bytes metadata, long revision, long timestamp) {
    private static final int HAVE_LENGTH = 16;

    /** Reads a request; revision and timestamp may be missing. */
    public static Optional<NetworkConfigRequest> read(ByteReader reader) {
        long networkId = reader.getLong();
        Bytes metadata = Bytes.read(reader, reader.getShort());
        boolean have = reader.remaining() >= HAVE_LENGTH;
        long revision = have ? reader.getLong() : 0;
        long timestamp = have ? reader.getLong() : 0;
        return reader.ok()
                ? Optional.of(new NetworkConfigRequest(networkId, metadata, revision, timestamp))
                : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putLong(networkId).putShort(metadata.length());
        metadata.write(writer);
        writer.putLong(revision).putLong(timestamp);
    }
}
