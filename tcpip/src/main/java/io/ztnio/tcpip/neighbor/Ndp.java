package io.ztnio.tcpip.neighbor;

import static io.ztnio.tcpip.wire.IcmpHeader.V6_NEIGHBOUR_ADVERTISEMENT;
import static io.ztnio.tcpip.wire.IcmpHeader.V6_NEIGHBOUR_SOLICITATION;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Neighbour discovery (RFC 4861) on one link: solicits IPv6 neighbours whose address does not imply their MAC, and
 * advertises the link's own addresses.
 *
 * <pre>
 *  ICMPv6 message: 0 type   1 code 0   2 checksum   4 flags (advertisement)   8 target   24 options
 *  option: 0 type (1 source, 2 target link-layer address)   1 length in units of 8 bytes   2 MAC
 * </pre>
 *
 * <p>Thread: confined to the gate.
 */
public final class Ndp implements Solicitor {
    private static final int TARGET = 8;
    private static final int OPTIONS = 24;
    private static final int MESSAGE_LENGTH = 32;
    private static final int NO_OPTION = 0;
    private static final int SOURCE_LINK_LAYER = 1;
    private static final int TARGET_LINK_LAYER = 2;
    private static final int SOLICITED = 0x4000_0000;
    private static final int OVERRIDE = 0x2000_0000;
    private static final int HOP_LIMIT = 255;

    /** Between two answers to everybody about one address; who looks for duplicates waits a second (RFC 4862 5.1). */
    private static final long ANSWER_INTERVAL_NANOS = 250_000_000L;

    private static final byte[] ALL_NODES = {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Link link;
    private final LinkAddresses addresses;
    private final DropCounters drops;
    private final NeighborCache cache;
    /** When everybody may be answered again about own addresses. */
    private final Map<InetAddress, Long> nextAnswerNanos = new HashMap<>();

    /** Own addresses about which everybody is to be answered as soon as that may be. */
    private final Set<InetAddress> owed = new LinkedHashSet<>();

    private final byte[] packet = new byte[Link.HEADROOM + Ipv6Header.LENGTH + MESSAGE_LENGTH + Link.TAILROOM];

    public Ndp(
            Link link,
            LinkAddresses addresses,
            UnresolvedPackets unresolved,
            WaitingPackets waiting,
            DropCounters drops) {
        this.link = link;
        this.addresses = addresses;
        this.drops = drops;
        this.cache = new NeighborCache(link, EtherType.IPV6, addresses, this, unresolved, waiting, drops);
    }

    public NeighborCache cache() {
        return cache;
    }

    /** Whether an IPv6 packet is an advertisement of its own source, as the answer to a {@link #probe} is. */
    public static boolean isClaim(byte[] buffer, int offset) {
        int message = offset + Ipv6Header.LENGTH;
        int source = offset + Ipv6Header.SOURCE;
        return Ipv6Header.nextHeader(buffer, offset) == IpProtocol.ICMPV6
                && Ipv6Header.hopLimit(buffer, offset) == HOP_LIMIT
                && Ipv6Header.payloadLength(buffer, offset) >= OPTIONS
                && IcmpHeader.type(buffer, message) == V6_NEIGHBOUR_ADVERTISEMENT
                && Arrays.equals(buffer, message + TARGET, message + OPTIONS, buffer, source, source + 16);
    }

    /**
     * Takes in a solicitation or advertisement with a correct checksum.
     *
     * @param hopLimit that it arrived with; a router in between would have lowered it (RFC 4861 7.1)
     */
    public void onMessage(
            long sourceMac,
            InetAddress source,
            InetAddress destination,
            int hopLimit,
            byte[] buffer,
            int offset,
            int length,
            long nowNanos) {
        if (hopLimit != HOP_LIMIT
                || length < OPTIONS
                || IcmpHeader.code(buffer, offset) != 0
                || BigEndian.u8(buffer, offset + TARGET) == 0xff
                || IpAddresses.isUnusable(buffer, offset + TARGET)
                || !areWellFormed(buffer, offset + OPTIONS, offset + length)) {
            drops.count(DropReason.MALFORMED_NDP);
            return;
        }
        InetAddress target = IpAddresses.ofIpv6(buffer, offset + TARGET);
        if (IcmpHeader.type(buffer, offset) == V6_NEIGHBOUR_SOLICITATION) {
            onSolicitation(sourceMac, source, destination, target, buffer, offset, length, nowNanos);
        } else {
            onAdvertisement(sourceMac, destination, target, buffer, offset, length, nowNanos);
        }
    }

    @Override
    public void solicit(Neighbor neighbor, boolean unicast, long nowNanos) {
        InetAddress source = addresses.sourceFor(neighbor.address());
        if (source == null) {
            return;
        }
        byte[] target = neighbor.addressBytes();
        int header = Link.HEADROOM;
        System.arraycopy(source.getAddress(), 0, packet, header + Ipv6Header.SOURCE, 16);
        long destinationMac;
        if (unicast) {
            System.arraycopy(target, 0, packet, header + Ipv6Header.DESTINATION, 16);
            destinationMac = neighbor.mac();
        } else {
            IpAddresses.writeSolicitedNode(packet, header + Ipv6Header.DESTINATION, target, 0);
            destinationMac = EthernetAddress.ofSolicitedNode(target, 0);
        }
        System.arraycopy(target, 0, packet, header + Ipv6Header.LENGTH + TARGET, 16);
        send(destinationMac, V6_NEIGHBOUR_SOLICITATION, 0, SOURCE_LINK_LAYER, nowNanos);
    }

    /** Asks whether anybody has an own address (RFC 4862 5.4.2). */
    void probe(InetAddress own, long nowNanos) {
        byte[] target = own.getAddress();
        int header = Link.HEADROOM;
        Arrays.fill(packet, header + Ipv6Header.SOURCE, header + Ipv6Header.SOURCE + 16, (byte) 0);
        IpAddresses.writeSolicitedNode(packet, header + Ipv6Header.DESTINATION, target, 0);
        System.arraycopy(target, 0, packet, header + Ipv6Header.LENGTH + TARGET, 16);
        send(EthernetAddress.ofSolicitedNode(target, 0), V6_NEIGHBOUR_SOLICITATION, 0, NO_OPTION, nowNanos);
    }

    @Override
    public long impliedMac(Neighbor neighbor) {
        return link.derivedMac(neighbor.addressBytes(), 0);
    }

    private void onSolicitation(
            long sourceMac,
            InetAddress source,
            InetAddress destination,
            InetAddress target,
            byte[] buffer,
            int offset,
            int length,
            long nowNanos) {
        if (!addresses.isOwn(target)) {
            drops.count(DropReason.NOT_FOR_US);
            return;
        }
        boolean duplicateDetection = source.isAnyLocalAddress();
        long stated = linkLayerOption(buffer, offset, length, SOURCE_LINK_LAYER);
        // RFC 4861 7.1.1: without a source there is no address of it either, and the whole group is asked.
        boolean wrong = duplicateDetection
                ? stated != Link.UNKNOWN_MAC || !destination.isMulticastAddress()
                : stated != Link.UNKNOWN_MAC && stated != sourceMac;
        if (wrong) {
            drops.count(DropReason.MALFORMED_NDP);
            return;
        }
        if (!duplicateDetection) {
            cache.onStated(source, sourceMac, nowNanos);
        }
        if (!addresses.isAnswering()) {
            return;
        }
        if (duplicateDetection) {
            answerEverybody(target, nowNanos);
        } else {
            advertise(target, source.getAddress(), sourceMac, SOLICITED | OVERRIDE, nowNanos);
        }
    }

    /** One answer to the group is for everybody who asks, so that more in a row are not needed. */
    private void answerEverybody(InetAddress target, long nowNanos) {
        Long next = nextAnswerNanos.get(target);
        if (next != null && nowNanos < next) {
            // Who asks now may have missed the last answer.
            owed.add(target);
            drops.count(DropReason.ICMP_RATE_LIMITED);
            return;
        }
        nextAnswerNanos.put(target, nowNanos + ANSWER_INTERVAL_NANOS);
        advertise(target, ALL_NODES, EthernetAddress.ALL_NODES, OVERRIDE, nowNanos);
    }

    /** Does what is due. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    public long turn(long nowNanos) {
        long next = cache.turn(nowNanos);
        Iterator<InetAddress> targets = owed.iterator();
        while (targets.hasNext()) {
            InetAddress target = targets.next();
            long due = nextAnswerNanos.getOrDefault(target, nowNanos);
            if (due <= nowNanos) {
                targets.remove();
                answerEverybody(target, nowNanos);
            } else {
                next = Math.min(next, due);
            }
        }
        return next;
    }

    /** The own addresses have changed. */
    public void forgetAnswers() {
        owed.removeIf(target -> !addresses.isOwn(target));
        nextAnswerNanos.keySet().removeIf(target -> !addresses.isOwn(target));
    }

    private void advertise(InetAddress target, byte[] to, long destinationMac, int flags, long nowNanos) {
        int header = Link.HEADROOM;
        byte[] bytes = target.getAddress();
        System.arraycopy(bytes, 0, packet, header + Ipv6Header.SOURCE, 16);
        System.arraycopy(bytes, 0, packet, header + Ipv6Header.LENGTH + TARGET, 16);
        System.arraycopy(to, 0, packet, header + Ipv6Header.DESTINATION, 16);
        send(destinationMac, V6_NEIGHBOUR_ADVERTISEMENT, flags, TARGET_LINK_LAYER, nowNanos);
    }

    private void onAdvertisement(
            long sourceMac,
            InetAddress destination,
            InetAddress target,
            byte[] buffer,
            int offset,
            int length,
            long nowNanos) {
        long stated = linkLayerOption(buffer, offset, length, TARGET_LINK_LAYER);
        int flags = IcmpHeader.rest(buffer, offset);
        if (destination.isMulticastAddress() && (flags & SOLICITED) != 0) {
            // RFC 4861 7.1.2: nobody answers a question to everybody.
            drops.count(DropReason.MALFORMED_NDP);
        } else if (addresses.isOwn(target) && (stated == Link.UNKNOWN_MAC || stated == sourceMac)) {
            addresses.onConflict(target, sourceMac, nowNanos);
        } else if (!addresses.mayBeNeighbor(target) || (stated != Link.UNKNOWN_MAC && stated != sourceMac)) {
            drops.count(DropReason.BAD_SOURCE);
        } else {
            // RFC 4861 7.2.5: without the override flag it makes what is known doubtful, and does not change it.
            cache.onAnswered(target, sourceMac, (flags & OVERRIDE) != 0, nowNanos);
        }
    }

    private void send(long destinationMac, int type, int flags, int option, long nowNanos) {
        int header = Link.HEADROOM;
        int message = header + Ipv6Header.LENGTH;
        int length = OPTIONS;
        if (option != NO_OPTION) {
            BigEndian.u16(packet, message + OPTIONS, option << 8 | 1);
            BigEndian.u48(packet, message + OPTIONS + 2, link.mac());
            length = MESSAGE_LENGTH;
        }
        long sum = (long) IpProtocol.ICMPV6 + length + InternetChecksum.sum(packet, header + Ipv6Header.SOURCE, 32);
        IcmpHeader.write(packet, message, type, 0, flags, length, sum);
        Ipv6Header.write(packet, header, 0, length, IpProtocol.ICMPV6, HOP_LIMIT);
        link.send(destinationMac, EtherType.IPV6, packet, header, Ipv6Header.LENGTH + length, nowNanos);
    }

    private static boolean areWellFormed(byte[] buffer, int from, int end) {
        int at = from;
        while (at < end) {
            if (end - at < 8) {
                return false;
            }
            int length = BigEndian.u8(buffer, at + 1) << 3;
            if (length == 0 || length > end - at) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static long linkLayerOption(byte[] buffer, int offset, int length, int type) {
        int at = offset + OPTIONS;
        int end = offset + length;
        while (at < end) {
            if (BigEndian.u8(buffer, at) == type) {
                return BigEndian.u48(buffer, at + 2);
            }
            at += BigEndian.u8(buffer, at + 1) << 3;
        }
        return Link.UNKNOWN_MAC;
    }
}
