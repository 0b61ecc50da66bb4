package io.ztnio.protocol.world;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One root of a {@link World}. Immutable.
 *
 * @param identity without a secret
 * @param endpoints where it listens, at most {@value #MAX_ENDPOINTS}; resolved
 */
public record WorldRoot(Identity identity, List<InetSocketAddress> endpoints) {
    public static final int MAX_ENDPOINTS = 32;

    public WorldRoot {
        identity = identity.withoutSecret();
        endpoints = List.copyOf(endpoints);
        if (endpoints.size() > MAX_ENDPOINTS) {
            throw new IllegalArgumentException("a root has at most 32 endpoints, not " + endpoints.size());
        }
    }

    static Optional<WorldRoot> read(ByteReader reader) {
        Optional<Identity> identity = Identity.read(reader);
        int count = reader.getByte();
        if (identity.isEmpty() || count > MAX_ENDPOINTS) {
            reader.fail();
            return Optional.empty();
        }
        List<InetSocketAddress> endpoints = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            InetSocketAddress endpoint = SocketAddressField.read(reader);
            if (endpoint == null) {
                // The reference implementation would keep a useless null address, which no one publishes.
                reader.fail();
                return Optional.empty();
            }
            endpoints.add(endpoint);
        }
        return Optional.of(new WorldRoot(identity.get(), endpoints));
    }

    void write(ByteWriter writer) {
        identity.write(writer);
        writer.putByte(endpoints.size());
        for (InetSocketAddress endpoint : endpoints) {
            SocketAddressField.write(writer, endpoint);
        }
    }
}
