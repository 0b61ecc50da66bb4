package io.ztnio.tcpip.ip;

/** Why ICMP or ICMPv6 says that a packet of ours did not arrive. */
public enum IcmpError {
    NETWORK_UNREACHABLE,
    HOST_UNREACHABLE,
    PORT_UNREACHABLE,
    PROTOCOL_UNREACHABLE,
    ADMINISTRATIVELY_PROHIBITED,
    PACKET_TOO_BIG,
    TIME_EXCEEDED,
    /** No neighbour answered to the address: raised by our own stack. */
    NEIGHBOUR_UNRESOLVED
}
