package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.util.Optional;

/**
 * The start of ERROR: what was refused, and why ({@code protocol.md} 4.4). Most codes have a network ID next.
 *
 * @param inReVerbCode the request's verb
 * @param inRePacketId the request's ID on the wire
 * @param errorCode code of {@link ErrorCode}
 */
public record ErrorHeader(int inReVerbCode, long inRePacketId, int errorCode) {
    public static final int LENGTH = 10;

    public static Optional<ErrorHeader> read(ByteReader reader) {
        ErrorHeader header = new ErrorHeader(reader.getByte(), reader.getLong(), reader.getByte());
        return reader.ok() ? Optional.of(header) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putByte(inReVerbCode).putLong(inRePacketId).putByte(errorCode);
    }

    /** The request's verb, or {@code null} for an unassigned one. */
    public Verb inReVerb() {
        return Verb.of(inReVerbCode);
    }

    /** Why, or {@code null} for an unassigned code. */
    public ErrorCode code() {
        return ErrorCode.of(errorCode);
    }
}
