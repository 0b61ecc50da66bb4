package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.Ipv4Header;
import java.net.InetAddress;

/** A path between IPv4 addresses. Thread: as {@link OutputPath}. */
final class Ipv4Path extends OutputPath {
    Ipv4Path(IpCore core, RoutingTable table, RoutingTable.Choice choice, InetAddress remote) {
        super(core, table, choice, remote, EtherType.IPV4);
    }

    @Override
    public int headerLength() {
        return Ipv4Header.LENGTH;
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
        // RFC 6864: the identification of a packet that is never fragmented means nothing.
        int identification = mayFragment ? nextIdentification() & 0xffff : 0;
        int flags = mayFragment ? 0 : Ipv4Header.DONT_FRAGMENT;
        write(buffer, payload, payloadLength, protocol, trafficClass, hopLimit, identification, flags);
    }

    @Override
    void sendFragments(int protocol, int payloadLength, int trafficClass, int hopLimit, long nowNanos) {
        byte[] scratch = core.scratch();
        byte[] fragment = core.fragmentBuffer();
        int identification = nextIdentification() & 0xffff;
        int step = (mtuBytes() - Ipv4Header.LENGTH) & ~7;
        int payload = transportOffset();
        for (int at = 0; at < payloadLength; at += step) {
            int length = Math.min(step, payloadLength - at);
            int more = at + length < payloadLength ? Ipv4Header.MORE_FRAGMENTS : 0;
            System.arraycopy(scratch, payload + at, fragment, payload, length);
            write(fragment, payload, length, protocol, trafficClass, hopLimit, identification, more | at >>> 3);
            transmit(fragment, Ipv4Header.LENGTH + length, nowNanos);
        }
    }

    private void write(
            byte[] buffer,
            int payload,
            int payloadLength,
            int protocol,
            int trafficClass,
            int hopLimit,
            int identification,
            int flagsAndOffset) {
        int header = Link.HEADROOM;
        int totalLength = payload - header + payloadLength;
        System.arraycopy(addressBytes, 0, buffer, header + Ipv4Header.SOURCE, 8);
        Ipv4Header.write(buffer, header, trafficClass, totalLength, identification, flagsAndOffset, hopLimit, protocol);
    }
}
