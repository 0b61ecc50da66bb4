package io.ztnio.tcpip;

/** Why the stack discarded a packet. {@link DropCounters} has a count for each. */
public enum DropReason {
    UNKNOWN_ETHERTYPE,
    /** The frame or packet is not addressed to this stack. */
    NOT_FOR_US,
    /** A source that nobody may send from: own, multicast, broadcast, loopback, unspecified. */
    BAD_SOURCE,
    MALFORMED_IPV4,
    IPV4_CHECKSUM,
    MALFORMED_IPV6,
    /** An IPv6 extension header or option that demands to be understood. */
    UNKNOWN_EXTENSION,
    UNKNOWN_PROTOCOL,
    MALFORMED_FRAGMENT,
    FRAGMENT_OVERLAP,
    REASSEMBLY_TIMEOUT,
    /** Pushed out of the reassembly buffers by newer datagrams. */
    REASSEMBLY_BUDGET,
    MALFORMED_ARP,
    MALFORMED_NDP,
    NEIGHBOUR_QUEUE_FULL,
    NEIGHBOUR_UNRESOLVED,
    /** A claim to a neighbour's address, believed only if the neighbour does not answer. */
    NEIGHBOUR_CONFLICT,
    /** A claim to, or a packet from, an address that the network says is another station's. */
    NEIGHBOUR_NOT_OWNER,
    /** A claim to an address of ours; the address stays ours. */
    ADDRESS_CONFLICT,
    MALFORMED_ICMP,
    ICMP_CHECKSUM,
    /** An ICMP error that quotes no packet of ours, or that cannot have come from where it says. */
    ICMP_UNRELATED,
    UNKNOWN_ICMP_TYPE,
    /** An IGMP or MLD message that is too short. */
    MALFORMED_GROUP_MESSAGE,
    /** An ICMP error or an answer to the search for duplicate addresses, not sent or sent later to keep the rate. */
    ICMP_RATE_LIMITED,
    MALFORMED_UDP,
    UDP_CHECKSUM,
    /** No endpoint has the port. */
    UDP_NO_PORT,
    UDP_QUEUE_FULL,
    LOOPBACK_FULL,
    /** Output: the path is no longer configured, or nothing leads there. */
    NO_ROUTE,
    /** Output: larger than the link's MTU and not to be fragmented. */
    TOO_BIG,
    /** On its way between a node and one of its stacks: the other side is behind. */
    HAND_OVER_FULL
}
