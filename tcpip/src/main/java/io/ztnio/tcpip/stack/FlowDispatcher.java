package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.tcp.table.FlowHash;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpProtocol;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;

/**
 * Says which stack of a node takes a frame in, from what is on its surface: whole TCP segments go to the shard of their
 * flow; what says where neighbours are goes to every stack; the rest to the home stack, which looks closer (fragments,
 * extension headers, ICMP). A frame that is too short or contradicts itself is the home stack's to drop.
 *
 * <p>Thread: immutable.
 */
final class FlowDispatcher {
    /** The home stack. */
    static final int HOME = -1;

    /** The home stack and every shard. */
    static final int EVERYWHERE = -2;

    /** Any bit of an IPv4 header's flags and offset but "don't fragment". */
    private static final int FRAGMENT_BITS = 0xbfff;

    private static final int PORTS_BYTES = 4;

    private final FlowHash hash;

    FlowDispatcher(FlowHash hash) {
        this.hash = hash;
    }

    /** Which shard, or {@link #HOME} or {@link #EVERYWHERE}. */
    int target(int etherType, byte[] buffer, int offset, int length) {
        return switch (etherType) {
            case EtherType.IPV4 -> ofIpv4(buffer, offset, length);
            case EtherType.IPV6 -> ofIpv6(buffer, offset, length);
            case EtherType.ARP -> EVERYWHERE;
            default -> HOME;
        };
    }

    private int ofIpv4(byte[] buffer, int offset, int length) {
        if (length < Ipv4Header.LENGTH
                || Ipv4Header.protocol(buffer, offset) != IpProtocol.TCP
                || (Ipv4Header.flagsAndOffset(buffer, offset) & FRAGMENT_BITS) != 0) {
            return HOME;
        }
        int headerLength = Ipv4Header.headerLength(buffer, offset);
        if (headerLength < Ipv4Header.LENGTH || headerLength + PORTS_BYTES > length) {
            return HOME;
        }
        return hash.owner(buffer, offset + Ipv4Header.SOURCE, false, offset + headerLength);
    }

    private int ofIpv6(byte[] buffer, int offset, int length) {
        if (length < Ipv6Header.LENGTH + PORTS_BYTES) {
            return HOME;
        }
        int payload = offset + Ipv6Header.LENGTH;
        return switch (Ipv6Header.nextHeader(buffer, offset)) {
            case IpProtocol.TCP -> hash.owner(buffer, offset + Ipv6Header.SOURCE, true, payload);
            case IpProtocol.ICMPV6 -> isNeighbourDiscovery(BigEndian.u8(buffer, payload)) ? EVERYWHERE : HOME;
            default -> HOME;
        };
    }

    private static boolean isNeighbourDiscovery(int icmpType) {
        return icmpType == IcmpHeader.V6_NEIGHBOUR_SOLICITATION || icmpType == IcmpHeader.V6_NEIGHBOUR_ADVERTISEMENT;
    }
}
