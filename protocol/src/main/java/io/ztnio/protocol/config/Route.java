package io.ztnio.protocol.config;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A managed route ({@code protocol.md} 6.2). Immutable.
 *
 * @param target destination
 * @param via next hop; empty for a route that is on the link
 * @param flags 16 bits, unused
 * @param metric 16 bits, unused
 */
public record Route(InetPrefix target, Optional<InetAddress> via, int flags, int metric) {
    static final int MAX_LENGTH = 2 * InetPrefix.MAX_LENGTH + 4;

    public Route(InetPrefix target) {
        this(target, Optional.empty(), 0, 0);
    }

    public Route(InetPrefix target, InetAddress via) {
        this(target, Optional.of(via), 0, 0);
    }

    /** Reads one; empty if it has no target, or if the reader has failed. */
    static Optional<Route> read(ByteReader reader) {
        Optional<InetPrefix> target = InetPrefix.read(reader);
        Optional<InetAddress> via = InetPrefix.read(reader).map(InetPrefix::address);
        int flags = reader.getShort();
        int metric = reader.getShort();
        return reader.ok() ? target.map(t -> new Route(t, via, flags, metric)) : Optional.empty();
    }

    void write(ByteWriter writer) {
        target.write(writer);
        if (via.isPresent()) {
            new InetPrefix(via.get(), 0).write(writer);
        } else {
            InetPrefix.writeNull(writer);
        }
        writer.putShort(flags).putShort(metric);
    }

    @Override
    public String toString() {
        return target
                + via.map(gateway -> " via " + SocketAddressField.format(gateway))
                        .orElse("");
    }
}
