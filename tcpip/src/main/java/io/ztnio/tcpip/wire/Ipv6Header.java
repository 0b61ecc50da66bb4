package io.ztnio.tcpip.wire;

/**
 * The IPv6 header (RFC 8200 3) and its fragment header (4.5).
 *
 * <pre>
 *  0 version/traffic class/flow label   4 payload length   6 next header   7 hop limit   8 source   24 destination
 *  fragment: 0 next header   1 reserved   2 offset (13 bits), reserved (2), M   4 identification
 * </pre>
 *
 * <p>Thread: stateless. Each accessor takes the header's offset.
 */
public final class Ipv6Header {
    public static final int LENGTH = 40;
    public static final int FRAGMENT_LENGTH = 8;
    public static final int NEXT_HEADER = 6;
    public static final int SOURCE = 8;
    public static final int DESTINATION = 24;

    private Ipv6Header() {}

    public static int version(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset) >>> 4;
    }

    public static int trafficClass(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset) >>> 4 & 0xff;
    }

    public static int payloadLength(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 4);
    }

    public static int nextHeader(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset + NEXT_HEADER);
    }

    public static int hopLimit(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset + 7);
    }

    /** Writes everything but the addresses, which stand there already. Flow label 0. */
    public static void write(
            byte[] buffer, int offset, int trafficClass, int payloadLength, int nextHeader, int hopLimit) {
        BigEndian.i32(buffer, offset, 6 << 28 | trafficClass << 20);
        BigEndian.u16(buffer, offset + 4, payloadLength);
        BigEndian.u16(buffer, offset + NEXT_HEADER, nextHeader << 8 | hopLimit);
    }

    /** Of a fragment header: bytes, 0 to 65528. */
    public static int fragmentOffset(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 2) & 0xfff8;
    }

    /** Of a fragment header. */
    public static boolean moreFragments(byte[] buffer, int offset) {
        return (BigEndian.u8(buffer, offset + 3) & 1) != 0;
    }

    /** Of a fragment header. */
    public static int fragmentIdentification(byte[] buffer, int offset) {
        return BigEndian.i32(buffer, offset + 4);
    }

    public static void writeFragment(
            byte[] buffer, int offset, int nextHeader, int fragmentOffset, boolean more, int identification) {
        BigEndian.u16(buffer, offset, nextHeader << 8);
        BigEndian.u16(buffer, offset + 2, fragmentOffset | (more ? 1 : 0));
        BigEndian.i32(buffer, offset + 4, identification);
    }
}
