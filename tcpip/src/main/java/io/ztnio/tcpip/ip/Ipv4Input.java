package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.wire.Ipv4Header;
import java.net.InetAddress;

/**
 * Takes in IPv4 packets (RFC 791, RFC 1122 3.2). Options are skipped: the one that matters to a host, source routing,
 * is not obeyed.
 *
 * <p>Thread: confined to the gate.
 */
final class Ipv4Input {
    /** RFC 1191 7.1: where to go when a router reports no MTU. */
    private static final int[] PLATEAUS = {8166, 4352, 2002, 1492, 1006, PathMtus.MIN_IPV4_BYTES};

    private static final int LOOPBACK_NET = 127;
    private static final int MAX_LENGTH = 65_535;

    private final IpCore core;

    Ipv4Input(IpCore core) {
        this.core = core;
    }

    /** @param groupFrame whether the frame went to a multicast or broadcast MAC address */
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
        if (!isWellFormed(buffer, offset, length)) {
            core.drops().count(DropReason.MALFORMED_IPV4);
            return;
        }
        int headerLength = Ipv4Header.headerLength(buffer, offset);
        if (InternetChecksum.sum(buffer, offset, headerLength) != 0xffff) {
            core.drops().count(DropReason.IPV4_CHECKSUM);
            return;
        }
        int sourceBits = Ipv4Header.source(buffer, offset);
        int destinationBits = Ipv4Header.destination(buffer, offset);
        if (!isHost(sourceBits) && !(looped && link.isLoopback() && sourceBits >>> 24 == LOOPBACK_NET)) {
            core.drops().count(DropReason.BAD_SOURCE);
            return;
        }
        InetAddress source = core.addresses().ipv4(sourceBits);
        InetAddress destination = core.addresses().ipv4(destinationBits);
        if (!looped && (core.isOurs(link, source) || core.isBroadcast(sourceBits))) {
            core.drops().count(DropReason.BAD_SOURCE);
            return;
        }
        boolean own = link.isOwn(destination);
        // RFC 1122 3.3.6: a unicast packet in a broadcast frame is not for us.
        if (own ? groupFrame : !isGroupForUs(link, destinationBits, destination)) {
            core.drops().count(DropReason.NOT_FOR_US);
            return;
        }
        if (!looped && !link.onHeardIpv4(sourceBits, source, sourceMac, nowNanos)) {
            return;
        }
        core.ingress().frame(link, looped, sourceMac);
        if ((Ipv4Header.flagsAndOffset(buffer, offset) & ~Ipv4Header.DONT_FRAGMENT & 0x7fff) != 0) {
            onFragment(link, source, destination, own, buffer, offset, ingressNanos, nowNanos);
            return;
        }
        int totalLength = Ipv4Header.totalLength(buffer, offset);
        core.ingress().packet(buffer, offset, totalLength, hopLimit(buffer, offset));
        deliver(
                Ipv4Header.protocol(buffer, offset),
                source,
                destination,
                own,
                Ipv4Header.typeOfService(buffer, offset),
                buffer,
                offset,
                offset + headerLength,
                totalLength - headerLength,
                ingressNanos,
                nowNanos);
    }

    void onQuotedError(
            IcmpError error, InetAddress reporter, byte[] buffer, int offset, int length, int mtuBytes, long nowNanos) {
        int headerLength = length < Ipv4Header.LENGTH ? 0 : Ipv4Header.headerLength(buffer, offset);
        if (headerLength < Ipv4Header.LENGTH
                || Ipv4Header.version(buffer, offset) != 4
                || length - headerLength < 8
                || Ipv4Header.fragmentOffset(buffer, offset) != 0) {
            core.drops().count(DropReason.MALFORMED_ICMP);
            return;
        }
        InetAddress local = core.addresses().ipv4(Ipv4Header.source(buffer, offset));
        InetAddress remote = core.addresses().ipv4(Ipv4Header.destination(buffer, offset));
        int totalLength = Ipv4Header.totalLength(buffer, offset);
        int mtu = error == IcmpError.PACKET_TOO_BIG ? reportedMtu(totalLength, mtuBytes) : 0;
        // RFC 5927 7.2: nothing is too big for an MTU that it fits in.
        if (mtu > totalLength || !core.isPlausible(reporter, local, remote)) {
            core.drops().count(DropReason.ICMP_UNRELATED);
            return;
        }
        int protocol = Ipv4Header.protocol(buffer, offset);
        core.reportError(
                error,
                protocol,
                false,
                local,
                remote,
                buffer,
                offset + headerLength,
                length - headerLength,
                mtu,
                nowNanos);
    }

    void onUnresolved(byte[] buffer, int offset, int length, long nowNanos) {
        if (Ipv4Header.fragmentOffset(buffer, offset) != 0) {
            return;
        }
        int headerLength = Ipv4Header.headerLength(buffer, offset);
        core.reportError(
                IcmpError.NEIGHBOUR_UNRESOLVED,
                Ipv4Header.protocol(buffer, offset),
                false,
                core.addresses().ipv4(Ipv4Header.source(buffer, offset)),
                core.addresses().ipv4(Ipv4Header.destination(buffer, offset)),
                buffer,
                offset + headerLength,
                length - headerLength,
                0,
                nowNanos);
    }

    /** RFC 1191 5: routers of old leave the MTU to be guessed. */
    private static int reportedMtu(int totalLength, int reported) {
        int mtu = reported;
        if (mtu == 0) {
            for (int plateau : PLATEAUS) {
                if (plateau < totalLength) {
                    mtu = plateau;
                    break;
                }
            }
        }
        return Math.max(mtu, PathMtus.MIN_IPV4_BYTES);
    }

    private void onFragment(
            IpInterface link,
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            byte[] buffer,
            int offset,
            long ingressNanos,
            long nowNanos) {
        int headerLength = Ipv4Header.headerLength(buffer, offset);
        int protocol = Ipv4Header.protocol(buffer, offset);
        int length = Ipv4Header.totalLength(buffer, offset) - headerLength;
        if (IpCore.isTruncated(protocol, Ipv4Header.fragmentOffset(buffer, offset), length)) {
            core.drops().count(DropReason.MALFORMED_FRAGMENT);
            return;
        }
        Datagram whole = core.reassembler()
                .add(
                        link,
                        core.ingress().sourceMac(),
                        source,
                        destination,
                        protocol,
                        Ipv4Header.identification(buffer, offset),
                        Ipv4Header.fragmentOffset(buffer, offset),
                        (Ipv4Header.flagsAndOffset(buffer, offset) & Ipv4Header.MORE_FRAGMENTS) != 0,
                        buffer,
                        offset,
                        headerLength,
                        offset + headerLength,
                        length,
                        protocol,
                        Ipv4Header.typeOfService(buffer, offset),
                        Reassembler.IPV4_LIFETIME_NANOS,
                        nowNanos);
        if (whole == null) {
            return;
        }
        int header = Datagram.HEADER_ROOM - whole.headerLength;
        if (whole.headerLength + whole.length() > MAX_LENGTH) {
            core.drops().count(DropReason.MALFORMED_FRAGMENT);
            return;
        }
        core.ingress().packet(whole.bytes, header, whole.headerLength + whole.length(), hopLimit(whole.bytes, header));
        core.ingress().fragmented();
        deliver(
                protocol,
                source,
                destination,
                unicast,
                whole.trafficClass,
                whole.bytes,
                header,
                Datagram.HEADER_ROOM,
                whole.length(),
                ingressNanos,
                nowNanos);
    }

    private void deliver(
            int protocol,
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int header,
            int payload,
            int length,
            long ingressNanos,
            long nowNanos) {
        core.ingress().nextHeaderOffset(9);
        long sum = (long) protocol + length + InternetChecksum.sum(buffer, header + Ipv4Header.SOURCE, 8);
        core.deliver(
                protocol,
                false,
                source,
                destination,
                unicast,
                trafficClass,
                buffer,
                payload,
                length,
                InternetChecksum.fold(sum),
                ingressNanos,
                nowNanos);
    }

    private static int hopLimit(byte[] buffer, int offset) {
        return buffer[offset + 8] & 0xff;
    }

    private static boolean isWellFormed(byte[] buffer, int offset, int length) {
        if (length < Ipv4Header.LENGTH || Ipv4Header.version(buffer, offset) != 4) {
            return false;
        }
        int headerLength = Ipv4Header.headerLength(buffer, offset);
        int totalLength = Ipv4Header.totalLength(buffer, offset);
        return headerLength >= Ipv4Header.LENGTH && totalLength >= headerLength && totalLength <= length;
    }

    /** Whether a host on a link may have the address: not in 0/8, 127/8, 224/4 and 240/4. */
    static boolean isHost(int address) {
        int first = address >>> 24;
        return first != 0 && first != LOOPBACK_NET && first < 224;
    }

    private static boolean isGroupForUs(IpInterface link, int bits, InetAddress address) {
        return bits >>> 28 == 0xe ? link.isMember(address) : link.isBroadcast(bits);
    }
}
