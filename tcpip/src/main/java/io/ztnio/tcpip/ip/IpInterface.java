package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.SourceFilter;
import io.ztnio.tcpip.group.GroupQuery;
import io.ztnio.tcpip.group.GroupReporter;
import io.ztnio.tcpip.group.ListenedGroups;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.neighbor.AddressClaims;
import io.ztnio.tcpip.neighbor.Arp;
import io.ztnio.tcpip.neighbor.LinkAddresses;
import io.ztnio.tcpip.neighbor.Ndp;
import io.ztnio.tcpip.neighbor.Neighbor;
import io.ztnio.tcpip.neighbor.NeighborCache;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A link as IP sees it: with addresses, neighbours and the groups it listens to.
 *
 * <p>Thread: confined to the gate, except {@link #config} and {@link #link}.
 */
public final class IpInterface implements LinkPort, LinkAddresses {
    private static final LinkConfig UNCONFIGURED = new LinkConfig(List.of(), List.of(), 1280);
    private static final InetAddress ALL_SYSTEMS = IpAddresses.ofIpv4(0xe000_0001);
    private static final InetAddress ALL_NODES = IpAddresses.ofIpv6(0xff02_0000_0000_0000L, 1);

    private record Subscription(long groupMac, int distinguisher) {}

    private final IpCore core;
    private final Link link;
    private final boolean loopback;
    private final Arp arp;
    private final Ndp ndp;
    private final AddressClaims claims;
    private final Map<Subscription, Integer> subscriptions = new HashMap<>();
    private final Map<InetAddress, Integer> groups = new HashMap<>();
    private final ListenedGroups listened = new ListenedGroups();
    private final GroupReporter igmp;
    private final GroupReporter mld;
    private volatile LinkConfig config = UNCONFIGURED;
    private boolean attached = true;
    private Set<InetAddress> own = Set.of();
    private int[] subnetBroadcasts = {};
    private PrefixSet onLinkIpv4 = new PrefixSet(List.of(), 4);
    private PrefixSet onLinkIpv6 = new PrefixSet(List.of(), 16);

    IpInterface(IpCore core, Link link) {
        this.core = core;
        this.link = link;
        this.loopback = link.isLoopback();
        this.igmp = GroupReporter.ofIgmp(link, this, listened, core.random());
        this.mld = GroupReporter.ofMld(link, this::linkLocal, listened, core.random());
        this.arp = new Arp(link, this, core::onUnresolved, core.waitingPackets(), core.drops());
        this.ndp = new Ndp(link, this, core::onUnresolved, core.waitingPackets(), core.drops());
        this.claims = new AddressClaims(link, arp, ndp, core.random());
    }

    public Link link() {
        return link;
    }

    public LinkConfig config() {
        return config;
    }

    public Ndp ndp() {
        return ndp;
    }

    int scopeId() {
        return link.scopeId();
    }

    boolean isAttached() {
        return attached;
    }

    @Override
    public void configure(LinkConfig wanted, long nowNanos) {
        if (!attached) {
            return;
        }
        LinkConfig newConfig = withoutTaken(wanted);
        Set<InetAddress> before = own;
        Set<InetAddress> after = new HashSet<>();
        for (IpPrefix prefix : newConfig.addresses()) {
            after.add(prefix.address());
        }
        config = newConfig;
        own = Set.copyOf(after);
        List<IpPrefix> onLink = new ArrayList<>(newConfig.addresses());
        newConfig.routes().stream()
                .filter(route -> route.gateway().isEmpty())
                .forEach(route -> onLink.add(route.target()));
        subnetBroadcasts = RoutingTable.subnetBroadcasts(newConfig);
        onLinkIpv4 = new PrefixSet(onLink, 4);
        onLinkIpv6 = new PrefixSet(onLink, 16);
        for (InetAddress address : after) {
            if (!before.contains(address)) {
                listen(address, true);
                if (isClaiming()) {
                    claims.begin(address, nowNanos);
                }
            }
        }
        for (InetAddress address : before) {
            if (!after.contains(address)) {
                listen(address, false);
                claims.end(address);
            }
        }
        arp.cache().reconsider();
        ndp.cache().reconsider();
        ndp.forgetAnswers();
        core.onConfigured(nowNanos);
    }

    /** Without link-local addresses that another link has: connections are told apart by their addresses alone. */
    private LinkConfig withoutTaken(LinkConfig wanted) {
        List<IpPrefix> free = wanted.addresses().stream()
                .filter(prefix -> IpAddresses.linkScope(prefix.address()) == 0
                        || core.linksWith(prefix.address()).allMatch(link -> link == this))
                .toList();
        return new LinkConfig(free, wanted.routes(), wanted.mtuBytes());
    }

    @Override
    public void onFrame(
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        boolean group = EthernetAddress.isGroup(destinationMac);
        if (!attached || (!group && destinationMac != link.mac())) {
            core.drops().count(DropReason.NOT_FOR_US);
            return;
        }
        if (sourceMac == link.mac() || sourceMac == 0 || EthernetAddress.isGroup(sourceMac)) {
            core.drops().count(DropReason.BAD_SOURCE);
            return;
        }
        long nowNanos = core.advance(ingressNanos);
        switch (etherType) {
            case EtherType.IPV4 ->
                core.ipv4Input()
                        .onPacket(this, false, sourceMac, group, buffer, offset, length, ingressNanos, nowNanos);
            case EtherType.IPV6 ->
                core.ipv6Input()
                        .onPacket(this, false, sourceMac, group, buffer, offset, length, ingressNanos, nowNanos);
            case EtherType.ARP -> arp.onPacket(sourceMac, buffer, offset, length, nowNanos);
            default -> core.drops().count(DropReason.UNKNOWN_ETHERTYPE);
        }
    }

    @Override
    public void detach(long nowNanos) {
        if (!attached) {
            return;
        }
        configure(UNCONFIGURED, nowNanos);
        attached = false;
        for (Subscription subscription : subscriptions.keySet()) {
            link.unsubscribe(subscription.groupMac(), subscription.distinguisher());
        }
        subscriptions.clear();
        groups.clear();
        listened.clear();
        igmp.clear();
        mld.clear();
        arp.cache().clear();
        ndp.cache().clear();
        core.onDetached(this, nowNanos);
    }

    @Override
    public boolean probe(long neighborMac, long nowNanos) {
        return attached && core.probeNeighbor(this, neighborMac);
    }

    @Override
    public void left(long neighborMac, long nowNanos) {
        arp.cache().forget(neighborMac);
        ndp.cache().forget(neighborMac);
    }

    @Override
    public void lost(long neighborMac, long nowNanos) {
        if (attached) {
            // First the connections: they know the neighbour by its MAC address.
            core.lostNeighbor(this, neighborMac, nowNanos);
            left(neighborMac, nowNanos);
        }
    }

    @Override
    public boolean isOwn(InetAddress address) {
        return own.contains(address) || (loopback && isOnLink(address));
    }

    @Override
    public void onConflict(InetAddress address, long mac, long nowNanos) {
        core.drops().count(DropReason.ADDRESS_CONFLICT);
        if (isClaiming()) {
            claims.onConflict(address, mac, nowNanos);
        }
    }

    private boolean isClaiming() {
        return link.isAnnouncing() && core.isAnswering();
    }

    @Override
    public boolean mayBeNeighbor(InetAddress address) {
        if (address.isMulticastAddress()
                || address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || core.isOurs(this, address)) {
            return false;
        }
        if (!(address instanceof Inet4Address)) {
            return true;
        }
        int ipv4 = BigEndian.i32(address.getAddress(), 0);
        return Ipv4Input.isHost(ipv4) && !core.isBroadcast(ipv4);
    }

    boolean isLoopback() {
        return loopback;
    }

    @Override
    public boolean isAnswering() {
        return core.isAnswering();
    }

    @Override
    public boolean isOnLink(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? onLinkIpv4.containsIpv4(BigEndian.i32(bytes, 0)) : onLinkIpv6.containsIpv6(bytes, 0);
    }

    @Override
    public InetAddress sourceFor(InetAddress target) {
        return RoutingTable.sourceFor(config, target);
    }

    /** Replaces what a listener, known by identity, wants of a multicast group, and tells routers of it. */
    void listen(Object listener, InetAddress group, SourceFilter filter) {
        if (!attached) {
            return;
        }
        SourceFilter before = listened.filter(group);
        listened.set(listener, group, filter);
        SourceFilter after = listened.filter(group);
        boolean reported = !GroupReporter.isLocalToLink(group);
        if (before.isNone() && !after.isNone()) {
            join(group);
            if (reported && group instanceof Inet4Address) {
                // Where queries come.
                join(ALL_SYSTEMS);
            }
        } else if (!before.isNone() && after.isNone()) {
            leave(group);
            if (reported && group instanceof Inet4Address) {
                leave(ALL_SYSTEMS);
            }
        }
        if (reported) {
            reporter(group).onChange(group, before, after);
        }
    }

    /** A router asks which groups are listened to. */
    public void onGroupQuery(GroupQuery query, boolean v6, long nowNanos) {
        (v6 ? mld : igmp).onQuery(query, nowNanos);
    }

    /** Another host has reported a group in an older version. */
    public void onForeignReport(InetAddress group) {
        reporter(group).onForeignReport(group);
    }

    private GroupReporter reporter(InetAddress group) {
        return group instanceof Inet4Address ? igmp : mld;
    }

    /** An own IPv6 address of the link's scope, or {@code null}. */
    InetAddress linkLocal() {
        for (InetAddress address : own) {
            if (address.isLinkLocalAddress() && !(address instanceof Inet4Address)) {
                return address;
            }
        }
        return null;
    }

    /** Listens to a multicast group; calls count. */
    void join(InetAddress group) {
        if (groups.merge(group, 1, Integer::sum) == 1) {
            subscribe(groupMac(group), 0);
        }
    }

    void leave(InetAddress group) {
        if (!groups.containsKey(group)) {
            return;
        }
        Integer left = groups.computeIfPresent(group, (key, count) -> count == 1 ? null : count - 1);
        if (left == null) {
            unsubscribe(groupMac(group), 0);
        }
    }

    boolean isMember(InetAddress group) {
        return groups.containsKey(group);
    }

    boolean isBroadcast(int ipv4) {
        for (int subnet : subnetBroadcasts) {
            if (ipv4 == subnet) {
                return true;
            }
        }
        return ipv4 == -1;
    }

    /**
     * An IP packet came from a neighbour: its MAC address is known without asking. Returns false, and has counted it, if the
     * address is known to be another station's.
     */
    boolean onHeardIpv4(int ipv4, InetAddress address, long mac, long nowNanos) {
        return !onLinkIpv4.containsIpv4(ipv4) || arp.cache().onHeard(address, mac, nowNanos);
    }

    /** As {@link #onHeardIpv4}. */
    boolean onHeardIpv6(byte[] buffer, int addressOffset, InetAddress address, long mac, long nowNanos) {
        return !onLinkIpv6.containsIpv6(buffer, addressOffset) || ndp.cache().onHeard(address, mac, nowNanos);
    }

    Neighbor neighbor(InetAddress nextHop, long nowNanos) {
        return neighbors(nextHop).neighbor(nextHop, nowNanos);
    }

    /** Whether an address is known to be a station's. */
    boolean isKnown(InetAddress address, long mac) {
        Neighbor known = neighbors(address).find(address);
        return known != null && known.isResolved() && known.mac() == mac;
    }

    /** Whether an address is known to be another station's. */
    boolean isKnownElsewhere(InetAddress address, long mac) {
        Neighbor known = neighbors(address).find(address);
        return known != null && known.isResolved() && known.mac() != mac;
    }

    private NeighborCache neighbors(InetAddress address) {
        return address instanceof Inet4Address ? arp.cache() : ndp.cache();
    }

    long turn(long nowNanos) {
        long next = Math.min(arp.cache().turn(nowNanos), ndp.turn(nowNanos));
        next = Math.min(next, claims.turn(nowNanos));
        return Math.min(next, Math.min(igmp.turn(nowNanos), mld.turn(nowNanos)));
    }

    static long groupMac(InetAddress group) {
        byte[] bytes = group.getAddress();
        return bytes.length == 4
                ? EthernetAddress.ofIpv4Group(BigEndian.i32(bytes, 0))
                : EthernetAddress.ofIpv6Group(bytes, 0);
    }

    /** Subscribes to, or unsubscribes from, what an own address has to hear. */
    private void listen(InetAddress address, boolean start) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            int distinguisher = BigEndian.i32(bytes, 0);
            if (start) {
                subscribe(EthernetAddress.BROADCAST, distinguisher);
            } else {
                unsubscribe(EthernetAddress.BROADCAST, distinguisher);
            }
            return;
        }
        byte[] solicited = new byte[16];
        IpAddresses.writeSolicitedNode(solicited, 0, bytes, 0);
        InetAddress solicitedNode = IpAddresses.ofIpv6(solicited, 0);
        if (start) {
            join(solicitedNode);
            join(ALL_NODES);
        } else {
            leave(solicitedNode);
            leave(ALL_NODES);
        }
    }

    private void subscribe(long groupMac, int distinguisher) {
        if (subscriptions.merge(new Subscription(groupMac, distinguisher), 1, Integer::sum) == 1) {
            link.subscribe(groupMac, distinguisher);
        }
    }

    private void unsubscribe(long groupMac, int distinguisher) {
        Integer left = subscriptions.computeIfPresent(
                new Subscription(groupMac, distinguisher), (key, count) -> count == 1 ? null : count - 1);
        if (left == null) {
            link.unsubscribe(groupMac, distinguisher);
        }
    }
}
