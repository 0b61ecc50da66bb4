package io.ztnio.tcpip.wire;

import io.ztnio.tcpip.checksum.InternetChecksum;

/**
 * The UDP header (RFC 768).
 *
 * <pre>
 *  0 source port   2 destination port   4 length   6 checksum
 * </pre>
 *
 * <p>Thread: stateless. Each accessor takes the header's offset.
 */
public final class UdpHeader {
    public static final int LENGTH = 8;

    private UdpHeader() {}

    public static int sourcePort(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset);
    }

    public static int destinationPort(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 2);
    }

    /** Header and payload. */
    public static int length(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 4);
    }

    /** 0 stands for none. */
    public static int checksum(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 6);
    }

    /** Writes the header in front of a payload that stands there, with its checksum. */
    public static void write(
            byte[] buffer, int offset, int sourcePort, int destinationPort, int length, long pseudoHeaderSum) {
        BigEndian.u16(buffer, offset, sourcePort);
        BigEndian.u16(buffer, offset + 2, destinationPort);
        BigEndian.i32(buffer, offset + 4, length << 16);
        int checksum = ~InternetChecksum.fold(pseudoHeaderSum + InternetChecksum.sum(buffer, offset, length)) & 0xffff;
        // RFC 768: a computed 0 is sent as its ones' complement equivalent, because 0 says "none".
        BigEndian.u16(buffer, offset + 6, checksum == 0 ? 0xffff : checksum);
    }
}
