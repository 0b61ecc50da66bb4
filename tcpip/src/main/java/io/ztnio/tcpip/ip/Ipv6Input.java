package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.neighbor.Ndp;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;

/**
 * Takes in IPv6 packets (RFC 8200). Extension headers are skipped unless they demand to be understood.
 *
 * <p>Thread: confined to the gate.
 */
final class Ipv6Input {
    private static final int MAX_EXTENSIONS = 8;
    private static final int PAD1 = 0;

    private final IpCore core;
    /** Results of {@link #skipExtensions}: the first header not skipped, and where it is and is named. */
    private int nextHeader;

    private int nextOffset;
    private int nextHeaderAt;

    Ipv6Input(IpCore core) {
        this.core = core;
    }

    /** As {@link Ipv4Input#onPacket}. */
    void onPacket(
            IpInterface link,
            boolean looped,
            long sourceMac,
            boolean groupFrame,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos,
            long nowNanos) {
        if (length < Ipv6Header.LENGTH
                || Ipv6Header.version(buffer, offset) != 6
                || Ipv6Header.payloadLength(buffer, offset) > length - Ipv6Header.LENGTH) {
            core.drops().count(DropReason.MALFORMED_IPV6);
            return;
        }
        int sourceAt = offset + Ipv6Header.SOURCE;
        int destinationAt = offset + Ipv6Header.DESTINATION;
        boolean unspecified = IpAddresses.isUnspecified(buffer, sourceAt);
        boolean unusable = IpAddresses.isUnusable(buffer, sourceAt) && !unspecified;
        if (BigEndian.u8(buffer, sourceAt) == 0xff || (unusable && !(looped && link.isLoopback()))) {
            core.drops().count(DropReason.BAD_SOURCE);
            return;
        }
        InetAddress source = core.addresses().ipv6(buffer, sourceAt, link.scopeId());
        InetAddress destination = core.addresses().ipv6(buffer, destinationAt, link.scopeId());
        if (!looped && core.isOurs(link, source)) {
            if (link.isOwn(source) && Ndp.isClaim(buffer, offset)) {
                link.onConflict(source, sourceMac, nowNanos);
            } else {
                core.drops().count(DropReason.BAD_SOURCE);
            }
            return;
        }
        boolean own = link.isOwn(destination);
        if (own ? groupFrame : !(destination.isMulticastAddress() && link.isMember(destination))) {
            core.drops().count(DropReason.NOT_FOR_US);
            return;
        }
        if (!looped && !unspecified && !link.onHeardIpv6(buffer, sourceAt, source, sourceMac, nowNanos)) {
            return;
        }
        core.ingress().frame(link, looped, sourceMac);
        int end = offset + Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, offset);
        core.ingress().packet(buffer, offset, end - offset, Ipv6Header.hopLimit(buffer, offset));
        int start = offset + Ipv6Header.LENGTH;
        if (!skipExtensions(
                Ipv6Header.nextHeader(buffer, offset), offset + Ipv6Header.NEXT_HEADER, buffer, start, end)) {
            return;
        }
        // Only neighbour and listener discovery may have no source, and neither comes in fragments.
        if (unspecified && nextHeader != IpProtocol.ICMPV6) {
            core.drops().count(DropReason.BAD_SOURCE);
            return;
        }
        if (nextHeader == IpProtocol.FRAGMENT
                && !onFragment(link, source, destination, own, buffer, offset, end, ingressNanos, nowNanos)) {
            return;
        }
        int trafficClass = Ipv6Header.trafficClass(buffer, offset);
        deliver(source, destination, own, trafficClass, buffer, offset, end, ingressNanos, nowNanos);
    }

    void onQuotedError(
            IcmpError error, InetAddress reporter, byte[] buffer, int offset, int length, int mtuBytes, long nowNanos) {
        if (length < Ipv6Header.LENGTH + 8 || Ipv6Header.version(buffer, offset) != 6) {
            core.drops().count(DropReason.MALFORMED_ICMP);
            return;
        }
        InetAddress local = core.addresses().ipv6(buffer, offset + Ipv6Header.SOURCE, 0);
        InetAddress remote = core.addresses().ipv6(buffer, offset + Ipv6Header.DESTINATION, 0);
        int packetLength = Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, offset);
        int mtu = error == IcmpError.PACKET_TOO_BIG ? Math.max(mtuBytes, PathMtus.MIN_IPV6_BYTES) : 0;
        // RFC 5927 7.2: nothing is too big for an MTU that it fits in.
        if (mtu > packetLength
                || !core.isPlausible(reporter, local, remote)
                || !reportError(error, local, remote, buffer, offset, length, mtu, nowNanos)) {
            core.drops().count(DropReason.ICMP_UNRELATED);
        }
    }

    void onUnresolved(byte[] buffer, int offset, int length, long nowNanos) {
        InetAddress local = core.addresses().ipv6(buffer, offset + Ipv6Header.SOURCE, 0);
        InetAddress remote = core.addresses().ipv6(buffer, offset + Ipv6Header.DESTINATION, 0);
        reportError(IcmpError.NEIGHBOUR_UNRESOLVED, local, remote, buffer, offset, length, 0, nowNanos);
    }

    /**
     * Tells the transport. Our own packets have at most a fragment header in front of the transport's; returns false for a
     * fragment that has none of it.
     */
    private boolean reportError(
            IcmpError error,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long nowNanos) {
        int protocol = Ipv6Header.nextHeader(buffer, offset);
        int headerLength = Ipv6Header.LENGTH;
        if (protocol == IpProtocol.FRAGMENT) {
            if (length < headerLength + Ipv6Header.FRAGMENT_LENGTH
                    || Ipv6Header.fragmentOffset(buffer, offset + headerLength) != 0) {
                return false;
            }
            protocol = BigEndian.u8(buffer, offset + headerLength);
            headerLength += Ipv6Header.FRAGMENT_LENGTH;
        }
        core.reportError(
                error,
                protocol,
                true,
                local,
                remote,
                buffer,
                offset + headerLength,
                length - headerLength,
                mtuBytes,
                nowNanos);
        return true;
    }

    /**
     * Handles the fragment header at {@link #nextOffset}. Returns true for an atomic fragment (RFC 6946), which goes
     * on as an ordinary packet; a datagram that this completes is delivered here.
     */
    private boolean onFragment(
            IpInterface link,
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            byte[] buffer,
            int offset,
            int end,
            long ingressNanos,
            long nowNanos) {
        int at = nextOffset;
        int payload = at + Ipv6Header.FRAGMENT_LENGTH;
        if (payload > end) {
            core.drops().count(DropReason.MALFORMED_FRAGMENT);
            return false;
        }
        int next = BigEndian.u8(buffer, at);
        int fragmentOffset = Ipv6Header.fragmentOffset(buffer, at);
        boolean more = Ipv6Header.moreFragments(buffer, at);
        core.ingress().fragmented();
        if (fragmentOffset == 0 && !more) {
            return skipExtensions(next, at, buffer, payload, end) && isNoFragment();
        }
        if (fragmentOffset == 0 && !(skipExtensions(next, at, buffer, payload, end) && isWithHeaders(end))) {
            return false;
        }
        Datagram whole = core.reassembler()
                .add(
                        link,
                        core.ingress().sourceMac(),
                        source,
                        destination,
                        IpProtocol.FRAGMENT,
                        Ipv6Header.fragmentIdentification(buffer, at),
                        fragmentOffset,
                        more,
                        buffer,
                        offset,
                        Ipv6Header.LENGTH,
                        payload,
                        end - payload,
                        next,
                        Ipv6Header.trafficClass(buffer, offset),
                        Reassembler.IPV6_LIFETIME_NANOS,
                        nowNanos);
        if (whole != null) {
            onReassembled(whole, unicast, ingressNanos, nowNanos);
        }
        return false;
    }

    private void onReassembled(Datagram whole, boolean unicast, long ingressNanos, long nowNanos) {
        byte[] bytes = whole.bytes;
        int header = Datagram.HEADER_ROOM - Ipv6Header.LENGTH;
        int end = Datagram.HEADER_ROOM + whole.length();
        // The header as it would be without fragmentation, for ICMP to quote and to name the next header.
        BigEndian.u16(bytes, header + 4, whole.length());
        BigEndian.u8(bytes, header + Ipv6Header.NEXT_HEADER, whole.nextHeader);
        core.ingress().packet(bytes, header, end - header, Ipv6Header.hopLimit(bytes, header));
        core.ingress().fragmented();
        int nextAt = header + Ipv6Header.NEXT_HEADER;
        if (skipExtensions(whole.nextHeader, nextAt, bytes, Datagram.HEADER_ROOM, end) && isNoFragment()) {
            deliver(
                    whole.source,
                    whole.destination,
                    unicast,
                    whole.trafficClass,
                    bytes,
                    header,
                    end,
                    ingressNanos,
                    nowNanos);
        }
    }

    /** RFC 7112: the first fragment has all headers up to the transport's. */
    private boolean isWithHeaders(int end) {
        if (nextHeader == IpProtocol.FRAGMENT || IpCore.isTruncated(nextHeader, 0, end - nextOffset)) {
            core.drops().count(DropReason.MALFORMED_FRAGMENT);
            return false;
        }
        return true;
    }

    /** A fragment within a fragment is nonsense. */
    private boolean isNoFragment() {
        if (nextHeader == IpProtocol.FRAGMENT) {
            core.drops().count(DropReason.MALFORMED_FRAGMENT);
            return false;
        }
        return true;
    }

    private void deliver(
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int header,
            int end,
            long ingressNanos,
            long nowNanos) {
        int length = end - nextOffset;
        core.ingress().nextHeaderOffset(nextHeaderAt - header);
        long sum = (long) nextHeader + length + InternetChecksum.sum(buffer, header + Ipv6Header.SOURCE, 32);
        core.deliver(
                nextHeader,
                true,
                source,
                destination,
                unicast,
                trafficClass,
                buffer,
                nextOffset,
                length,
                InternetChecksum.fold(sum),
                ingressNanos,
                nowNanos);
    }

    /** Goes over extension headers up to the transport's or a fragment header. Returns whether to go on. */
    private boolean skipExtensions(int first, int namedAt, byte[] buffer, int start, int end) {
        nextHeader = first;
        nextHeaderAt = namedAt;
        nextOffset = start;
        for (int i = 0; i < MAX_EXTENSIONS; i++) {
            boolean options = nextHeader == IpProtocol.DESTINATION_OPTIONS || nextHeader == IpProtocol.HOP_BY_HOP;
            if (nextHeader == IpProtocol.NO_NEXT_HEADER) {
                core.drops().count(DropReason.UNKNOWN_PROTOCOL);
                return false;
            }
            if (!options && nextHeader != IpProtocol.ROUTING) {
                return true;
            }
            int at = nextOffset;
            int length = end - at < 8 ? Integer.MAX_VALUE : (BigEndian.u8(buffer, at + 1) + 1) << 3;
            if (length > end - at) {
                core.drops().count(DropReason.MALFORMED_IPV6);
                return false;
            }
            // A hop-by-hop header comes first or not at all; a source route that is not at its end is not obeyed.
            boolean acceptable = options
                    ? (nextHeader != IpProtocol.HOP_BY_HOP || i == 0) && areOptional(buffer, at + 2, at + length)
                    : BigEndian.u8(buffer, at + 3) == 0;
            if (!acceptable) {
                core.drops().count(DropReason.UNKNOWN_EXTENSION);
                return false;
            }
            nextHeader = BigEndian.u8(buffer, at);
            nextHeaderAt = at;
            nextOffset = at + length;
        }
        core.drops().count(DropReason.UNKNOWN_EXTENSION);
        return false;
    }

    /** Whether every option may be skipped: the two high bits of its type say so (RFC 8200 4.2). */
    private static boolean areOptional(byte[] buffer, int from, int end) {
        int at = from;
        while (at < end) {
            int type = BigEndian.u8(buffer, at);
            if (type == PAD1) {
                at++;
                continue;
            }
            if (at + 2 > end || (type & 0xc0) != 0) {
                return false;
            }
            at += 2 + BigEndian.u8(buffer, at + 1);
        }
        return at == end;
    }
}
