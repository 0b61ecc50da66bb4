package io.ztnio.protocol.vl1.assembly;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.IdentityChecker;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.PeerLifeListener;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.SendStage;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.vl1.Vl1Config;
import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.contact.Bonds;
import io.ztnio.protocol.vl1.contact.Bookkeeping;
import io.ztnio.protocol.vl1.contact.Contact;
import io.ztnio.protocol.vl1.contact.DirectPathPush;
import io.ztnio.protocol.vl1.contact.Keepalive;
import io.ztnio.protocol.vl1.contact.LocalAddresses;
import io.ztnio.protocol.vl1.contact.MtuProbes;
import io.ztnio.protocol.vl1.contact.PathLearning;
import io.ztnio.protocol.vl1.contact.RelayedPeers;
import io.ztnio.protocol.vl1.contact.SurfaceReports;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.path.SurfaceAwareness;
import io.ztnio.protocol.vl1.peer.OpenKeys;
import io.ztnio.protocol.vl1.peer.PeerLife;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.receive.ArrivedIdentities;
import io.ztnio.protocol.vl1.receive.DeferredRing;
import io.ztnio.protocol.vl1.receive.HelloOpening;
import io.ztnio.protocol.vl1.receive.IdentityChecks;
import io.ztnio.protocol.vl1.receive.Opening;
import io.ztnio.protocol.vl1.receive.PacketIntake;
import io.ztnio.protocol.vl1.receive.Reading;
import io.ztnio.protocol.vl1.receive.Receiver;
import io.ztnio.protocol.vl1.receive.Retries;
import io.ztnio.protocol.vl1.root.IdentityRequests;
import io.ztnio.protocol.vl1.root.Introducer;
import io.ztnio.protocol.vl1.root.OnlineWatch;
import io.ztnio.protocol.vl1.root.PathAdmission;
import io.ztnio.protocol.vl1.root.Relay;
import io.ztnio.protocol.vl1.root.Topology;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.vl1.send.PacketEmitter;
import io.ztnio.protocol.vl1.send.ReplyBudget;
import io.ztnio.protocol.vl1.send.ReplyTable;
import io.ztnio.protocol.vl1.send.Sources;
import io.ztnio.protocol.vl1.send.Transmitter;
import io.ztnio.protocol.vl1.send.UserPackets;
import io.ztnio.protocol.vl1.send.WayFinder;
import io.ztnio.protocol.vl1.verb.BondHandler;
import io.ztnio.protocol.vl1.verb.EchoHandler;
import io.ztnio.protocol.vl1.verb.ErrorHandler;
import io.ztnio.protocol.vl1.verb.HelloHandler;
import io.ztnio.protocol.vl1.verb.IgnoredHandler;
import io.ztnio.protocol.vl1.verb.NetworkHandler;
import io.ztnio.protocol.vl1.verb.OkHandler;
import io.ztnio.protocol.vl1.verb.PushDirectPathsHandler;
import io.ztnio.protocol.vl1.verb.ReceivedHandler;
import io.ztnio.protocol.vl1.verb.RemoteTraceHandler;
import io.ztnio.protocol.vl1.verb.RendezvousHandler;
import io.ztnio.protocol.vl1.verb.UserMessageHandler;
import io.ztnio.protocol.vl1.verb.VerbTable;
import io.ztnio.protocol.vl1.verb.WhoisHandler;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * VL1 of one node: datagrams in, datagrams out, and between them the peers. Sans-I/O: time comes with each call. Its
 * constructor makes the parts and tells each what it uses; no part knows this.
 *
 * <p>Thread: confined to the node. Times are epoch milliseconds.
 */
public final class Switch implements Vl1 {
    private static final int MAX_PATHS = 1 << 17;
    private static final int DISCARD_PORT = 9;

    private final Vl1Config config;
    private final Counters counters = new Counters();
    private final AttachedNetworks networks = new AttachedNetworks();
    private final PeerTable peers;
    private final SurfaceAwareness surface;
    private final Topology topology;
    private final PathAdmission admission;
    private final Transmitter transmitter;
    private final UserPackets packets;
    private final IdentityRequests requests;
    private final Contact contact;
    private final PeerLife life;
    private final Bonds bonds;
    private final MtuProbes probes;
    private final LocalAddresses localAddresses;
    private final Keepalive keepalive;
    private final OnlineWatch online;
    private final IdentityChecks checks;
    private final Receiver receiver;
    private final Retries retries;
    private final Maintenance maintenance;
    private final PeerReports reports;

    public Switch(Vl1Config config, DatagramSender sender, Vl1Listener listener) {
        this.config = config;
        Identity self = config.identity();
        long address = self.address();
        PathPolicy policy = config.pathPolicy();
        RandomGenerator random = config.random();
        SoftwareVersion version = SoftwareVersion.ours(config.protocolVersion());

        PathTable paths = new PathTable(MAX_PATHS, counters, random);
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), DISCARD_PORT);
        surface = new SurfaceAwareness(policy.allows(0, loopback));
        peers = new PeerTable(self, config.maxPeers(), counters);
        topology = new Topology(self, peers);
        Sources sources = new Sources(topology);
        ReplyBudget budget = new ReplyBudget(sources, counters, random);
        admission = new PathAdmission(policy, topology);
        online = new OnlineWatch(topology, listener);

        ReplyTable replies = new ReplyTable();
        PacketEmitter emitter = new PacketEmitter(policy, random, paths, replies, budget, sender, counters);
        Ways ways = new Ways();
        transmitter = new Transmitter(address, peers, topology, ways, policy, emitter, counters);
        ControlPackets control = new ControlPackets(address, transmitter, emitter);
        packets = new UserPackets(address, transmitter, emitter);
        requests = new IdentityRequests(address, peers, topology, sources, control, counters, random);
        Relay relay = new Relay(topology, peers, paths, emitter, new Introducer(control, random), ways, counters);

        contact = new Contact(self, version, topology, control, budget, admission);
        life = new PeerLife(peers, contact, config.peerTimeoutMillis());
        RelayedPeers relayed = new RelayedPeers(peers, topology, contact);
        PathLearning learning = new PathLearning(admission, contact, life, transmitter, relayed, listener, networks);
        bonds = new Bonds(config.bonding(), peers, topology, contact, control);
        probes = new MtuProbes(policy, peers, paths, control);
        DirectPathPush push = new DirectPathPush(policy, surface, control);
        localAddresses = new LocalAddresses(peers, topology, contact, push);
        keepalive = new Keepalive(peers, topology, requests, contact, learning, policy, random);
        SurfaceReports surfaces = new SurfaceReports(surface, paths, peers, topology, contact, networks);

        ArrivedIdentities arrived = new ArrivedIdentities();
        checks = new IdentityChecks(self, config.validity(), topology::weAreUpstream, peers, arrived, counters, random);
        VerbTable verbs = new VerbTable(
                new Bookkeeping(paths, admission, learning, contact, push, bonds, online, networks), counters);
        verbs.register(Verb.NOP, new ReceivedHandler())
                .register(
                        Verb.HELLO,
                        new HelloHandler(version, topology, paths, learning, surfaces, control, listener, counters))
                .register(Verb.ERROR, new ErrorHandler(topology, replies, listener, networks, counters))
                .register(Verb.OK, new OkHandler(replies, verbs, counters))
                .register(Verb.WHOIS, new WhoisHandler(self, peers, topology, requests, checks, control, counters))
                .register(
                        Verb.RENDEZVOUS, new RendezvousHandler(topology, peers, admission, requests, contact, counters))
                .register(Verb.FRAME, new NetworkHandler(Verb.FRAME, networks))
                .register(Verb.EXT_FRAME, new NetworkHandler(Verb.EXT_FRAME, networks))
                .register(Verb.ECHO, new EchoHandler(paths, control, probes, counters, random))
                .register(Verb.MULTICAST_LIKE, new NetworkHandler(Verb.MULTICAST_LIKE, networks))
                .register(Verb.NETWORK_CREDENTIALS, new NetworkHandler(Verb.NETWORK_CREDENTIALS, networks))
                .register(Verb.NETWORK_CONFIG_REQUEST, new NetworkHandler(Verb.NETWORK_CONFIG_REQUEST, networks))
                .register(Verb.NETWORK_CONFIG, new NetworkHandler(Verb.NETWORK_CONFIG, networks))
                .register(Verb.MULTICAST_GATHER, new NetworkHandler(Verb.MULTICAST_GATHER, networks))
                .register(Verb.MULTICAST_FRAME, new NetworkHandler(Verb.MULTICAST_FRAME, networks))
                .register(Verb.PUSH_DIRECT_PATHS, new PushDirectPathsHandler(admission, contact, counters))
                .register(Verb.ACK, new IgnoredHandler(counters))
                .register(Verb.QOS_MEASUREMENT, new BondHandler(address, paths, counters))
                .register(Verb.USER_MESSAGE, new UserMessageHandler(listener, networks, counters))
                .register(Verb.REMOTE_TRACE, new RemoteTraceHandler(listener))
                .register(Verb.PATH_NEGOTIATION_REQUEST, new BondHandler(address, paths, counters))
                .requireComplete();

        DeferredRing sealed = new DeferredRing(sources, counters);
        DeferredRing opened = new DeferredRing(sources, counters);
        HelloOpening hello = new HelloOpening(peers, control, checks, sources, counters);
        Opening opening = new Opening(policy, peers, hello, sealed, requests, counters);
        PacketIntake intake = new PacketIntake(opening, life, verbs, opened, counters);
        retries = new Retries(
                arrived, checks, hello, List.of(opened, sealed), intake, peers, requests, transmitter, networks);
        receiver = new Receiver(address, peers, relay, intake, retries, counters);

        Forgetting forgetting = new Forgetting(peers, paths, surface, requests, keepalive, listener);
        maintenance = new Maintenance(
                keepalive, relayed, bonds, probes, life, online, forgetting, transmitter, retries, networks);
        reports = new PeerReports(peers, topology, policy);
    }

    /** What follows when packets find no way, or a doubtful one. */
    private final class Ways implements WayFinder {
        @Override
        public void onNoWay(long destination, long nowMillis) {
            requests.request(destination, nowMillis);
            RemotePeer peer = peers.get(destination);
            if (peer != null) {
                contact.tryHints(peer, nowMillis);
            }
            RemotePeer upstream = topology.best(nowMillis, destination);
            PeerPath path = upstream == null ? null : upstream.paths().best(nowMillis);
            if (path != null) {
                contact.probeUpstream(upstream, path, nowMillis);
            }
        }

        @Override
        public void onRelayed(RemotePeer upstream, PeerPath path, long nowMillis) {
            contact.probeUpstream(upstream, path, nowMillis);
        }

        @Override
        public void onNoDirectPath(RemotePeer peer, long nowMillis) {
            contact.tryHints(peer, nowMillis);
        }

        @Override
        public void onSilentPath(RemotePeer peer, PeerPath path, long nowMillis) {
            contact.probeSilent(peer, path, nowMillis);
        }

        @Override
        public void onLongPacket(RemotePeer peer, Path path, int bytes, long nowMillis) {
            probes.onLongPacket(peer, path, bytes, nowMillis);
        }
    }

    /** Attaches VL2. */
    public void handler(VerbHandler handler) {
        networks.attach(handler);
    }

    /** Tells of peers that began anew, are silent or gone. */
    public void peerLife(PeerLifeListener listener) {
        life.listener(listener);
    }

    /** Seals and sends data elsewhere from now on. */
    public void sendStage(SendStage stage) {
        transmitter.stage(stage);
    }

    /** Has identities checked elsewhere from now on. */
    public void identityChecker(IdentityChecker checker) {
        checks.checker(checker);
    }

    /** The check that the {@link IdentityChecker} was given last has been run, and took so long. */
    public void onIdentityChecked(long micros, long nowMillis) {
        checks.finished(micros, nowMillis);
        retries.settle(nowMillis);
    }

    /** Closes what the peers have with the {@link SendStage}, which gets nothing more. */
    public void close() {
        transmitter.stage(null);
        peers.all().forEach(RemotePeer::closeLane);
    }

    /** Takes the planet, or a moon, without a signature check: from our own configuration or disk only. */
    public void install(World world) {
        topology.install(world);
    }

    /**
     * Wants a moon of which only the ID and the address of one root are known; that root will be believed ({@code
     * protocol.md} 8.15).
     */
    public void want(long moonId, long seedAddress) {
        topology.orbit(moonId, seedAddress);
    }

    /** As {@link #want}, and asks that root at once. */
    public void orbit(long moonId, long seedAddress, long nowMillis) {
        boolean anew = !topology.wantedMoons().contains(moonId);
        topology.orbit(moonId, seedAddress);
        keepalive.askSeed(seedAddress, anew, nowMillis);
    }

    /** Forgets a moon. */
    public void deorbit(long moonId) {
        topology.deorbit(moonId);
    }

    /** Remembers a peer of an earlier run, and looks for it where it was. */
    public void restore(PeerRecord record, long nowMillis) {
        if (record.identity().address() == config.identity().address()) {
            return;
        }
        checks.restore(record.identity(), (peer, now) -> seek(peer, record.paths(), now), nowMillis);
    }

    private void seek(RemotePeer peer, List<InetSocketAddress> remotes, long nowMillis) {
        for (InetSocketAddress remote : remotes) {
            if (admission.allows(peer.address(), remote)) {
                contact.hello(peer, DatagramSender.ALL_SOCKETS, remote, nowMillis);
            }
        }
    }

    /** What is worth storing of the peers: those that are no roots and were heard of. */
    public List<PeerRecord> records() {
        return reports.records();
    }

    /** What is worth storing of one peer; empty for a root, or a peer that was never heard of. */
    public Optional<PeerRecord> record(long address) {
        return reports.record(address);
    }

    /** Takes one datagram; the buffer may be changed, and is the caller's again on return. */
    public void onDatagram(
            int socket,
            InetSocketAddress from,
            byte[] buffer,
            int offset,
            int length,
            long nowMillis,
            long ingressNanos) {
        receiver.onDatagram(socket, from, buffer, offset, length, nowMillis, ingressNanos);
    }

    /**
     * Makes a reader, which has the keys of this node's peers from now on. Once.
     *
     * @param openers how many threads open with it
     */
    public PacketReader reader(int openers) {
        OpenKeys keys = new OpenKeys(openers);
        peers.publish(keys);
        return new Reading(config.identity().address(), keys);
    }

    /** Takes what the reader has made of a datagram. */
    public void onRead(PacketReader.Packets packets, int index, long nowMillis) {
        receiver.onRead(packets, index, nowMillis);
    }

    /** Does what is due, and says when to come back. */
    public long poll(long nowMillis) {
        return maintenance.poll(nowMillis);
    }

    /**
     * The endpoints that this machine has now, which peers are told of.
     *
     * @param interrupted addresses that have gone and come again since the last time
     */
    public void localAddresses(List<InetSocketAddress> endpoints, Set<InetAddress> interrupted, long nowMillis) {
        localAddresses.look(endpoints, interrupted, nowMillis);
    }

    /** Further endpoints that peers are told of: ports of the router's that lead to ours. */
    public void mappedAddresses(List<InetSocketAddress> external) {
        surface.mapped(external);
    }

    /** The machine's interfaces, as they are now: links of bonds. */
    public void interfaces(Bonding.Interfaces interfaces) {
        bonds.interfaces(interfaces);
    }

    /** Makes active-backup take another link to a peer; false if it has no such bond, or no other link. */
    public boolean rotateBond(long address, long nowMillis) {
        RemotePeer peer = peers.get(address);
        return peer != null && peer.bond() != null && peer.bond().rotate(nowMillis);
    }

    /** Our own endpoints as others see them. */
    public List<InetSocketAddress> surfaces() {
        return surface.surfaces();
    }

    public boolean isOnline(long nowMillis) {
        return online.isOnline(nowMillis);
    }

    /** Whether frames wait for an identity or a way, and a root may still tell. */
    public boolean isSending(long nowMillis) {
        return holdsFrames() && isOnline(nowMillis);
    }

    /** Whether frames wait for an identity or a way, whoever may tell. */
    public boolean holdsFrames() {
        return transmitter.holdsFrames();
    }

    public Counters counters() {
        return counters;
    }

    public Optional<World> planet() {
        return Optional.ofNullable(topology.planet());
    }

    public List<World> moons() {
        return List.copyOf(topology.moons());
    }

    /** Moons that are wanted but not there: ID, and address of the seed. */
    public Map<Long, Long> wantedMoons() {
        return topology.seeds();
    }

    /** The peers as they are now. */
    public List<PeerStatus> status(long nowMillis) {
        return reports.status(nowMillis);
    }

    @Override
    public Identity identity() {
        return config.identity();
    }

    @Override
    public RandomGenerator random() {
        return config.random();
    }

    @Override
    public Optional<Peer> peer(long address) {
        return Optional.ofNullable(peers.get(address));
    }

    @Override
    public void requestIdentity(long address, long nowMillis) {
        requests.request(address, nowMillis);
    }

    @Override
    public void requestIdentity(long address, InboundPacket cause, long nowMillis) {
        requests.requestFor(((ReceivedPacket) cause).from(), address, nowMillis);
    }

    @Override
    public boolean isUpstream() {
        return topology.weAreUpstream();
    }

    @Override
    public List<Long> upstreams(long nowMillis) {
        return topology.ranked(nowMillis);
    }

    @Override
    public void keepInContact(Set<Long> addresses) {
        keepalive.contacts(addresses);
    }

    @Override
    public int datagramBytes(long destination, long nowMillis) {
        return transmitter.datagramBytes(destination, nowMillis);
    }

    @Override
    public boolean isCongested(long destination) {
        return transmitter.isCongested(destination);
    }

    @Override
    public ByteWriter begin(long destination, Verb verb) {
        return packets.begin(destination, verb);
    }

    @Override
    public long send(boolean compress, long nowMillis) {
        return packets.send(compress, nowMillis);
    }

    @Override
    public void sendInPlace(
            long destination, Verb verb, byte[] buffer, int payloadOffset, int payloadLength, long nowMillis) {
        packets.sendInPlace(destination, verb, buffer, payloadOffset, payloadLength, nowMillis);
    }

    @Override
    public ByteWriter beginOk(InboundPacket request) {
        return beginOk(request.sender().address(), request.verb(), request.packetId());
    }

    @Override
    public ByteWriter beginError(InboundPacket request, ErrorCode code) {
        return beginError(request.sender().address(), request.verb(), request.packetId(), code);
    }

    @Override
    public void sendReply(InboundPacket request, long nowMillis) {
        packets.reply((ReceivedPacket) request, nowMillis);
    }

    @Override
    public ByteWriter beginOk(long destination, Verb inReVerb, long inRePacketId) {
        return packets.beginOk(destination, inReVerb, inRePacketId);
    }

    @Override
    public ByteWriter beginError(long destination, Verb inReVerb, long inRePacketId, ErrorCode code) {
        return packets.beginError(destination, inReVerb, inRePacketId, code);
    }
}
