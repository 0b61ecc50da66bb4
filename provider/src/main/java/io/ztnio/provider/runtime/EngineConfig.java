package io.ztnio.provider.runtime;

import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.LastPort;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.protocol.transport.UdpSockets;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.PathSettings;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.sender.SenderWorkers;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * What an engine is made of.
 *
 * @param home directory to keep other nodes off, if the store is one
 * @param store identity, planet, networks and peers
 * @param planet the roots, which the store then keeps; empty for those that it has
 * @param bind local addresses for UDP; empty for all
 * @param port UDP port, 0 for a free one
 * @param loopback whether loopback addresses may carry the protocol
 * @param controller whether this node answers for networks of its own
 * @param offload whether to hand runs of datagrams to the kernel in one piece
 * @param threads threads that encrypt and send, 0 for none
 * @param peerTimeout how long a peer that is silent for a minute is sought before connections to it end; 0 for ever
 * @param exitTimeout bound of the wait for peers at the end; 0 for none
 * @param stack settings of the TCP/IP stack
 * @param paths how packets find their ways outside
 */
public record EngineConfig(
        Optional<Path> home,
        StateStore store,
        Optional<World> planet,
        List<InetAddress> bind,
        int port,
        boolean loopback,
        boolean controller,
        UdpOffload offload,
        int threads,
        Duration peerTimeout,
        Duration exitTimeout,
        StackConfig stack,
        PathSettings paths) {
    /** The name and content of the daemon's file. */
    static final String PORT_KEY = "zerotier-one.port";

    private static final String CONF_KEY = "local.conf";

    private static final int MANY_PROCESSORS = 8;
    private static final int PROCESSORS_PER_SHARD = 4;
    private static final int MOST_AUTOMATIC = 4;

    public EngineConfig {
        Objects.requireNonNull(home, "home");
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(planet, "planet");
        Objects.requireNonNull(offload, "offload");
        Objects.requireNonNull(stack, "stack");
        Objects.requireNonNull(paths, "paths");
        bind = List.copyOf(bind);
    }

    /**
     * What the configuration says.
     *
     * @throws IOException if the planet cannot be read
     */
    public static EngineConfig of(ZtnioConfig config, boolean controller) throws IOException {
        return of(config, NodeGround.of(config), controller);
    }

    /** As {@link #of(ZtnioConfig, boolean)}, for a node that keeps its state elsewhere. */
    static EngineConfig of(ZtnioConfig config, NodeGround ground, boolean controller) throws IOException {
        return new EngineConfig(
                ground.home(),
                ground.store(),
                Planets.of(config, ground),
                config.bind(),
                config.port(),
                config.loopback(),
                controller,
                config.udpOffload(),
                config.threads()
                        .orElseGet(() ->
                                SenderWorkers.automatic(Runtime.getRuntime().availableProcessors())),
                config.peerTimeout(),
                config.exitTimeout(),
                StackConfig.defaults()
                        .withTcpCongestion(config.tcpCongestion())
                        .withMinimumPeerMss(config.tcpMinimumMss())
                        .withShards(shards(config.threads())),
                config.paths());
    }

    /**
     * Identity, roots and peers, as stored and configured; a planet that is configured is stored.
     *
     * @param nowMillis epoch milliseconds
     * @param onFailure told of what is damaged and was set aside
     * @throws io.ztnio.protocol.node.DamagedStateException if the identity cannot be read, or the planet and none is configured
     */
    NodeState loadState(SecureRandom random, long nowMillis, BiConsumer<String, IOException> onFailure)
            throws IOException {
        return NodeState.load(store, random, planet.orElse(null), nowMillis, onFailure);
    }

    /** Where a value of the store is, for messages. */
    String place(String key) {
        return home.map(directory -> directory.resolve(key).toString()).orElse(key);
    }

    /**
     * Binds the UDP sockets; a node that may choose its port takes that of its last run.
     *
     * @param sockets where they come from
     * @param onFailure told of what is damaged and was set aside
     */
    DatagramTransport openTransport(UdpSockets sockets, BiConsumer<String, IOException> onFailure) throws IOException {
        NamedLinks links = new NamedLinks(paths.bonding());
        List<InetAddress> besides = bind.isEmpty() ? links.addresses(loopback) : List.of();
        if (bind.isEmpty()) {
            links.missing()
                    .forEach(name -> onFailure.accept(
                            CONF_KEY,
                            new IOException("settings.policies: links names "
                                    + name
                                    + ", but no such interface is up with an address; one that comes later has sockets of its own"
                                    + " with the next start only")));
        }
        DatagramTransport transport = new LastPort(store, PORT_KEY, onFailure)
                .open(port, chosen -> openWith(besides, sockets, chosen, onFailure));
        links.pin(transport);
        return transport;
    }

    /** @param besides single addresses that have sockets of their own, on the first port */
    private DatagramTransport openWith(
            List<InetAddress> besides, UdpSockets sockets, int chosen, BiConsumer<String, IOException> onFailure)
            throws IOException {
        if (besides.isEmpty()) {
            return open(List.of(), sockets, chosen, onFailure);
        }
        int port = chosen;
        if (port == 0) {
            // All have the same port, so it has to be known before they are bound.
            try (DatagramTransport first = sockets.open(LocalEndpoints.toBind(bind, 0), UdpOffload.OFF, 0)) {
                port = first.localAddresses().get(0).getPort();
            }
        }
        try {
            return open(LocalEndpoints.toBind(besides, port), sockets, port, onFailure);
        } catch (BindException e) {
            // If it is the port itself that cannot be had, this throws.
            DatagramTransport alone = open(List.of(), sockets, port, onFailure);
            onFailure.accept("settings.policies", e);
            return alone;
        }
    }

    private DatagramTransport open(
            List<InetSocketAddress> besides, UdpSockets sockets, int chosen, BiConsumer<String, IOException> onFailure)
            throws IOException {
        List<InetSocketAddress> first = new ArrayList<>(LocalEndpoints.toBind(bind, chosen));
        first.addAll(besides);
        if (paths.secondPort().isPresent()) {
            List<InetSocketAddress> both = new ArrayList<>(first);
            both.addAll(LocalEndpoints.toBind(bind, paths.secondPort().getAsInt()));
            try {
                return sockets.open(both, offload, threads);
            } catch (BindException e) {
                // If it is the first port that cannot be had, this throws, and nothing is said of the second.
                DatagramTransport alone = sockets.open(first, offload, threads);
                onFailure.accept("settings.secondaryPort", e);
                return alone;
            }
        }
        return sockets.open(first, offload, threads);
    }

    /** Stacks for so many threads; chosen by the machine, a few where there are processors to spare. */
    private static int shards(OptionalInt threads) {
        int processors = Runtime.getRuntime().availableProcessors();
        int auto = processors < MANY_PROCESSORS ? 1 : Math.min(MOST_AUTOMATIC, processors / PROCESSORS_PER_SHARD);
        return Math.max(1, threads.orElse(auto));
    }
}
