package io.ztnio.tcpip.group;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.neighbor.LinkAddresses;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.IpAddresses;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import java.net.InetAddress;

/**
 * IGMP of versions 3 (RFC 3376), 2 (RFC 2236) and 1 (RFC 1112). Older messages: 0 type, 2 checksum, 4 group.
 *
 * <p>Thread: confined to the gate.
 */
final class IgmpMessages extends GroupMessages {
    private static final int REPORT_V1 = 0x12;
    private static final int REPORT_V2 = 0x16;
    private static final int LEAVE = 0x17;
    private static final int REPORT = 0x22;
    private static final int OLDER_BYTES = 8;
    private static final int ROUTER_ALERT_BYTES = 4;
    private static final int INTERNETWORK_CONTROL = 0xc0;
    private static final int ALL_ROUTERS = 0xe000_0002;
    private static final int ALL_REPORT_ROUTERS = 0xe000_0016;
    private static final InetAddress ALL_ROUTERS_ADDRESS = IpAddresses.ofIpv4(ALL_REPORT_ROUTERS);

    private final LinkAddresses addresses;

    IgmpMessages(Link link, LinkAddresses addresses) {
        super(link, 4, Ipv4Header.LENGTH + ROUTER_ALERT_BYTES);
        this.addresses = addresses;
    }

    @Override
    void sendReport(int at, int length, long nowNanos) {
        send(ALL_REPORT_ROUTERS, REPORT, at, length, nowNanos);
    }

    @Override
    void sendOlderReport(QuerierVersion version, InetAddress group, long nowNanos) {
        int bits = BigEndian.i32(group.getAddress(), 0);
        sendOlder(bits, version == QuerierVersion.OLDEST ? REPORT_V1 : REPORT_V2, bits, nowNanos);
    }

    @Override
    void sendLeave(InetAddress group, long nowNanos) {
        sendOlder(ALL_ROUTERS, LEAVE, BigEndian.i32(group.getAddress(), 0), nowNanos);
    }

    private void sendOlder(int destination, int type, int group, long nowNanos) {
        int at = Link.HEADROOM + Ipv4Header.LENGTH + ROUTER_ALERT_BYTES;
        BigEndian.i32(packet, at, 0);
        BigEndian.i32(packet, at + 4, group);
        send(destination, type, at, OLDER_BYTES, nowNanos);
    }

    private void send(int destination, int type, int at, int length, long nowNanos) {
        packet[at] = (byte) type;
        BigEndian.u16(packet, at + 2, ~InternetChecksum.sum(packet, at, length) & 0xffff);
        // Version 1 is older than the option "router alert".
        int header = type == REPORT_V1 ? at - Ipv4Header.LENGTH : Link.HEADROOM;
        InetAddress source = addresses.sourceFor(ALL_ROUTERS_ADDRESS);
        BigEndian.i32(packet, header + Ipv4Header.SOURCE, source == null ? 0 : BigEndian.i32(source.getAddress(), 0));
        BigEndian.i32(packet, header + Ipv4Header.DESTINATION, destination);
        int total = at - header + length;
        if (type == REPORT_V1) {
            Ipv4Header.write(packet, header, INTERNETWORK_CONTROL, total, 0, 0, 1, IpProtocol.IGMP);
        } else {
            Ipv4Header.writeWithRouterAlert(packet, header, INTERNETWORK_CONTROL, total, 1, IpProtocol.IGMP);
        }
        link.send(EthernetAddress.ofIpv4Group(destination), EtherType.IPV4, packet, header, total, nowNanos);
    }
}
