package io.ztnio.junit;

import io.ztnio.overlay.transport.Faults;
import io.ztnio.overlay.transport.MemoryHub;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierBuilder;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.provider.runtime.EngineConfig;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A planet, whose root is a controller too, and its networks, all in the memory of this process and in real time: no UDP, no
 * files. The first network lets in anybody; its nodes have addresses in 10.121.0.0/16, and IPv6 addresses that follow from
 * their ids.
 *
 * <p>Thread: thread-safe.
 */
public final class TestNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PEER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(2);
    private static final long PLANET_TIME = 1_700_000_000_000L;

    private final MemoryHub hub;
    private final MemoryAddresses addresses = new MemoryAddresses();
    private final World planet;
    private final Engine root;
    private final long networkId;

    /** Guarded by this: nodes by number, and those that the test has made itself. */
    private final List<ZeroTier> nodes = new ArrayList<>();

    /** Guarded by this. */
    private int identities;

    /** Guarded by this. */
    private int privateNetworks;

    /** A planet that runs, with a network on which nobody is but its controller. */
    public TestNetwork(Conditions conditions) throws IOException {
        this.hub = new MemoryHub(System::nanoTime, conditions.seed());
        conditions(conditions);
        String secret = nextIdentity();
        Identity identity = Identity.parse(secret).orElseThrow();
        MemoryTransport rootTransport = new MemoryTransport(hub.attach(), addresses);
        this.planet = World.create(
                World.Type.PLANET,
                identity.address(),
                PLANET_TIME,
                identity,
                List.of(new WorldRoot(identity, rootTransport.localAddresses())));
        MemoryStateStore store = new MemoryStateStore();
        store.put(NodeState.IDENTITY_SECRET, secret.getBytes(StandardCharsets.US_ASCII));
        this.root = Engine.start(
                new EngineConfig(
                        Optional.empty(),
                        store,
                        Optional.of(planet),
                        List.of(),
                        0,
                        false,
                        true,
                        UdpOffload.OFF,
                        0,
                        PEER_TIMEOUT,
                        Duration.ZERO,
                        StackConfig.defaults()),
                (bind, offload, senders) -> rootTransport);
        this.networkId = identity.address() << 24 | 1;
        root.define(definition(networkId, 121, false));
    }

    private static NetworkDefinition definition(long id, int second, boolean isPrivate) throws IOException {
        return NetworkDefinition.builder(id)
                .name("test")
                .isPrivate(isPrivate)
                .rfc4193(true)
                .routes(List.of(new Route(new InetPrefix(ip(second, 0, 0), 16))))
                .pools(List.of(new AddressPool(ip(second, 0, 1), ip(second, 255, 254))))
                .build();
    }

    private static InetAddress ip(int second, int third, int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, (byte) second, (byte) third, (byte) last});
    }

    private synchronized String nextIdentity() {
        return PreparedIdentities.get(identities++);
    }

    /** The network's id, 16 hexadecimal digits. */
    public String id() {
        return NetworkId.format(networkId);
    }

    /** Changes how bad the network is, but for the seed, for what is sent from now on. */
    public void conditions(Conditions conditions) {
        hub.faults(Faults.NONE
                .withLoss(conditions.loss())
                .withDelay(conditions.delay().toNanos(), conditions.jitter().toNanos()));
    }

    /**
     * A node that is up on the network, always the same for a number; those before it are started too.
     *
     * @param number from 0
     */
    public synchronized ZeroTier node(int number) throws IOException, InterruptedException {
        while (nodes.size() <= number) {
            ZeroTier node = newNode().network(id()).build();
            nodes.add(node);
            node.up(PATIENCE);
        }
        return nodes.get(number);
    }

    /**
     * The settings of one more node of this planet, with an identity of its own and no network yet. Whoever builds it closes
     * it.
     */
    public ZeroTierBuilder newNode() {
        return ZeroTier.builder()
                .identity(nextIdentity())
                .planet(planet.toByteArray())
                .udpSockets((bind, offload, senders) -> new MemoryTransport(hub.attach(), addresses))
                .set("ztnio.threads", "0")
                .set("ztnio.exit.timeout", EXIT_TIMEOUT.toMillis() + "ms");
    }

    /** One more network, which lets in only whom {@link #authorize} names; its id. */
    public synchronized String definePrivate() throws IOException {
        privateNetworks++;
        long id = networkId + privateNetworks;
        root.define(definition(id, 121 + privateNetworks, true));
        return NetworkId.format(id);
    }

    /**
     * Lets a node into a network.
     *
     * @param address its ZeroTier address
     */
    public void authorize(String network, String address) {
        root.authorize(NetworkId.parse(network), Address.parse(address));
    }

    /** Puts a node out of a network. */
    public void deauthorize(String network, String address) {
        root.deauthorize(NetworkId.parse(network), Address.parse(address));
    }

    /** Closes the nodes that have numbers, then the planet. */
    @Override
    public void close() {
        List<ZeroTier> open;
        synchronized (this) {
            open = List.copyOf(nodes);
            nodes.clear();
        }
        open.forEach(ZeroTier::close);
        root.close();
    }
}
