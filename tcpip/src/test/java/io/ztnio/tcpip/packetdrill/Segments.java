package io.ztnio.tcpip.packetdrill;

/** What both directions have in common on the wire. */
final class Segments {
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP = 1;
    static final int ICMPV6 = 58;

    private Segments() {}

    /** The payload of either side: what lies at a position of the stream. */
    static byte payload(long position) {
        long mixed = position * 0x9e37_79b9L;
        return (byte) (mixed >>> 24);
    }
}
