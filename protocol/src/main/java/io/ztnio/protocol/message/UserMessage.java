package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.util.Optional;

/**
 * USER_MESSAGE: anything, for the application ({@code protocol.md} 4.19).
 *
 * @param type up to 65535 reserved for the vendor
 */
public record UserMessage(long type, Bytes data) {
    public static Optional<UserMessage> read(ByteReader reader) {
        long type = reader.getLong();
        Bytes data = Bytes.readRest(reader);
        return reader.ok() ? Optional.of(new UserMessage(type, data)) : Optional.empty();
    }

    public void write(ByteWriter writer) {
        writer.putLong(type);
        data.write(writer);
    }
}
