package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;

/**
 * Versions of protocol and software: 5 bytes of {@link Hello} and {@link OkHello}.
 *
 * @param protocol at least 4 to be spoken with ({@code protocol.md} 12)
 */
public record SoftwareVersion(int protocol, int major, int minor, int revision) {
    /** What this software calls itself, with the protocol's version that a node announces. */
    public static SoftwareVersion ours(int protocol) {
        return new SoftwareVersion(protocol, 0, 1, 0);
    }

    static SoftwareVersion read(ByteReader reader) {
        return new SoftwareVersion(reader.getByte(), reader.getByte(), reader.getByte(), reader.getShort());
    }

    void write(ByteWriter writer) {
        writer.putByte(protocol).putByte(major).putByte(minor).putShort(revision);
    }

    /** {@code major.minor.revision}. */
    @Override
    public String toString() {
        return major + "." + minor + "." + revision;
    }
}
