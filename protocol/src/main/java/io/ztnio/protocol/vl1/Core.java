package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.transport.DatagramSender;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** The parts of one node's VL1, wired to each other. Thread: confined to the node. */
final class Core {
    private static final int MAX_PATHS = 1 << 17;
    private static final int DISCARD_PORT = 9;

    final Vl1Config config;
    final Identity self;
    final long address;
    final DatagramSender sender;
    final Vl1Listener listener;
    final Counters counters = new Counters();
    final PathTable paths;
    final PeerTable peers;
    final Topology topology;
    final ReplyTable replies = new ReplyTable();
    final TransmitQueue queue;
    final DeferredRing deferred;
    final SurfaceAwareness surface;
    final Transmitter transmitter;
    final Contact contact;
    final PeerLife life;
    final PathLearning learning;
    final WhoisProtocol whois;
    final Relay relay;
    final DirectPaths directPaths;
    final HelloProtocol hello;
    final OkProtocol ok;
    final Verbs verbs;
    final Receiver receiver;
    final Maintenance maintenance;

    VerbHandler handler = new NoVerbs();
    /** Where data is sealed, or {@code null}: on this thread. */
    SendStage stage;
    /** Local endpoints to advertise, as the driver told. */
    List<InetSocketAddress> localAddresses = List.of();
    /** Further peers to keep in contact with, as VL2 told. */
    Set<Long> contacts = Set.of();

    Core(Vl1Config config, DatagramSender sender, Vl1Listener listener) {
        this.config = config;
        this.self = config.identity();
        this.address = self.address();
        this.sender = sender;
        this.listener = listener;
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), DISCARD_PORT);
        paths = new PathTable(MAX_PATHS, counters);
        peers = new PeerTable(self, config.maxPeers(), counters);
        queue = new TransmitQueue(counters);
        deferred = new DeferredRing(counters);
        surface = new SurfaceAwareness(config.pathPolicy().allows(0, loopback));
        topology = new Topology(this);
        transmitter = new Transmitter(this);
        contact = new Contact(this);
        life = new PeerLife(peers, contact, config.peerTimeoutMillis());
        learning = new PathLearning(this);
        whois = new WhoisProtocol(this);
        relay = new Relay(this);
        directPaths = new DirectPaths(this);
        hello = new HelloProtocol(this);
        ok = new OkProtocol(this);
        verbs = new Verbs(this);
        receiver = new Receiver(this);
        maintenance = new Maintenance(this);
    }

    /** What we announce. */
    SoftwareVersion version() {
        return new SoftwareVersion(config.protocolVersion(), 0, 1, 0);
    }

    /**
     * Whether {@code remote} may be a path to this peer: the policy, and for roots only their endpoints ({@code protocol.md}
     * 8.4).
     */
    boolean mayUse(long peer, InetSocketAddress remote) {
        return config.pathPolicy().allows(peer, remote) && topology.isEndpoint(peer, remote.getAddress());
    }
}
