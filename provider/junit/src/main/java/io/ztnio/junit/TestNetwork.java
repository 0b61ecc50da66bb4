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
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierBuilder;
import io.ztnio.provider.ZeroTierController;
import io.ztnio.tcpip.turn.NodeTime;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * A planet, whose root is a controller too, and its networks, all in the memory of this process, in real or {@linkplain
 * NetworkTime#VIRTUAL virtual} time: no UDP, no files. The first network lets in anybody; its nodes have addresses in 10.121.0.0/16, and IPv6 addresses that follow from
 * their ids.
 *
 * <p>Thread: thread-safe.
 */
public final class TestNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(2);

    /** A journey may take seconds there. */
    private static final Duration VIRTUAL_EXIT_TIMEOUT = Duration.ofMinutes(5);

    private static final long PLANET_TIME = 1_700_000_000_000L;

    /** {@code null} if time is real. */
    private final VirtualTime time;

    private final long begunNanos;
    private final MemoryHub hub;
    private final MemoryAddresses addresses = new MemoryAddresses();
    private final LongAdder carried = new LongAdder();
    private final World planet;
    private final ZeroTierController root;
    private final long networkId;

    /** Guarded by this: nodes by number, and those that the test has made itself. */
    private final List<ZeroTier> nodes = new ArrayList<>();

    /** Guarded by this. */
    private int identities;

    /** Guarded by this. */
    private int privateNetworks;
    /** 0 for the usual ones only. */
    private volatile int longestBytes;

    /** A planet that runs in real time, with a network on which nobody is but its controller. */
    public TestNetwork(Conditions conditions) throws IOException {
        this(conditions, NetworkTime.REAL);
    }

    /** The same in a time. */
    public TestNetwork(Conditions conditions, NetworkTime how) throws IOException {
        this.time = how == NetworkTime.VIRTUAL ? new VirtualTime() : null;
        this.begunNanos = nanos();
        this.hub = new MemoryHub(this::nanos, conditions.seed());
        conditions(conditions);
        String secret = nextIdentity();
        Identity identity = Identity.parse(secret).orElseThrow();
        MemoryTransport rootTransport = transport();
        this.planet = World.create(
                World.Type.PLANET,
                identity.address(),
                PLANET_TIME,
                identity,
                List.of(new WorldRoot(identity, rootTransport.localAddresses())));
        MemoryStateStore store = new MemoryStateStore();
        store.put(NodeState.IDENTITY_SECRET, secret.getBytes(StandardCharsets.US_ASCII));
        this.root = ZeroTierController.start(store, planet, (bind, offload, senders) -> rootTransport, nodeTime());
        this.networkId = identity.address() << 24 | 1;
        root.define(definition(networkId, 121, false).build());
    }

    private long nanos() {
        return time == null ? System.nanoTime() : time.nanos();
    }

    private NodeTime nodeTime() {
        return time == null ? NodeTime.SYSTEM : time;
    }

    private MemoryTransport transport() {
        return new MemoryTransport(hub.attach(), addresses, time, longestBytes > 0, carried);
    }

    /** How much time has passed on this network. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos() - begunNanos);
    }

    /**
     * Lets time pass on this network, in few moments outside, with all that happens in it.
     *
     * @throws IllegalStateException if the network is in real time
     */
    public void advance(Duration duration) throws InterruptedException {
        if (time == null) {
            throw new IllegalStateException("this network is in real time: make it with NetworkTime.VIRTUAL");
        }
        time.advance(duration);
    }

    /**
     * Waits until a node is up, as {@link ZeroTier#up} does, for a minute of real time; in virtual time that is long, for
     * whatever nodes wait for passes at once meanwhile.
     */
    public void up(ZeroTier node) throws IOException, InterruptedException {
        if (time == null) {
            node.up(PATIENCE);
        } else {
            time.hurry(() -> node.up(PATIENCE));
        }
    }

    private static NetworkDefinition.Builder definition(long id, int second, boolean isPrivate) throws IOException {
        return NetworkDefinition.builder(id)
                .name("test")
                .isPrivate(isPrivate)
                .rfc4193(true)
                .routes(List.of(new Route(new InetPrefix(ip(second, 0, 0), 16))))
                .pools(List.of(new AddressPool(ip(second, 0, 1), ip(second, 255, 254))));
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
        Faults usual = Faults.NONE
                .withLoss(conditions.loss())
                .withDelay(conditions.delay().toNanos(), conditions.jitter().toNanos());
        hub.faults(longestBytes == 0 ? usual : usual.withMtu(longestBytes));
    }

    /**
     * From now on datagrams of so many bytes arrive, and longer ones do not; nodes that are made from now on find out what does. Part of
     * {@link #conditions}, which are to be set again.
     */
    void longestDatagram(int bytes) {
        longestBytes = bytes;
    }

    /** Datagrams sent so far, those that do not arrive included. */
    long carried() {
        return carried.sum();
    }

    /** One more network, which lets in everybody, with an MTU; its id. */
    synchronized String define(int mtuBytes) throws IOException {
        privateNetworks++;
        long id = networkId + privateNetworks;
        root.define(definition(id, 121 + privateNetworks, false).mtu(mtuBytes).build());
        return NetworkId.format(id);
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
            up(node);
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
                .udpSockets((bind, offload, senders) -> transport())
                .time(nodeTime())
                .set("ztnio.threads", "0")
                .set("ztnio.exit.timeout", (time == null ? EXIT_TIMEOUT : VIRTUAL_EXIT_TIMEOUT).toMillis() + "ms");
    }

    /** One more network, which lets in only whom {@link #authorize} names; its id. */
    public synchronized String definePrivate() throws IOException {
        privateNetworks++;
        long id = networkId + privateNetworks;
        root.define(definition(id, 121 + privateNetworks, true).build());
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
        try {
            if (time == null) {
                close(open);
            } else {
                time.hurry(() -> close(open));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (time != null) {
                time.close();
            }
        }
    }

    private boolean close(List<ZeroTier> open) {
        open.forEach(ZeroTier::close);
        root.close();
        return true;
    }
}
