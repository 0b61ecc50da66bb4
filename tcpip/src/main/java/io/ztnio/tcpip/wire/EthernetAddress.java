package io.ztnio.tcpip.wire;

/** MAC addresses as 48-bit values in a {@code long}. Thread: stateless. */
public final class EthernetAddress {
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    /** The group of ff02::1, all nodes. */
    public static final long ALL_NODES = 0x3333_0000_0001L;

    private static final long GROUP_BIT = 1L << 40;
    private static final long IPV4_GROUPS = 0x0100_5e00_0000L;
    private static final long IPV6_GROUPS = 0x3333_0000_0000L;

    private EthernetAddress() {}

    /** Whether it is a multicast address or the broadcast address. */
    public static boolean isGroup(long mac) {
        return (mac & GROUP_BIT) != 0;
    }

    /** RFC 1112 6.4: the low 23 bits of the group. */
    public static long ofIpv4Group(int group) {
        return IPV4_GROUPS | (group & 0x7f_ffff);
    }

    /** RFC 2464 7: the low 32 bits of the group, or of any 16-byte address. */
    public static long ofIpv6Group(byte[] group, int offset) {
        return IPV6_GROUPS | (BigEndian.i32(group, offset + 12) & 0xffff_ffffL);
    }

    /** The MAC of the solicited-node group (RFC 4291 2.7.1) of an IPv6 address. */
    public static long ofSolicitedNode(byte[] ipv6, int offset) {
        return IPV6_GROUPS | 0xff00_0000L | (BigEndian.i32(ipv6, offset + 12) & 0xff_ffff);
    }
}
