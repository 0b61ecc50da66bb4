package io.ztnio.provider.service;

import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.controller.ControllerCounts;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.network.FrameCounts;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.Role;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.provider.config.NetworkSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node that only remembers what it was told. Thread-safe. */
public final class FakeNode implements ServedNode {
    private final Identity identity;
    private SingleSignOn login = SingleSignOn.NONE;
    private NodeReport.TcpRelay tcpRelay = NodeReport.TcpRelay.NONE;
    private final Map<Long, NetworkSettings> joined = new TreeMap<>();
    private final Map<Long, Long> orbits = new LinkedHashMap<>();
    private final List<World> moons = new ArrayList<>();

    private int stored = -1;

    public FakeNode(Identity identity) {
        this.identity = identity;
    }

    /** A moon is known from now on. */
    synchronized void knows(World moon) {
        moons.add(moon);
    }

    synchronized Map<Long, Long> orbits() {
        return Map.copyOf(orbits);
    }

    /** A moon of one root. */
    static World moon(Identity root) {
        return World.create(
                World.Type.MOON,
                root.address(),
                1_700_000_000_000L,
                root,
                List.of(new WorldRoot(root, List.of(new InetSocketAddress("192.0.2.1", 9993)))));
    }

    /** Has this told of signing in. */
    public synchronized void login(SingleSignOn told) {
        login = told;
    }

    /** Has this told of the relay over TCP, by which a root is reached if it is active. */
    public synchronized void tcpRelay(NodeReport.TcpRelay told) {
        tcpRelay = told;
    }

    @Override
    public synchronized NodeReport report() {
        InetSocketAddress listening = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9993);
        PeerStatus.PathStatus path = path(tcpRelay.active() ? 1 : 0, "192.0.2.9");
        PeerStatus peer = new PeerStatus(
                0x8e4df28b72L,
                "1.14.1",
                12,
                Role.PLANET,
                7,
                true,
                5,
                List.of(path),
                Optional.empty(),
                new PeerStatus.Tally(21, 22, 3, List.of(0L, 1L, 1L, 4L, 4L, 4L, 4L, 4L, 5L, 5L, 6L), 2050));
        PeerStatus unknown = new PeerStatus(
                0x8e4df28b73L, "", 0, Role.LEAF, -1, false, -1, List.of(), Optional.empty(), PeerStatus.Tally.NONE);
        PeerStatus bonded = new PeerStatus(
                0x8e4df28b74L,
                "1.14.1",
                12,
                Role.LEAF,
                7,
                true,
                5,
                List.of(path(0, "192.0.2.10"), path(0, "192.0.2.11")),
                Optional.of(new PeerStatus.BondStatus(
                        Bonding.Terms.of(Bonding.Policy.BALANCE_XOR).withFailover(1_000),
                        1,
                        1,
                        List.of(
                                new PeerStatus.LinkStatus("eth1", true, true, 2.5, 0.5, 0.25, 1, 3, 100),
                                PeerStatus.LinkStatus.UNWATCHED))),
                PeerStatus.Tally.NONE);
        return new NodeReport(
                identity,
                true,
                List.of(listening),
                List.of(),
                false,
                tcpRelay,
                Optional.empty(),
                moons,
                orbits.keySet(),
                joined.entrySet().stream().map(this::network).toList(),
                List.of(peer, unknown, bonded),
                new NodeReport.Traffic(1, 2, 3, 4, 5, 6, 7),
                new NodeReport.Packets(
                        Map.of(Verb.FRAME, 4L),
                        Map.of(Verb.QOS_MEASUREMENT, 3L),
                        Map.of(),
                        Map.of(ErrorCode.OBJ_NOT_FOUND, 2L)),
                Map.of(DropReason.TOO_SHORT, 8L),
                Map.of(1L, 10, 2L, 20),
                new ControllerCounts(11, 12, 13, 14, 15));
    }

    private static PeerStatus.PathStatus path(int socket, String ip) {
        return new PeerStatus.PathStatus(socket, new InetSocketAddress(ip, 9993), -1, 5, 7, true, true, 1432);
    }

    private NetworkReport network(Map.Entry<Long, NetworkSettings> network) {
        return new NetworkReport(
                network.getKey(),
                MacAddress.of(identity.address(), network.getKey()),
                NetworkStatus.REQUESTING_CONFIGURATION,
                false,
                Optional.empty(),
                List.of(),
                login,
                network.getValue(),
                new FrameCounts(1, 2, 3, 4));
    }

    @Override
    public synchronized void join(long networkId) {
        joined.putIfAbsent(networkId, NetworkSettings.DEFAULT);
    }

    @Override
    public synchronized boolean leave(long networkId) {
        return joined.remove(networkId) != null;
    }

    @Override
    public synchronized void configure(long networkId, NetworkSettings settings) {
        joined.replace(networkId, settings);
    }

    @Override
    public synchronized void orbit(long moonId, long seed) {
        orbits.put(moonId, seed);
    }

    @Override
    public synchronized void deorbit(long moonId) {
        orbits.remove(moonId);
        moons.removeIf(moon -> moon.id() == moonId);
    }

    @Override
    public boolean rotateBond(long peer) {
        return peer == 0x8e4df28b74L;
    }

    @Override
    public synchronized void awaitStored() {
        stored = joined.size();
    }

    /** How many networks were joined when somebody waited for that to be kept last; -1 if nobody has. */
    synchronized int stored() {
        return stored;
    }
}
