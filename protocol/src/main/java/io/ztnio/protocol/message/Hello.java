package io.ztnio.protocol.message;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * HELLO ({@code protocol.md} 4.2). The list of moons is masked on the wire: before {@link #read} and after {@link #write} the
 * caller applies {@code HelloMask} from {@link #maskPosition} on, or {@link #maskedLength} bytes before the end.
 *
 * <p>All fields after the identity may be missing when received; they read as {@code null}, 0 and empty, and are
 * always written.
 *
 * @param timestamp sender's clock in milliseconds, to be echoed
 * @param destination physical address that this goes to, or {@code null}
 * @param planetTimestamp epoch milliseconds
 */
public record Hello(
        SoftwareVersion version,
        long timestamp,
        Identity identity,
        InetSocketAddress destination,
        long planetId,
        long planetTimestamp,
        List<WorldVersion> moons) {
    /** Where the payload has the identity. */
    public static final int IDENTITY = 13;

    private static final int PLANET_LENGTH = 16;

    public Hello {
        moons = List.copyOf(moons);
    }

    /** Reads a HELLO whose mask has been taken off, or whose list of moons has been cut off. */
    public static Optional<Hello> read(ByteReader reader) {
        SoftwareVersion version = SoftwareVersion.read(reader);
        long timestamp = reader.getLong();
        Optional<Identity> identity = Identity.read(reader);
        if (identity.isEmpty()) {
            return Optional.empty();
        }
        InetSocketAddress destination = reader.remaining() > 0 ? SocketAddressField.read(reader) : null;
        long planetId = 0;
        long planetTimestamp = 0;
        List<WorldVersion> moons = new ArrayList<>();
        if (reader.remaining() >= PLANET_LENGTH) {
            planetId = reader.getLong();
            planetTimestamp = reader.getLong();
            int count = reader.remaining() > 0 ? reader.getShort() : 0;
            for (int i = 0; i < count && reader.ok(); i++) {
                moons.add(WorldVersion.read(reader));
            }
        }
        return reader.ok()
                ? Optional.of(new Hello(
                        version,
                        timestamp,
                        identity.get().withoutSecret(),
                        destination,
                        planetId,
                        planetTimestamp,
                        moons))
                : Optional.empty();
    }

    /**
     * Reads what stands before the masked part, as if nothing followed.
     *
     * @param reader at the payload; used up
     */
    public static Optional<Hello> readUpToMask(ByteReader reader) {
        int start = reader.position();
        int masked = maskPosition(reader);
        return read(reader.reset(reader.array(), start, masked - start));
    }

    /**
     * Where the masked part starts, as an index of the reader's array; the reader's end if there is none. Advances the reader,
     * which fails for malformed input.
     *
     * @param reader at the payload
     */
    public static int maskPosition(ByteReader reader) {
        int end = reader.position() + reader.remaining();
        reader.skip(IDENTITY);
        Identity.skip(reader);
        if (reader.remaining() == 0) {
            return end;
        }
        SocketAddressField.skip(reader);
        if (reader.remaining() < PLANET_LENGTH) {
            return end;
        }
        reader.skip(PLANET_LENGTH);
        return reader.position();
    }

    /** Length of the masked part, which is the last. */
    public int maskedLength() {
        return 2 + WorldVersion.LENGTH * moons.size();
    }

    /** Writes it unmasked. */
    public void write(ByteWriter writer) {
        version.write(writer);
        writer.putLong(timestamp);
        identity.write(writer);
        SocketAddressField.write(writer, destination);
        writer.putLong(planetId).putLong(planetTimestamp).putShort(moons.size());
        for (WorldVersion moon : moons) {
            moon.write(writer);
        }
    }
}
