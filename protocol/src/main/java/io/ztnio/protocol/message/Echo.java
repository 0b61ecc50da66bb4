package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.util.Optional;

/** ECHO, and what OK(ECHO) carries: any bytes ({@code protocol.md} 4.9). */
public record Echo(Bytes data) {
    public static Optional<Echo> read(ByteReader reader) {
        return Optional.of(new Echo(Bytes.readRest(reader)));
    }

    public void write(ByteWriter writer) {
        data.write(writer);
    }
}
