package io.ztnio.tcpip.link;

import io.ztnio.tcpip.wire.ArpPacket;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;
import java.util.Locale;

/** A frame in words, whatever is in it: what is not as it should be is said to be so. Thread: one object per frame. */
final class FrameText {
    private static final int LEAST_TCP_HEADER = 20;
    private static final int LEAST_UDP_HEADER = 8;
    private static final String TCP_FLAGS = "FSRP.UEW";
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final StringBuilder text = new StringBuilder(120);
    private final byte[] buffer;

    private FrameText(byte[] buffer) {
        this.buffer = buffer;
    }

    /** The line of a frame whose payload is at {@code offset}. */
    static String of(
            long nanos,
            String direction,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length) {
        FrameText made = new FrameText(buffer);
        made.text
                .append(Math.floorDiv(nanos, NANOS_PER_SECOND))
                .append('.')
                .append(String.format(Locale.ROOT, "%09d", Math.floorMod(nanos, NANOS_PER_SECOND)))
                .append(' ')
                .append(direction)
                .append(' ');
        made.mac(sourceMac);
        made.text.append(" > ");
        made.mac(destinationMac);
        made.text.append(' ');
        switch (etherType) {
            case EtherType.ARP -> made.arp(offset, length);
            case EtherType.IPV4 -> made.ipv4(offset, length);
            case EtherType.IPV6 -> made.ipv6(offset, length);
            default -> made.text.append(String.format(Locale.ROOT, "type 0x%04x len %d", etherType, length));
        }
        return made.text.toString();
    }

    private void mac(long mac) {
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format(Locale.ROOT, shift == 0 ? "%02x" : "%02x:", mac >>> shift & 0xff));
        }
    }

    private void arp(int at, int length) {
        text.append("ARP ");
        if (!ArpPacket.isIpv4OverEthernet(buffer, at, length)) {
            malformed(length);
            return;
        }
        String target = IpAddresses.ofIpv4(ArpPacket.targetIpv4(buffer, at)).getHostAddress();
        String sender = IpAddresses.ofIpv4(ArpPacket.senderIpv4(buffer, at)).getHostAddress();
        switch (ArpPacket.operation(buffer, at)) {
            case ArpPacket.REQUEST ->
                text.append("who-has ").append(target).append(" tell ").append(sender);
            case ArpPacket.REPLY -> {
                text.append(sender).append(" is-at ");
                mac(ArpPacket.senderMac(buffer, at));
            }
            default -> text.append("operation ").append(ArpPacket.operation(buffer, at));
        }
    }

    private void ipv4(int at, int length) {
        text.append("IPv4 ");
        int header = length < Ipv4Header.LENGTH ? length + 1 : Ipv4Header.headerLength(buffer, at);
        if (header < Ipv4Header.LENGTH
                || header > length
                || Ipv4Header.version(buffer, at) != 4
                || Ipv4Header.totalLength(buffer, at) < header
                || Ipv4Header.totalLength(buffer, at) > length) {
            malformed(length);
            return;
        }
        InetAddress source = IpAddresses.ofIpv4(Ipv4Header.source(buffer, at));
        InetAddress destination = IpAddresses.ofIpv4(Ipv4Header.destination(buffer, at));
        int payload = Ipv4Header.totalLength(buffer, at) - header;
        int fragment = Ipv4Header.fragmentOffset(buffer, at);
        boolean more = (Ipv4Header.flagsAndOffset(buffer, at) & Ipv4Header.MORE_FRAGMENTS) != 0;
        int protocol = Ipv4Header.protocol(buffer, at);
        if (fragment > 0 || more) {
            fragment(source, destination, Ipv4Header.identification(buffer, at), fragment, more, payload);
        } else {
            transport(source, destination, protocol, at + header, payload);
        }
    }

    private void ipv6(int at, int length) {
        text.append("IPv6 ");
        if (length < Ipv6Header.LENGTH
                || Ipv6Header.version(buffer, at) != 6
                || Ipv6Header.payloadLength(buffer, at) > length - Ipv6Header.LENGTH) {
            malformed(length);
            return;
        }
        InetAddress source = IpAddresses.ofIpv6(buffer, at + Ipv6Header.SOURCE);
        InetAddress destination = IpAddresses.ofIpv6(buffer, at + Ipv6Header.DESTINATION);
        int next = Ipv6Header.nextHeader(buffer, at);
        int payload = Ipv6Header.payloadLength(buffer, at);
        int from = at + Ipv6Header.LENGTH;
        if (next == IpProtocol.FRAGMENT && payload >= Ipv6Header.FRAGMENT_LENGTH) {
            fragment(
                    source,
                    destination,
                    Ipv6Header.fragmentIdentification(buffer, from),
                    Ipv6Header.fragmentOffset(buffer, from),
                    Ipv6Header.moreFragments(buffer, from),
                    payload - Ipv6Header.FRAGMENT_LENGTH);
        } else {
            transport(source, destination, next, from, payload);
        }
    }

    private void fragment(InetAddress source, InetAddress destination, int id, int at, boolean more, int length) {
        addresses(source, -1, destination, -1);
        text.append(" fragment ")
                .append(Integer.toUnsignedString(id))
                .append(" at ")
                .append(at)
                .append(" len ")
                .append(length);
        if (more) {
            text.append(" more");
        }
    }

    private void transport(InetAddress source, InetAddress destination, int protocol, int at, int length) {
        boolean tcp = protocol == IpProtocol.TCP && length >= LEAST_TCP_HEADER;
        boolean udp = protocol == IpProtocol.UDP && length >= LEAST_UDP_HEADER;
        boolean ports = tcp || udp;
        addresses(
                source,
                ports ? BigEndian.u16(buffer, at) : -1,
                destination,
                ports ? BigEndian.u16(buffer, at + 2) : -1);
        if (tcp) {
            tcp(at, length);
        } else if (udp) {
            text.append(" UDP len ").append(length - LEAST_UDP_HEADER);
        } else if ((protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) && length >= 2) {
            text.append(protocol == IpProtocol.ICMP ? " ICMP type " : " ICMPv6 type ")
                    .append(BigEndian.u8(buffer, at))
                    .append(" code ")
                    .append(BigEndian.u8(buffer, at + 1))
                    .append(" len ")
                    .append(length);
        } else {
            text.append(" protocol ").append(protocol).append(" len ").append(length);
        }
    }

    private void tcp(int at, int length) {
        int header = (BigEndian.u8(buffer, at + 12) & 0xf0) >>> 2;
        int flags = BigEndian.u8(buffer, at + 13);
        text.append(" TCP ");
        for (int bit = 0; bit < TCP_FLAGS.length(); bit++) {
            if ((flags & 1 << bit) != 0) {
                text.append(TCP_FLAGS.charAt(bit));
            }
        }
        text.append(" seq ").append(Integer.toUnsignedString(BigEndian.i32(buffer, at + 4)));
        if ((flags & 0x10) != 0) {
            text.append(" ack ").append(Integer.toUnsignedString(BigEndian.i32(buffer, at + 8)));
        }
        text.append(" win ").append(BigEndian.u16(buffer, at + 14));
        if (header < LEAST_TCP_HEADER || header > length) {
            text.append(' ');
            malformed(length);
        } else {
            text.append(" len ").append(length - header);
        }
    }

    private void addresses(InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {
        address(source, sourcePort);
        text.append(" > ");
        address(destination, destinationPort);
    }

    /** As tcpdump has it: the port behind a dot. */
    private void address(InetAddress address, int port) {
        text.append(address.getHostAddress());
        if (port >= 0) {
            text.append('.').append(port);
        }
    }

    private void malformed(int length) {
        text.append("malformed, len ").append(length);
    }
}
