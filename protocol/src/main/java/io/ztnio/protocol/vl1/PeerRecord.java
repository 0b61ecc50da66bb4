package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of a peer on disk ({@code protocol.md} 5.5): {@code u8 2, identity, u16 protocol, u16 major, u16 minor, u16
 * revision, u16 count, addresses}, and {@code u64} when it was heard last. The daemon's records end before the time, and it does
 * not look at what follows the addresses, so each reads the other's. Immutable.
 *
 * @param version all zero while unknown
 * @param paths physical addresses to try, {@value #MAX_PATHS} at most
 * @param lastHeardMillis epoch milliseconds, or {@link #UNKNOWN_TIME}
 */
public record PeerRecord(
        Identity identity, SoftwareVersion version, List<InetSocketAddress> paths, long lastHeardMillis) {
    /** Never heard, or a record without a time. */
    public static final long UNKNOWN_TIME = -1;

    /** How many paths of a peer are remembered. */
    public static final int MAX_PATHS = 64;

    private static final int FORMAT = 2;
    private static final int TIME_LENGTH = 8;
    private static final int MAX_ADDRESS_LENGTH = 19;

    public PeerRecord {
        paths = List.copyOf(paths);
    }

    public byte[] toBytes() {
        ByteWriter writer =
                new ByteWriter(1 + TIME_LENGTH + Identity.PUBLIC_LENGTH + 10 + paths.size() * MAX_ADDRESS_LENGTH);
        writer.putByte(FORMAT);
        identity.write(writer);
        writer.putShort(version.protocol()).putShort(version.major());
        writer.putShort(version.minor()).putShort(version.revision());
        writer.putShort(paths.size());
        for (InetSocketAddress path : paths) {
            SocketAddressField.write(writer, path);
        }
        writer.putLong(lastHeardMillis);
        return writer.toByteArray();
    }

    /** Reads a record; empty if it is damaged or of another format. */
    public static Optional<PeerRecord> parse(byte[] bytes) {
        ByteReader reader = new ByteReader(bytes);
        if (reader.getByte() != FORMAT) {
            return Optional.empty();
        }
        Optional<Identity> identity = Identity.read(reader);
        SoftwareVersion version =
                new SoftwareVersion(reader.getShort(), reader.getShort(), reader.getShort(), reader.getShort());
        int count = reader.getShort();
        if (identity.isEmpty() || !reader.ok() || count > MAX_PATHS) {
            return Optional.empty();
        }
        List<InetSocketAddress> paths = new ArrayList<>(count);
        for (int i = 0; i < count && reader.ok(); i++) {
            InetSocketAddress path = SocketAddressField.read(reader);
            if (path != null) {
                paths.add(path);
            }
        }
        long heard = reader.ok() && reader.remaining() >= TIME_LENGTH ? reader.getLong() : UNKNOWN_TIME;
        if (!reader.ok()) {
            return Optional.empty();
        }
        return Optional.of(new PeerRecord(identity.get(), version, paths, heard < 0 ? UNKNOWN_TIME : heard));
    }

    /** The same with another time. */
    public PeerRecord heardAt(long millis) {
        return new PeerRecord(identity, version, paths, millis);
    }
}
