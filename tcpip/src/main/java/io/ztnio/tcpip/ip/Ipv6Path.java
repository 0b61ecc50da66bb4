package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.InetAddress;

/** A path between IPv6 addresses. Thread: as {@link OutputPath}. */
final class Ipv6Path extends OutputPath {
    Ipv6Path(IpCore core, RoutingTable table, RoutingTable.Choice choice, InetAddress remote) {
        super(core, table, choice, remote, EtherType.IPV6);
    }

    @Override
    public int headerLength() {
        return Ipv6Header.LENGTH;
    }

    @Override
    void writeHeader(
            byte[] buffer,
            int payload,
            int payloadLength,
            int protocol,
            int trafficClass,
            int hopLimit,
            boolean mayFragment) {
        System.arraycopy(addressBytes, 0, buffer, Link.HEADROOM + Ipv6Header.SOURCE, 32);
        Ipv6Header.write(buffer, Link.HEADROOM, trafficClass, payloadLength, protocol, hopLimit);
    }

    @Override
    void sendFragments(int protocol, int payloadLength, int trafficClass, int hopLimit, long nowNanos) {
        byte[] scratch = core.scratch();
        byte[] fragment = core.fragmentBuffer();
        int identification = nextIdentification();
        int extension = Link.HEADROOM + Ipv6Header.LENGTH;
        int payload = extension + Ipv6Header.FRAGMENT_LENGTH;
        int step = (mtuBytes() - Ipv6Header.LENGTH - Ipv6Header.FRAGMENT_LENGTH) & ~7;
        for (int at = 0; at < payloadLength; at += step) {
            int length = Math.min(step, payloadLength - at);
            boolean more = at + length < payloadLength;
            System.arraycopy(scratch, extension + at, fragment, payload, length);
            Ipv6Header.writeFragment(fragment, extension, protocol, at, more, identification);
            int carried = Ipv6Header.FRAGMENT_LENGTH + length;
            writeHeader(fragment, payload, carried, IpProtocol.FRAGMENT, trafficClass, hopLimit, true);
            transmit(fragment, Ipv6Header.LENGTH + carried, nowNanos);
        }
    }
}
