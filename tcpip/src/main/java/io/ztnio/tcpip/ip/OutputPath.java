package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.neighbor.Neighbor;
import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;

/**
 * A path over a link, or to the stack itself. Keeps what sending needs, so that a packet costs no look-up.
 *
 * <p>Thread: made by any thread, used inside the gate.
 */
public abstract class OutputPath implements IpPath {
    final IpCore core;
    final IpInterface link;
    final byte[] addressBytes;
    private final InetAddress local;
    private final InetAddress remote;
    private final InetAddress nextHop;
    private final RoutingTable.Kind kind;
    private final int etherType;
    private final long groupMac;
    private final long addressSum;
    private RoutingTable seen;
    private boolean broken;
    private Neighbor neighbor;

    /** The MAC address of the neighbour before it stopped answering and was forgotten. */
    private long formerMac = Link.UNKNOWN_MAC;

    /** For {@link Identifications#next}; 0 until it is needed. */
    private long identificationKey;

    private int mtuBytes;
    private int mtuGeneration;
    private RoutingTable mtuTable;

    /** The header of the last packet that must not be fragmented; a burst differs from it in nothing. */
    private final byte[] template;

    /** What {@link #template} was made for: payload length, protocol, traffic class, hop limit. */
    private long templateKey = -1;

    OutputPath(IpCore core, RoutingTable table, RoutingTable.Choice choice, InetAddress remote, int etherType) {
        this.core = core;
        this.link = choice.link();
        this.local = choice.local();
        this.remote = remote;
        this.nextHop = choice.nextHop();
        this.kind = choice.kind();
        this.etherType = etherType;
        this.seen = table;
        this.groupMac = kind == RoutingTable.Kind.MULTICAST ? IpInterface.groupMac(remote) : EthernetAddress.BROADCAST;
        byte[] from = local.getAddress();
        byte[] to = remote.getAddress();
        this.addressBytes = new byte[from.length + to.length];
        System.arraycopy(from, 0, addressBytes, 0, from.length);
        System.arraycopy(to, 0, addressBytes, from.length, to.length);
        this.addressSum = InternetChecksum.sum(addressBytes, 0, addressBytes.length);
        this.template = new byte[etherType == EtherType.IPV4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH];
    }

    /** Writes an IP header that says nothing of fragments in front of {@code payload}. */
    abstract void writeHeader(
            byte[] buffer,
            int payload,
            int payloadLength,
            int protocol,
            int trafficClass,
            int hopLimit,
            boolean mayFragment);

    /** Sends the payload in {@link IpCore#scratch} in pieces. */
    abstract void sendFragments(int protocol, int payloadLength, int trafficClass, int hopLimit, long nowNanos);

    @Override
    public final InetAddress local() {
        return local;
    }

    @Override
    public final InetAddress remote() {
        return remote;
    }

    /** The link it leaves through; for the stack itself the one with the remote address. */
    public final IpInterface link() {
        return link;
    }

    @Override
    public final boolean isUnicast() {
        return !isBroadcast() && !isMulticast();
    }

    public final boolean isBroadcast() {
        return kind == RoutingTable.Kind.BROADCAST;
    }

    public final boolean isMulticast() {
        return kind == RoutingTable.Kind.MULTICAST;
    }

    @Override
    public final boolean isValid() {
        RoutingTable now = core.table();
        if (now != seen && !broken) {
            seen = now;
            RoutingTable.Choice choice = now.choose(local, remote);
            broken = choice == null
                    || choice.link() != link
                    || choice.kind() != kind
                    || !choice.nextHop().equals(nextHop);
        }
        return !broken;
    }

    @Override
    public final int mtuBytes() {
        RoutingTable table = core.table();
        int generation = core.pathMtus().generation();
        if (mtuTable != table || mtuGeneration != generation) {
            mtuBytes = core.pathMtus().mtuBytes(remote, link.config().mtuBytes());
            mtuTable = table;
            mtuGeneration = generation;
        }
        return mtuBytes;
    }

    @Override
    public final void confirmTooBig(int reportedBytes, long nowNanos) {
        int least = etherType == EtherType.IPV4 ? PathMtus.MIN_IPV4_BYTES : PathMtus.MIN_IPV6_BYTES;
        long reporter = core.ingress().sourceMac();
        core.pathMtus().lower(remote, Math.max(least, reportedBytes), mtuBytes(), reporter, nowNanos);
    }

    @Override
    public final int packetBytes(int datagrams) {
        int most = mtuBytes();
        if (kind == RoutingTable.Kind.LOCAL) {
            return most;
        }
        Neighbor to = neighbor;
        long mac = to != null && to.isResolved() ? to.mac() : Link.UNKNOWN_MAC;
        int preferred = link.link().preferredPacketBytes(mac, datagrams);
        return Math.min(most, Math.max(preferred, PathMtus.MIN_IPV6_BYTES));
    }

    @Override
    public final boolean leadsTo(IpInterface asked, long neighborMac) {
        Neighbor to = neighbor;
        long mac = to != null && to.isResolved() ? to.mac() : formerMac;
        return link == asked && mac == neighborMac && mac != Link.UNKNOWN_MAC;
    }

    @Override
    public final TrafficSource source() {
        Ingress ingress = core.ingress();
        if (kind == RoutingTable.Kind.LOCAL || ingress.isLooped()) {
            return TrafficSource.ofHost(remote);
        }
        long mac = ingress.sourceMac();
        boolean routed = !nextHop.equals(remote) && link.isKnown(nextHop, mac);
        // Who sends in the name of somebody beyond a router, and is not that router, answers for it himself.
        return routed ? TrafficSource.ofSite(remote) : TrafficSource.ofStation(link.scopeId(), mac);
    }

    @Override
    public final boolean isCongested() {
        Neighbor to = neighbor;
        return kind == RoutingTable.Kind.NEIGHBOR
                && to != null
                && to.isResolved()
                && link.link().isCongested(to.mac());
    }

    @Override
    public final int transportOffset() {
        return Link.HEADROOM + headerLength();
    }

    @Override
    public final long pseudoHeaderSum(int protocol, int transportLength) {
        return InternetChecksum.fold(addressSum + protocol + transportLength);
    }

    @Override
    public final void send(int protocol, int transportLength, int trafficClass, boolean mayFragment, long nowNanos) {
        send(protocol, transportLength, trafficClass, mayFragment, IpCore.DEFAULT_HOP_LIMIT, false, nowNanos);
    }

    /**
     * As {@link IpPath#send}.
     *
     * @param hopLimit TTL or hop limit
     * @param loopGroup whether the own endpoints get a copy of a multicast or broadcast
     */
    public final void send(
            int protocol,
            int transportLength,
            int trafficClass,
            boolean mayFragment,
            int hopLimit,
            boolean loopGroup,
            long nowNanos) {
        if (!isValid()) {
            core.drops().count(DropReason.NO_ROUTE);
            return;
        }
        byte[] scratch = core.scratch();
        int totalLength = headerLength() + transportLength;
        boolean whole = totalLength <= mtuBytes() || kind == RoutingTable.Kind.LOCAL;
        boolean oversizeOnTrial = !mayFragment && totalLength <= link.config().mtuBytes();
        if (totalLength > maxTotalLength() || !(whole || mayFragment || oversizeOnTrial)) {
            core.drops().count(DropReason.TOO_BIG);
            return;
        }
        boolean toSelf = kind == RoutingTable.Kind.LOCAL || (loopGroup && kind != RoutingTable.Kind.NEIGHBOR);
        if (whole || oversizeOnTrial || toSelf) {
            int payload = transportOffset();
            if (mayFragment) {
                writeHeader(scratch, payload, transportLength, protocol, trafficClass, hopLimit, true);
            } else {
                repeatHeader(scratch, payload, transportLength, protocol, trafficClass, hopLimit);
            }
        }
        if (toSelf) {
            core.loopback().offer(link, scratch, Link.HEADROOM, totalLength);
        }
        if (kind == RoutingTable.Kind.LOCAL || hopLimit == 0) {
            return;
        }
        if (whole || oversizeOnTrial) {
            transmit(scratch, totalLength, nowNanos);
        } else {
            sendFragments(protocol, transportLength, trafficClass, hopLimit, nowNanos);
        }
    }

    private void repeatHeader(
            byte[] buffer, int payload, int payloadLength, int protocol, int trafficClass, int hopLimit) {
        long key = (long) payloadLength << 24 | protocol << 16 | trafficClass << 8 | hopLimit;
        if (key == templateKey) {
            System.arraycopy(template, 0, buffer, Link.HEADROOM, template.length);
        } else {
            writeHeader(buffer, payload, payloadLength, protocol, trafficClass, hopLimit, false);
            System.arraycopy(buffer, Link.HEADROOM, template, 0, template.length);
            templateKey = key;
        }
    }

    /**
     * Whether the ICMP error that is being delivered can be about packets on this path: it comes from the end or a router, and
     * from the station that they went to, as far as that is known.
     */
    final boolean isOnTheWay(InetAddress reporter) {
        Ingress ingress = core.ingress();
        return switch (kind) {
            case NEIGHBOR ->
                !ingress.isLooped()
                        && (!nextHop.equals(remote) || reporter.equals(remote))
                        && !link.isKnownElsewhere(nextHop, ingress.sourceMac());
            case LOCAL -> ingress.isLooped() && reporter.equals(remote);
            case BROADCAST, MULTICAST -> false;
        };
    }

    final int nextIdentification() {
        if (identificationKey == 0) {
            identificationKey = core.identifications().key(addressBytes);
        }
        return core.identifications().next(identificationKey);
    }

    /** Hands over the packet at {@link Link#HEADROOM}. */
    final void transmit(byte[] buffer, int length, long nowNanos) {
        if (kind != RoutingTable.Kind.NEIGHBOR) {
            link.link().send(groupMac, etherType, buffer, Link.HEADROOM, length, nowNanos);
            return;
        }
        Neighbor to = neighbor;
        if (to == null || to.isEvicted()) {
            if (to != null && to.isResolved()) {
                formerMac = to.mac();
            }
            to = link.neighbor(nextHop, nowNanos);
            neighbor = to;
        }
        to.send(buffer, Link.HEADROOM, length, nowNanos);
    }

    private int maxTotalLength() {
        return etherType == EtherType.IPV4 ? 65_535 : headerLength() + 65_535;
    }
}
