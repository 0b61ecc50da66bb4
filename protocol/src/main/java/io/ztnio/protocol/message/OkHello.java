package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What OK(HELLO) carries ({@code protocol.md} 4.3).
 *
 * @param timestamp copied from the HELLO
 * @param source where the HELLO came from, or {@code null}
 * @param worldUpdates concatenated worlds; to be looked into only if the responder is to be trusted with them
 */
public record OkHello(long timestamp, SoftwareVersion version, InetSocketAddress source, Bytes worldUpdates) {
    public static OkHello of(
            long timestamp, SoftwareVersion version, InetSocketAddress source, List<World> worldUpdates) {
        if (worldUpdates.isEmpty()) {
            return new OkHello(timestamp, version, source, Bytes.EMPTY);
        }
        ByteWriter writer = new ByteWriter(worldUpdates.size() * World.MAX_LENGTH);
        for (World world : worldUpdates) {
            world.write(writer);
        }
        return new OkHello(timestamp, version, source, Bytes.of(writer.toByteArray()));
    }

    public static Optional<OkHello> read(ByteReader reader) {
        long timestamp = reader.getLong();
        SoftwareVersion version = SoftwareVersion.read(reader);
        // Old responders end here or behind the address.
        InetSocketAddress source = reader.remaining() > 0 ? SocketAddressField.read(reader) : null;
        Bytes worlds = reader.remaining() >= 2 ? Bytes.read(reader, reader.getShort()) : Bytes.EMPTY;
        return reader.ok() ? Optional.of(new OkHello(timestamp, version, source, worlds)) : Optional.empty();
    }

    /** The worlds, up to the first that is malformed. None is verified. */
    public List<World> worlds() {
        List<World> worlds = new ArrayList<>();
        ByteReader reader = worldUpdates.reader();
        while (reader.remaining() > 0) {
            World.read(reader).ifPresent(worlds::add);
        }
        return worlds;
    }

    public void write(ByteWriter writer) {
        writer.putLong(timestamp);
        version.write(writer);
        SocketAddressField.write(writer, source);
        writer.putShort(worldUpdates.length());
        worldUpdates.write(writer);
    }
}
