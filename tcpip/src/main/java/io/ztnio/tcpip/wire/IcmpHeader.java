package io.ztnio.tcpip.wire;

import io.ztnio.tcpip.checksum.InternetChecksum;

/**
 * The header that ICMP (RFC 792) and ICMPv6 (RFC 4443) messages have in common, and their types.
 *
 * <pre>
 *  0 type   1 code   2 checksum   4 the type's own (identifier, sequence; MTU; pointer)
 * </pre>
 *
 * <p>Thread: stateless.
 */
public final class IcmpHeader {
    public static final int LENGTH = 8;

    public static final int V4_ECHO_REPLY = 0;
    public static final int V4_UNREACHABLE = 3;
    public static final int V4_ECHO_REQUEST = 8;
    public static final int V4_TIME_EXCEEDED = 11;
    public static final int V4_PARAMETER_PROBLEM = 12;

    public static final int V6_UNREACHABLE = 1;
    public static final int V6_PACKET_TOO_BIG = 2;
    public static final int V6_TIME_EXCEEDED = 3;
    public static final int V6_PARAMETER_PROBLEM = 4;
    public static final int V6_ECHO_REQUEST = 128;
    public static final int V6_ECHO_REPLY = 129;
    public static final int V6_LISTENER_QUERY = 130;
    public static final int V6_LISTENER_REPORT = 131;
    public static final int V6_NEIGHBOUR_SOLICITATION = 135;
    public static final int V6_NEIGHBOUR_ADVERTISEMENT = 136;

    private IcmpHeader() {}

    public static int type(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset);
    }

    public static int code(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset + 1);
    }

    /** Bytes 4 to 7. */
    public static int rest(byte[] buffer, int offset) {
        return BigEndian.i32(buffer, offset + 4);
    }

    /**
     * Writes the header in front of a body that stands there, with the checksum.
     *
     * @param length header and body
     * @param pseudoHeaderSum 0 for ICMPv4
     */
    public static void write(
            byte[] buffer, int offset, int type, int code, int rest, int length, long pseudoHeaderSum) {
        BigEndian.i32(buffer, offset, type << 24 | code << 16);
        BigEndian.i32(buffer, offset + 4, rest);
        int checksum = ~InternetChecksum.fold(pseudoHeaderSum + InternetChecksum.sum(buffer, offset, length)) & 0xffff;
        BigEndian.u16(buffer, offset + 2, checksum);
    }
}
