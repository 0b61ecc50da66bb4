package io.ztnio.provider.runtime;

import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.UdpSockets;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.turn.NodeTime;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What a ZeroTier node stands on: its state, its roots, its sockets and its time. Immutable.
 *
 * @param home directory to keep other nodes off, if the store is one
 * @param store identity, planet, networks and peers
 * @param planet the roots, before what the settings say
 * @param sockets what carries its datagrams
 * @param time whose clock it goes by
 */
public record NodeGround(
        Optional<Path> home, StateStore store, Optional<World> planet, UdpSockets sockets, NodeTime time) {
    /** How messages call a store that is no home. */
    static final String GIVEN_STORE = "a given state store";

    public NodeGround {
        Objects.requireNonNull(home, "home");
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(planet, "planet");
        Objects.requireNonNull(sockets, "sockets");
        Objects.requireNonNull(time, "time");
    }

    /** The configured home, and the operating system's sockets. */
    public static NodeGround of(ZtnioConfig config) {
        return new NodeGround(
                Optional.of(config.home()),
                new FileStateStore(config.home()),
                Optional.empty(),
                (bind, offload, senders) -> UdpSockets.of(OsProvider.get()).open(bind, offload, senders),
                NodeTime.SYSTEM);
    }

    /** Where the state is, for messages. */
    String place() {
        return home.map(directory -> "ztnio.home=" + directory).orElse(GIVEN_STORE);
    }
}
