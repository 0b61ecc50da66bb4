package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.SourceFilter;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.neighbor.WaitingPackets;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * IPv4 and IPv6 of one stack: links, routes, input to the transport protocols and the paths that they send on. A host,
 * never a router; each link's addresses are reachable through that link only (RFC 1122's strong model, because links
 * are separate networks).
 *
 * <p>Thread: confined to the gate, except {@link #path}, {@link #route} and {@link #isLocal}.
 */
public final class IpCore implements IpLayer {
    /** Told when the addresses, routes or links changed. */
    @FunctionalInterface
    public interface AddressListener {
        /** Inside the gate; {@link #path} already answers with what holds now. */
        void onAddressesChanged(long nowNanos);
    }

    /** Told what becomes of neighbours, by their MAC addresses. Inside the gate. */
    public interface NeighborListener {
        /** What leads to the neighbour is to be probed. Returns whether there is something. */
        boolean onProbe(IpInterface link, long neighborMac);

        /** The neighbour is gone. */
        void onLost(IpInterface link, long neighborMac, long nowNanos);
    }

    /** What a listener wants on every link. */
    private record Listening(InetAddress group, SourceFilter filter) {}

    static final int DEFAULT_HOP_LIMIT = 64;
    private static final int MAX_LINK_MTU = 10_000;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int LEAST_HEADER_BYTES = 8;

    private final DropCounters drops;
    private final boolean answering;
    private final RandomGenerator random;
    private final AddressTable addresses = new AddressTable();
    private final PathMtus pathMtus = new PathMtus();
    private final Identifications identifications;
    private final Reassembler reassembler;
    private final WaitingPackets waitingPackets = new WaitingPackets();
    private final LoopbackQueue loopback;
    private final Ipv4Input ipv4Input;
    private final Ipv6Input ipv6Input;
    private final Ingress ingress = new Ingress();
    private final TransportInput[] transports = new TransportInput[256];
    private final List<IpInterface> links = new ArrayList<>();
    private final Map<Object, Listening> listeningOnAllLinks = new LinkedHashMap<>();
    private final List<AddressListener> listeners = new ArrayList<>();
    private final List<NeighborListener> neighborListeners = new ArrayList<>();
    private final byte[] scratch = new byte[SCRATCH_LENGTH];
    private final byte[] fragment = new byte[Link.HEADROOM + MAX_LINK_MTU + Link.TAILROOM];
    private volatile RoutingTable table = new RoutingTable(List.of());
    private ErrorReporter errorReporter;
    private long nowNanos = Long.MIN_VALUE;

    /** @param answering whether to answer those who ask for our addresses; another stack of the node may do that */
    public IpCore(DropCounters drops, boolean answering, RandomGenerator random) {
        this.drops = drops;
        this.answering = answering;
        this.reassembler = new Reassembler(drops);
        this.loopback = new LoopbackQueue(drops);
        this.ipv4Input = new Ipv4Input(this);
        this.ipv6Input = new Ipv6Input(this);
        this.random = random;
        this.identifications = new Identifications(random);
        register(IpProtocol.IGMP, new IgmpInput(this));
    }

    /** Hands packets of a protocol to a transport; at most one each. */
    public void register(int protocol, TransportInput transport) {
        transports[protocol] = transport;
    }

    public void errorReporter(ErrorReporter reporter) {
        errorReporter = reporter;
    }

    public void addListener(AddressListener listener) {
        listeners.add(listener);
    }

    public void addNeighborListener(NeighborListener listener) {
        neighborListeners.add(listener);
    }

    boolean probeNeighbor(IpInterface link, long mac) {
        boolean any = false;
        for (NeighborListener listener : neighborListeners) {
            any |= listener.onProbe(link, mac);
        }
        return any;
    }

    void lostNeighbor(IpInterface link, long mac, long now) {
        for (NeighborListener listener : neighborListeners) {
            listener.onLost(link, mac, now);
        }
    }

    public LinkPort attach(Link link) {
        IpInterface attached = new IpInterface(this, link);
        links.add(attached);
        listeningOnAllLinks.forEach((listener, wanted) -> attached.listen(listener, wanted.group(), wanted.filter()));
        return attached;
    }

    @Override
    public Optional<IpPath> path(InetAddress local, InetAddress remote) {
        return Optional.ofNullable(route(local, remote));
    }

    /** As {@link #path}; {@code null} if there is none. */
    public OutputPath route(InetAddress local, InetAddress remote) {
        RoutingTable seen = table;
        RoutingTable.Choice choice = seen.choose(local, remote);
        if (choice == null) {
            return null;
        }
        return path(seen, choice, remote);
    }

    private OutputPath path(RoutingTable seen, RoutingTable.Choice choice, InetAddress remote) {
        return remote instanceof Inet4Address
                ? new Ipv4Path(this, seen, choice, remote)
                : new Ipv6Path(this, seen, choice, remote);
    }

    /**
     * The ways over which a datagram from no particular address goes to a group or to 255.255.255.255: one on each link,
     * unless the group names a link or the stack has fewer than two; empty then, and for other addresses.
     */
    public List<OutputPath> everyRoute(InetAddress remote) {
        boolean everybody = remote.isMulticastAddress() || RoutingTable.isLimitedBroadcast(remote);
        if (!everybody || links.size() < 2 || IpAddresses.linkScope(remote) != 0) {
            return List.of();
        }
        RoutingTable seen = table;
        return seen.chooseAll(remote).stream()
                .map(choice -> path(seen, choice, remote))
                .toList();
    }

    /** Whether it is the directed broadcast address of a subnet of any link. Any thread. */
    public boolean isSubnetBroadcast(InetAddress address) {
        // The hash of an IPv4 address is its 32 bits.
        return address instanceof Inet4Address && table.isSubnetBroadcast(address.hashCode());
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return table.owner(address) != null;
    }

    /** An object that is another one after every change of addresses, routes or links. Any thread. */
    public Object epoch() {
        return table;
    }

    /** The link that has the own address, or {@code null}. Any thread. */
    public IpInterface owner(InetAddress address) {
        return table.owner(address);
    }

    /** The links that have the own address, whatever its scope. */
    Stream<IpInterface> linksWith(InetAddress address) {
        return links.stream().filter(link -> link.isOwn(address));
    }

    @Override
    public byte[] scratch() {
        return scratch;
    }

    /** About the packet being delivered. */
    public Ingress ingress() {
        return ingress;
    }

    public DropCounters drops() {
        return drops;
    }

    /**
     * Replaces what a listener wants of a multicast group.
     *
     * @param listener known by identity, for one group
     * @param link the link to listen on, or {@code null} for all
     */
    public void listen(Object listener, InetAddress group, IpInterface link, SourceFilter filter) {
        if (link != null) {
            link.listen(listener, group, filter);
            return;
        }
        if (filter.isNone()) {
            listeningOnAllLinks.remove(listener);
        } else {
            listeningOnAllLinks.put(listener, new Listening(group, filter));
        }
        links.forEach(each -> each.listen(listener, group, filter));
    }

    /**
     * Delivers the packets that the stack sent to itself before this call, and does what is due. Returns the next
     * deadline, or {@code Long.MAX_VALUE}.
     */
    public long turn(long turnNanos) {
        long now = advance(turnNanos);
        deliverLoopback(now);
        long next = Math.min(reassembler.turn(now), pathMtus.turn(now));
        for (int i = 0; i < links.size(); i++) {
            next = Math.min(next, links.get(i).turn(now));
        }
        return next;
    }

    /** Whether the stack has packets to itself to deliver. */
    public boolean hasLoopback() {
        return loopback.count() > 0;
    }

    /**
     * Takes in an ICMP error about a packet that it quotes.
     *
     * @param reporter who sent the error
     * @param offset of the quoted IP header
     */
    public void onQuotedError(
            IcmpError error,
            InetAddress reporter,
            boolean v6,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long now) {
        if (v6) {
            ipv6Input.onQuotedError(error, reporter, buffer, offset, length, mtuBytes, now);
        } else {
            ipv4Input.onQuotedError(error, reporter, buffer, offset, length, mtuBytes, now);
        }
    }

    boolean isAnswering() {
        return answering;
    }

    RandomGenerator random() {
        return random;
    }

    RoutingTable table() {
        return table;
    }

    PathMtus pathMtus() {
        return pathMtus;
    }

    LoopbackQueue loopback() {
        return loopback;
    }

    /** Whether packets wait for the MAC addresses of neighbours. */
    public boolean awaitsNeighbors() {
        return waitingPackets.packets() > 0;
    }

    WaitingPackets waitingPackets() {
        return waitingPackets;
    }

    Reassembler reassembler() {
        return reassembler;
    }

    AddressTable addresses() {
        return addresses;
    }

    Ipv4Input ipv4Input() {
        return ipv4Input;
    }

    Ipv6Input ipv6Input() {
        return ipv6Input;
    }

    byte[] fragmentBuffer() {
        return fragment;
    }

    Identifications identifications() {
        return identifications;
    }

    /**
     * Whether nobody else can have sent from an address, because it is one of our own. Addresses of the scope of a link
     * are other ones on another link.
     */
    boolean isOurs(IpInterface arrived, InetAddress source) {
        return source.isLinkLocalAddress() ? arrived.isOwn(source) : table.owner(source) != null;
    }

    /** Whether it is everybody's address on some link. */
    boolean isBroadcast(int ipv4) {
        return ipv4 == -1 || table.isSubnetBroadcast(ipv4);
    }

    /** Time never goes back: frames carry when they were received, which is before the turn that they belong to. */
    long advance(long toNanos) {
        if (nowNanos == Long.MIN_VALUE || toNanos - nowNanos > 0) {
            nowNanos = toNanos;
        }
        return nowNanos;
    }

    void onConfigured(long now) {
        table = new RoutingTable(links);
        for (AddressListener listener : listeners) {
            listener.onAddressesChanged(now);
        }
    }

    void onDetached(IpInterface link, long now) {
        links.remove(link);
        reassembler.forget(link);
        onConfigured(now);
    }

    /**
     * Whether a fragment leaves the transport's header to be found in another one: it is the first and too short, or begins
     * within the header (RFC 1858, RFC 7112). Nobody sends such; they get past whoever filters by ports and flags.
     */
    static boolean isTruncated(int protocol, int fragmentOffset, int length) {
        int header = switch (protocol) {
            case IpProtocol.TCP -> TCP_HEADER_BYTES;
            case IpProtocol.UDP, IpProtocol.ICMP, IpProtocol.ICMPV6 -> LEAST_HEADER_BYTES;
            default -> 0;
        };
        return fragmentOffset == 0 ? length < header : fragmentOffset < header;
    }

    /** Hands a whole packet to its transport. */
    void deliver(
            int protocol,
            boolean v6,
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int offset,
            int length,
            long pseudoHeaderSum,
            long ingressNanos,
            long now) {
        TransportInput transport = transport(protocol, v6);
        if (transport == null) {
            drops.count(DropReason.UNKNOWN_PROTOCOL);
            if (unicast && errorReporter != null) {
                errorReporter.protocolUnreachable(now);
            }
            return;
        }
        transport.onPacket(
                source, destination, unicast, trafficClass, buffer, offset, length, pseudoHeaderSum, ingressNanos, now);
    }

    /** Whether an ICMP error about a packet from {@code local} to {@code remote} can have come to us from its sender. */
    boolean isPlausible(InetAddress reporter, InetAddress local, InetAddress remote) {
        if (!ingress.link().isOwn(local)) {
            return false;
        }
        OutputPath path = route(local, remote);
        return path != null && path.isOnTheWay(reporter);
    }

    /** Reports an error for a packet of ours to its transport, if its quotation suffices. */
    void reportError(
            IcmpError error,
            int protocol,
            boolean v6,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long now) {
        TransportInput transport = transport(protocol, v6);
        if (transport == null || length < 8) {
            drops.count(DropReason.ICMP_UNRELATED);
            return;
        }
        transport.onError(error, local, remote, buffer, offset, length, mtuBytes, now);
    }

    /** Answers the packet being delivered: nobody takes its port. */
    public void portUnreachable(long now) {
        if (errorReporter != null) {
            errorReporter.portUnreachable(now);
        }
    }

    /** A neighbour did not answer: the packet that waited for it fails. */
    void onUnresolved(byte[] buffer, int offset, int length, long now) {
        if (Ipv4Header.version(buffer, offset) == 4) {
            ipv4Input.onUnresolved(buffer, offset, length, now);
        } else {
            ipv6Input.onUnresolved(buffer, offset, length, now);
        }
    }

    private TransportInput transport(int protocol, boolean v6) {
        if (protocol == (v6 ? IpProtocol.ICMP : IpProtocol.ICMPV6)) {
            return null;
        }
        return transports[protocol];
    }

    private void deliverLoopback(long now) {
        for (int left = loopback.count(); left > 0; left--) {
            byte[] buffer = loopback.headBuffer();
            int start = loopback.headStart();
            int length = loopback.headLength();
            IpInterface link = loopback.headLink();
            try {
                deliverLooped(link, buffer, start, length, now);
            } finally {
                // Whatever it has thrown: it would throw it again.
                loopback.removeHead();
            }
        }
    }

    private void deliverLooped(IpInterface link, byte[] buffer, int start, int length, long now) {
        if (!link.isAttached()) {
            return;
        }
        long mac = link.link().mac();
        if (Ipv6Header.version(buffer, start) == 6) {
            ipv6Input.onPacket(link, true, mac, false, buffer, start, length, now, now);
        } else {
            ipv4Input.onPacket(link, true, mac, false, buffer, start, length, now, now);
        }
    }
}
