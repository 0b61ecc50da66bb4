package io.ztnio.provider.runtime;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Identities made beforehand, because making one takes up to some seconds. Thread-safe. */
public final class PreparedIdentities {
    private static final List<Identity> ALL = read();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private PreparedIdentities() {}

    /** An identity with its secret, another one than the 63 before it. */
    public static Identity next() {
        return ALL.get(Math.floorMod(NEXT.getAndIncrement(), ALL.size()));
    }

    /** Gives the next identity to a home that has none. */
    static void into(Path home) {
        StateStore store = new FileStateStore(home);
        try {
            if (store.get(NodeState.IDENTITY_SECRET).isEmpty()) {
                store.put(NodeState.IDENTITY_SECRET, next().toSecretString().getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Identity> read() {
        try (InputStream in = PreparedIdentities.class.getResourceAsStream("identities.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> Identity.parse(line).orElseThrow())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
