package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.util.Optional;

/**
 * The start of OK: what it answers ({@code protocol.md} 4.3).
 *
 * @param inReVerbCode the request's verb
 * @param inRePacketId the request's ID on the wire
 */
public record OkHeader(int inReVerbCode, long inRePacketId) {
    public static final int LENGTH = 9;

    public static Optional<OkHeader> read(ByteReader reader) {
        OkHeader header = new OkHeader(reader.getByte(), reader.getLong());
        return reader.ok() ? Optional.of(header) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putByte(inReVerbCode).putLong(inRePacketId);
    }

    /** The request's verb, or {@code null} for an unassigned one. */
    public Verb inReVerb() {
        return Verb.of(inReVerbCode);
    }
}
