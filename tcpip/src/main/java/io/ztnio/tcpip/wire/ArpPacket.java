package io.ztnio.tcpip.wire;

/**
 * An ARP packet for IPv4 over Ethernet (RFC 826).
 *
 * <pre>
 *  0 hardware type 1   2 protocol type 0x0800   4 lengths 6, 4   6 operation
 *  8 sender MAC   14 sender IPv4   18 target MAC   24 target IPv4
 * </pre>
 *
 * <p>Thread: stateless. Each accessor takes the packet's offset.
 */
public final class ArpPacket {
    public static final int LENGTH = 28;
    public static final int REQUEST = 1;
    public static final int REPLY = 2;
    public static final int SENDER_IPV4 = 14;
    public static final int TARGET_IPV4 = 24;
    private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

    private ArpPacket() {}

    /** Whether hardware, protocol and lengths are those of IPv4 over Ethernet. */
    public static boolean isIpv4OverEthernet(byte[] buffer, int offset, int length) {
        return length >= LENGTH && BigEndian.u48(buffer, offset) == ETHERNET_IPV4;
    }

    public static int operation(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 6);
    }

    public static long senderMac(byte[] buffer, int offset) {
        return BigEndian.u48(buffer, offset + 8);
    }

    public static int senderIpv4(byte[] buffer, int offset) {
        return BigEndian.i32(buffer, offset + SENDER_IPV4);
    }

    public static int targetIpv4(byte[] buffer, int offset) {
        return BigEndian.i32(buffer, offset + TARGET_IPV4);
    }

    public static void write(
            byte[] buffer, int offset, int operation, long senderMac, int senderIpv4, long targetMac, int targetIpv4) {
        BigEndian.u48(buffer, offset, ETHERNET_IPV4);
        BigEndian.u16(buffer, offset + 6, operation);
        BigEndian.u48(buffer, offset + 8, senderMac);
        BigEndian.i32(buffer, offset + SENDER_IPV4, senderIpv4);
        BigEndian.u48(buffer, offset + 18, targetMac);
        BigEndian.i32(buffer, offset + TARGET_IPV4, targetIpv4);
    }
}
