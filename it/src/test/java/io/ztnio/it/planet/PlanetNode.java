package io.ztnio.it.planet;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.network.NetworkListener;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.world.World;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A machine with a disk, and a node with VL2 on it while it runs. */
final class PlanetNode implements NetworkListener {
    /** What the memory-hard hash takes on a common processor, and without it the agreement on keys. */
    private static final int HASH_MILLIS = 15;

    private static final int AGREEMENT_MILLIS = 1;

    /** Hears of the frames that a node's networks deliver. */
    @FunctionalInterface
    interface FrameSink {
        void onFrame(PlanetNode receiver, long sourceMac, int etherType, byte[] buffer, int offset, int length);
    }

    final SimHost host;
    final Identity identity;
    private final SimNet net;
    private final World planet;
    private final FrameSink sink;
    private MemoryStateStore disk = new MemoryStateStore();
    private Networks networks;
    private VirtualNetwork network;
    private long mac;
    private List<World> moons = List.of();
    private OptionalLong moonSeed = OptionalLong.empty();
    private final Set<Long> groups = new HashSet<>();

    /** On the net's clock, of the last start; -1 before. */
    long startedMillis = -1;

    /** When its network was ready after that; -1 before. */
    long readyMillis = -1;

    PlanetNode(SimNet net, SimHost host, Identity identity, World planet, FrameSink sink) {
        this.net = net;
        this.host = host;
        this.identity = identity;
        this.planet = planet;
        this.sink = sink;
    }

    long address() {
        return identity.address();
    }

    /** From the next start on it is in a moon: as one of its roots, or because somebody has given it the file. */
    void has(World moon) {
        moons = List.of(moon);
    }

    /** From the next start on it looks for a moon, which has the ID of its root, at that root. */
    void orbits(long rootAddress) {
        moonSeed = OptionalLong.of(rootAddress);
    }

    boolean isOrbiting() {
        return !moons.isEmpty() || moonSeed.isPresent();
    }

    /** Whether it knows a moon, and reaches the moon's root by a path of its own. */
    boolean isAtMoon(PlanetNode root) {
        return isRunning() && host.node().moons().size() == 1 && isDirectTo(root);
    }

    boolean hasIpv4() {
        return host.sockets().stream().anyMatch(socket -> socket.getAddress() instanceof Inet4Address);
    }

    boolean hasIpv6() {
        return host.sockets().stream().anyMatch(socket -> socket.getAddress() instanceof Inet6Address);
    }

    boolean isRunning() {
        return host.node() != null;
    }

    /** Starts the node with what is on its disk. */
    Networks start() {
        List<PeerRecord> peers = disk.list(NodeState.PEERS).stream()
                .flatMap(key -> PeerRecord.parse(disk.get(key).orElseThrow()).stream())
                .toList();
        NodeState state = new NodeState(identity, Optional.of(planet), moons, Map.of(), peers);
        NodeConfig config = NodeConfig.builder(state, net.random())
                .store(disk)
                .validity(PlanetIdentities::isValid)
                .build();
        Node node = host.start(config);
        host.checkIdentitiesElsewhere(PlanetNode::check);
        networks = new Networks(node.vl1(), store(), this);
        node.handler(networks);
        moonSeed.ifPresent(seed -> node.orbit(seed, moonSeed, net.nowMillis()));
        startedMillis = net.nowMillis();
        readyMillis = -1;
        return networks;
    }

    private static int check(Runnable check) {
        long before = PlanetIdentities.asked();
        check.run();
        return PlanetIdentities.asked() == before ? AGREEMENT_MILLIS : HASH_MILLIS;
    }

    NetworkStore store() {
        return NetworkStore.of(disk, (name, e) -> {
            throw new AssertionError(name, e);
        });
    }

    void join(long networkId) {
        network = networks.join(networkId, host.nowMillis());
        mac = network.mac();
        groups.forEach(group -> network.subscribe(group, 0));
        host.touch();
    }

    /** Subscribes to a multicast group, now and after each start. */
    void subscribe(long groupMac) {
        groups.add(groupMac);
        if (network != null) {
            network.subscribe(groupMac, 0);
            host.touch();
        }
    }

    void unsubscribe(long groupMac) {
        groups.remove(groupMac);
        if (network != null) {
            network.unsubscribe(groupMac, 0);
            host.touch();
        }
    }

    /** The process ends as it should. */
    void close() {
        host.node().close(host.nowMillis());
        crash();
    }

    /** The process is gone, without having been told. */
    void crash() {
        host.stop();
        network = null;
    }

    /** What it has stored is lost. */
    void wipe() {
        disk = new MemoryStateStore();
    }

    boolean isReady() {
        return network != null && network.status() == NetworkStatus.OK;
    }

    /** Whether the controller has put it out, as far as it knows. */
    boolean isDenied() {
        return network != null && network.status() == NetworkStatus.ACCESS_DENIED;
    }

    boolean isOnline() {
        return isRunning() && host.node().isOnline(host.nowMillis());
    }

    /** Once it has been started: its address on the network. */
    long mac() {
        return mac;
    }

    /** How many others it knows. */
    int peerCount() {
        return host.node().peers(host.nowMillis()).size();
    }

    boolean isDirectTo(PlanetNode other) {
        return isRunning()
                && host.node()
                        .vl1()
                        .peer(other.address())
                        .filter(peer -> isDirect(peer))
                        .isPresent();
    }

    private boolean isDirect(Peer peer) {
        return peer.hasDirectPath(host.nowMillis());
    }

    /** Whether what it sends to another goes by IPv6. */
    boolean isDirectByIpv6To(PlanetNode other) {
        return isRunning()
                && host.node().peers(host.nowMillis()).stream()
                        .filter(peer -> peer.address() == other.address() && peer.direct())
                        .flatMap(peer -> peer.paths().stream())
                        .anyMatch(path -> path.preferred() && path.remote().getAddress() instanceof Inet6Address);
    }

    void send(long destinationMac, int etherType, byte[] payload) {
        byte[] buffer = new byte[VirtualNetwork.HEADROOM + payload.length + VirtualNetwork.TAILROOM];
        System.arraycopy(payload, 0, buffer, VirtualNetwork.HEADROOM, payload.length);
        network.sendFrame(destinationMac, etherType, buffer, VirtualNetwork.HEADROOM, payload.length, host.nowMillis());
        host.touch();
    }

    @Override
    public void onFrame(
            VirtualNetwork from,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        sink.onFrame(this, sourceMac, etherType, buffer, offset, length);
    }

    @Override
    public void onConfigChanged(VirtualNetwork changed, NetworkConfig config) {}

    @Override
    public void onConfigProblem(VirtualNetwork of, String problem) {
        throw new AssertionError(of + " " + problem);
    }

    @Override
    public void onFailure(VirtualNetwork of, RuntimeException bug) {
        throw new AssertionError(of.toString(), bug);
    }

    @Override
    public void onStatus(VirtualNetwork of, NetworkStatus status) {
        if (status == NetworkStatus.OK && readyMillis < 0) {
            readyMillis = net.nowMillis();
        }
    }
}
