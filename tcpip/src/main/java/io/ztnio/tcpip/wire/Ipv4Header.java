package io.ztnio.tcpip.wire;

import io.ztnio.tcpip.checksum.InternetChecksum;

/**
 * The IPv4 header (RFC 791 3.1).
 *
 * <pre>
 *  0 version/IHL   1 TOS   2 total length   4 identification   6 flags/fragment offset
 *  8 TTL   9 protocol   10 header checksum   12 source   16 destination   20 options
 * </pre>
 *
 * <p>Thread: stateless. Each accessor takes the header's offset.
 */
public final class Ipv4Header {
    /** Without options. */
    public static final int LENGTH = 20;

    public static final int SOURCE = 12;
    public static final int DESTINATION = 16;
    public static final int DONT_FRAGMENT = 0x4000;
    public static final int MORE_FRAGMENTS = 0x2000;
    private static final int CHECKSUM = 10;
    private static final int ROUTER_ALERT = 0x9404_0000;

    private Ipv4Header() {}

    public static int version(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset) >>> 4;
    }

    /** Bytes with options, 0 to 60. */
    public static int headerLength(byte[] buffer, int offset) {
        return (BigEndian.u8(buffer, offset) & 0xf) << 2;
    }

    public static int typeOfService(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset + 1);
    }

    public static int totalLength(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 2);
    }

    public static int identification(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 4);
    }

    /** {@link #DONT_FRAGMENT}, {@link #MORE_FRAGMENTS} and the offset in units of 8 bytes. */
    public static int flagsAndOffset(byte[] buffer, int offset) {
        return BigEndian.u16(buffer, offset + 6);
    }

    /** Bytes, 0 to 65528. */
    public static int fragmentOffset(byte[] buffer, int offset) {
        return (flagsAndOffset(buffer, offset) & 0x1fff) << 3;
    }

    public static int protocol(byte[] buffer, int offset) {
        return BigEndian.u8(buffer, offset + 9);
    }

    public static int source(byte[] buffer, int offset) {
        return BigEndian.i32(buffer, offset + SOURCE);
    }

    public static int destination(byte[] buffer, int offset) {
        return BigEndian.i32(buffer, offset + DESTINATION);
    }

    /** Writes everything but the addresses, with the option "router alert" (RFC 2113) behind them. */
    public static void writeWithRouterAlert(
            byte[] buffer, int offset, int typeOfService, int totalLength, int timeToLive, int protocol) {
        BigEndian.u16(buffer, offset, 0x4600 | typeOfService);
        BigEndian.u16(buffer, offset + 2, totalLength);
        BigEndian.i32(buffer, offset + 4, DONT_FRAGMENT);
        BigEndian.u16(buffer, offset + 8, timeToLive << 8 | protocol);
        BigEndian.u16(buffer, offset + CHECKSUM, 0);
        BigEndian.i32(buffer, offset + LENGTH, ROUTER_ALERT);
        int checksum = ~InternetChecksum.sum(buffer, offset, LENGTH + 4) & 0xffff;
        BigEndian.u16(buffer, offset + CHECKSUM, checksum);
    }

    /** Writes everything but the addresses, which stand there already, with the checksum. No options. */
    public static void write(
            byte[] buffer,
            int offset,
            int typeOfService,
            int totalLength,
            int identification,
            int flagsAndOffset,
            int timeToLive,
            int protocol) {
        BigEndian.u16(buffer, offset, 0x4500 | typeOfService);
        BigEndian.u16(buffer, offset + 2, totalLength);
        BigEndian.u16(buffer, offset + 4, identification);
        BigEndian.u16(buffer, offset + 6, flagsAndOffset);
        BigEndian.u16(buffer, offset + 8, timeToLive << 8 | protocol);
        BigEndian.u16(buffer, offset + CHECKSUM, 0);
        int checksum = ~InternetChecksum.sum(buffer, offset, LENGTH) & 0xffff;
        BigEndian.u16(buffer, offset + CHECKSUM, checksum);
    }
}
