package io.ztnio.tcpip.group;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;
import java.util.function.Supplier;

/**
 * MLD of versions 2 (RFC 3810) and 1 (RFC 2710). Older messages: 0 type, 2 checksum, 4 delay, none, 8 group.
 *
 * <p>Thread: confined to the gate.
 */
final class MldMessages extends GroupMessages {
    private static final int REPORT_V1 = 131;
    private static final int DONE = 132;
    private static final int REPORT = 143;
    private static final int OLDER_BYTES = 24;
    private static final int HOP_BY_HOP_BYTES = 8;
    private static final int REPORT_AT = Link.HEADROOM + Ipv6Header.LENGTH + HOP_BY_HOP_BYTES;
    private static final int DESTINATION = Link.HEADROOM + Ipv6Header.DESTINATION;
    private static final long LINK_GROUPS = 0xff02_0000_0000_0000L;
    private static final long ALL_ROUTERS = 0x2;
    private static final long ALL_REPORT_ROUTERS = 0x16;

    private final Supplier<InetAddress> linkLocal;

    /** @param linkLocal the own address to send from, or {@code null} */
    MldMessages(Link link, Supplier<InetAddress> linkLocal) {
        super(link, 16, Ipv6Header.LENGTH + HOP_BY_HOP_BYTES);
        this.linkLocal = linkLocal;
    }

    @Override
    void sendReport(int at, int length, long nowNanos) {
        toRouters(ALL_REPORT_ROUTERS);
        send(REPORT, length, nowNanos);
    }

    @Override
    void sendOlderReport(QuerierVersion version, InetAddress group, long nowNanos) {
        System.arraycopy(group.getAddress(), 0, packet, DESTINATION, 16);
        sendOlder(REPORT_V1, group, nowNanos);
    }

    @Override
    void sendLeave(InetAddress group, long nowNanos) {
        toRouters(ALL_ROUTERS);
        sendOlder(DONE, group, nowNanos);
    }

    private void sendOlder(int type, InetAddress group, long nowNanos) {
        BigEndian.i64(packet, REPORT_AT, 0);
        System.arraycopy(group.getAddress(), 0, packet, REPORT_AT + 8, 16);
        send(type, OLDER_BYTES, nowNanos);
    }

    private void toRouters(long low) {
        BigEndian.i64(packet, DESTINATION, LINK_GROUPS);
        BigEndian.i64(packet, DESTINATION + 8, low);
    }

    private void send(int type, int length, long nowNanos) {
        int header = Link.HEADROOM;
        int extension = header + Ipv6Header.LENGTH;
        InetAddress source = linkLocal.get();
        if (source == null) {
            // RFC 3810 5.2.13, RFC 3590.
            BigEndian.i64(packet, header + Ipv6Header.SOURCE, 0);
            BigEndian.i64(packet, header + Ipv6Header.SOURCE + 8, 0);
        } else {
            System.arraycopy(source.getAddress(), 0, packet, header + Ipv6Header.SOURCE, 16);
        }
        Ipv6Header.write(packet, header, 0, HOP_BY_HOP_BYTES + length, IpProtocol.HOP_BY_HOP, 1);
        // Next header, length, router alert (RFC 2711) for MLD, padding.
        BigEndian.i32(packet, extension, IpProtocol.ICMPV6 << 24 | 0x0502);
        BigEndian.i32(packet, extension + 4, 0x0000_0100);
        packet[REPORT_AT] = (byte) type;
        long sum = (long) IpProtocol.ICMPV6 + length + InternetChecksum.sum(packet, header + Ipv6Header.SOURCE, 32);
        int checksum = ~InternetChecksum.fold(sum + InternetChecksum.sum(packet, REPORT_AT, length)) & 0xffff;
        BigEndian.u16(packet, REPORT_AT + 2, checksum);
        long mac = EthernetAddress.ofIpv6Group(packet, DESTINATION);
        link.send(mac, EtherType.IPV6, packet, header, REPORT_AT - header + length, nowNanos);
    }
}
