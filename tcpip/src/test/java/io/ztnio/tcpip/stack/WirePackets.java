package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.wire.ArpPacket;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import io.ztnio.tcpip.wire.UdpHeader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Packets as somebody on the link would write them, true or not; of the IP version that their addresses are of. */
final class WirePackets {
    private static final int HOP_LIMIT = 64;
    private static final int TCP_BYTES = 20;
    private static final int NEIGHBOUR_HOP_LIMIT = 255;

    private WirePackets() {}

    static int etherType(byte[] packet) {
        return Ipv4Header.version(packet, 0) == 4 ? EtherType.IPV4 : EtherType.IPV6;
    }

    static int headerLength(byte[] packet) {
        return Ipv4Header.version(packet, 0) == 4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
    }

    static byte[] ip(String source, String destination, int protocol, byte[] payload) {
        return ip(source, destination, protocol, payload, HOP_LIMIT);
    }

    private static byte[] ip(String source, String destination, int protocol, byte[] payload, int hopLimit) {
        InetAddress from = Lan.ip(source);
        byte[] to = Lan.ip(destination).getAddress();
        boolean v4 = from instanceof Inet4Address && to.length == 4;
        int header = v4 ? Ipv4Header.LENGTH : Ipv6Header.LENGTH;
        byte[] packet = new byte[header + payload.length];
        System.arraycopy(payload, 0, packet, header, payload.length);
        if (v4) {
            System.arraycopy(from.getAddress(), 0, packet, Ipv4Header.SOURCE, 4);
            System.arraycopy(to, 0, packet, Ipv4Header.DESTINATION, 4);
            Ipv4Header.write(packet, 0, 0, packet.length, 1, 0, hopLimit, protocol);
        } else {
            byte[] bytes = from.getAddress();
            // The JDK makes ::ffff:a.b.c.d an IPv4 address.
            if (bytes.length == 4) {
                packet[Ipv6Header.SOURCE + 10] = -1;
                packet[Ipv6Header.SOURCE + 11] = -1;
            }
            System.arraycopy(bytes, 0, packet, Ipv6Header.SOURCE + 16 - bytes.length, bytes.length);
            System.arraycopy(to, 0, packet, Ipv6Header.DESTINATION, 16);
            Ipv6Header.write(packet, 0, 0, payload.length, protocol, hopLimit);
        }
        return packet;
    }

    private static long pseudoHeaderSum(byte[] packet, int protocol) {
        int header = headerLength(packet);
        int addresses = header == Ipv4Header.LENGTH ? Ipv4Header.SOURCE : Ipv6Header.SOURCE;
        return (long) protocol
                + packet.length
                - header
                + InternetChecksum.sum(packet, addresses, header == Ipv4Header.LENGTH ? 8 : 32);
    }

    static byte[] udp(String source, int sourcePort, String destination, int port, int length) {
        byte[] packet = ip(source, destination, IpProtocol.UDP, new byte[UdpHeader.LENGTH + length]);
        UdpHeader.write(
                packet,
                headerLength(packet),
                sourcePort,
                port,
                UdpHeader.LENGTH + length,
                pseudoHeaderSum(packet, IpProtocol.UDP));
        return packet;
    }

    /** A TCP segment without options, with the window 65,535. */
    static byte[] tcp(
            String source, int sourcePort, String destination, int port, int flags, int sequence, int acknowledgment) {
        byte[] packet = ip(source, destination, IpProtocol.TCP, new byte[TCP_BYTES]);
        int at = headerLength(packet);
        BigEndian.u16(packet, at, sourcePort);
        BigEndian.u16(packet, at + 2, port);
        BigEndian.i32(packet, at + 4, sequence);
        BigEndian.i32(packet, at + 8, acknowledgment);
        BigEndian.u16(packet, at + 12, ((TCP_BYTES / 4) << 12) | flags);
        BigEndian.u16(packet, at + 14, 0xffff);
        long sum = pseudoHeaderSum(packet, IpProtocol.TCP) + InternetChecksum.sum(packet, at, TCP_BYTES);
        BigEndian.u16(packet, at + 16, ~InternetChecksum.fold(sum) & 0xffff);
        return packet;
    }

    static byte[] icmp(String source, String destination, int type, int code, int rest, byte[] body) {
        return icmp(source, destination, type, code, rest, body, HOP_LIMIT);
    }

    private static byte[] icmp(
            String source, String destination, int type, int code, int rest, byte[] body, int hopLimit) {
        boolean v4 = Lan.ip(destination) instanceof Inet4Address;
        byte[] message = new byte[IcmpHeader.LENGTH + body.length];
        System.arraycopy(body, 0, message, IcmpHeader.LENGTH, body.length);
        int protocol = v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        byte[] packet = ip(source, destination, protocol, message, hopLimit);
        long sum = v4 ? 0 : pseudoHeaderSum(packet, protocol);
        IcmpHeader.write(packet, headerLength(packet), type, code, rest, message.length, sum);
        return packet;
    }

    static byte[] echoRequest(String source, String destination, int length) {
        boolean v4 = Lan.ip(destination) instanceof Inet4Address;
        int type = v4 ? IcmpHeader.V4_ECHO_REQUEST : IcmpHeader.V6_ECHO_REQUEST;
        return icmp(source, destination, type, 0, 0x0001_0001, new byte[length]);
    }

    /** What says that a packet of {@code destination}'s was larger than {@code mtu}. */
    static byte[] tooBig(String source, String destination, byte[] quoted, int mtu) {
        boolean v4 = etherType(quoted) == EtherType.IPV4;
        byte[] body = Arrays.copyOf(quoted, Math.min(quoted.length, v4 ? 28 : 1232));
        return v4
                ? icmp(source, destination, IcmpHeader.V4_UNREACHABLE, 4, mtu, body)
                : icmp(source, destination, IcmpHeader.V6_PACKET_TOO_BIG, 0, mtu, body);
    }

    /** What says that nobody has the port that a packet of {@code destination}'s was sent to. */
    static byte[] portUnreachable(String source, String destination, byte[] quoted) {
        boolean v4 = etherType(quoted) == EtherType.IPV4;
        byte[] body = Arrays.copyOf(quoted, Math.min(quoted.length, v4 ? 28 : 1232));
        return v4
                ? icmp(source, destination, IcmpHeader.V4_UNREACHABLE, 3, 0, body)
                : icmp(source, destination, IcmpHeader.V6_UNREACHABLE, 4, 0, body);
    }

    /** @param mac what the option says, -1 for no option */
    static byte[] solicitation(String source, String destination, String target, long mac) {
        byte[] body = neighbourBody(target, 1, mac);
        return icmp(source, destination, IcmpHeader.V6_NEIGHBOUR_SOLICITATION, 0, 0, body, NEIGHBOUR_HOP_LIMIT);
    }

    static byte[] advertisement(String source, String destination, String target, int flags, long mac) {
        byte[] body = neighbourBody(target, 2, mac);
        return icmp(source, destination, IcmpHeader.V6_NEIGHBOUR_ADVERTISEMENT, 0, flags, body, NEIGHBOUR_HOP_LIMIT);
    }

    private static byte[] neighbourBody(String target, int option, long mac) {
        byte[] body = new byte[mac < 0 ? 16 : 24];
        System.arraycopy(Lan.ip(target).getAddress(), 0, body, 0, 16);
        if (mac >= 0) {
            BigEndian.u16(body, 16, option << 8 | 1);
            BigEndian.u48(body, 18, mac);
        }
        return body;
    }

    static byte[] arp(int operation, long senderMac, String sender, long targetMac, String target) {
        byte[] packet = new byte[ArpPacket.LENGTH];
        ArpPacket.write(
                packet,
                0,
                operation,
                senderMac,
                BigEndian.i32(Lan.ip(sender).getAddress(), 0),
                targetMac,
                BigEndian.i32(Lan.ip(target).getAddress(), 0));
        return packet;
    }

    /** The packet in two fragments. */
    static List<byte[]> fragments(byte[] packet, int firstBytes, int identification) {
        int header = headerLength(packet);
        byte[] first = Arrays.copyOfRange(packet, header, header + firstBytes);
        byte[] second = Arrays.copyOfRange(packet, header + firstBytes, packet.length);
        return List.of(
                fragment(packet, first, 0, true, identification),
                fragment(packet, second, firstBytes, false, identification));
    }

    /** A fragment with {@code payload}, which was at {@code at} in the packet. */
    static byte[] fragment(byte[] packet, byte[] payload, int at, boolean more, int identification) {
        int header = headerLength(packet);
        boolean v4 = header == Ipv4Header.LENGTH;
        int extension = v4 ? 0 : Ipv6Header.FRAGMENT_LENGTH;
        byte[] fragment = Arrays.copyOf(packet, header + extension + payload.length);
        System.arraycopy(payload, 0, fragment, header + extension, payload.length);
        if (v4) {
            int flags = (more ? Ipv4Header.MORE_FRAGMENTS : 0) | at >>> 3;
            int protocol = Ipv4Header.protocol(packet, 0);
            Ipv4Header.write(fragment, 0, 0, fragment.length, identification, flags, HOP_LIMIT, protocol);
        } else {
            int next = Ipv6Header.nextHeader(packet, 0);
            Ipv6Header.writeFragment(fragment, header, next, at, more, identification);
            int hopLimit = Ipv6Header.hopLimit(packet, 0);
            Ipv6Header.write(fragment, 0, 0, extension + payload.length, IpProtocol.FRAGMENT, hopLimit);
        }
        return fragment;
    }
}
