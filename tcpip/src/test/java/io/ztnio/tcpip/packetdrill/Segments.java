package io.ztnio.tcpip.packetdrill;

/** What both directions have in common on the wire. */
final class Segments {
    /** The letters of the control bits, the lowest bit first. */
    static final String FLAGS = "FSRP.UEW";

    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP = 1;
    static final int ICMPV6 = 58;

    private Segments() {}

    static int bits(String letters) {
        int bits = 0;
        for (char letter : letters.toCharArray()) {
            if (letter != '-') {
                bits |= 1 << FLAGS.indexOf(letter);
            }
        }
        return bits;
    }

    /** In the order in which scripts write them. */
    static String letters(int bits) {
        StringBuilder out = new StringBuilder();
        for (char letter : "SFRPEWU.".toCharArray()) {
            if ((bits & bits(String.valueOf(letter))) != 0) {
                out.append(letter);
            }
        }
        return out.isEmpty() ? "-" : out.toString();
    }

    /** The payload of either side: what lies at a position of the stream. */
    static byte payload(long position) {
        long mixed = position * 0x9e37_79b9L;
        return (byte) (mixed >>> 24);
    }
}
