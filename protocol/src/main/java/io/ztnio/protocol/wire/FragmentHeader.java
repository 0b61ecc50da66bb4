package io.ztnio.protocol.wire;

/**
 * The 16 bytes in front of every further piece of a packet ({@code protocol.md} 2.5). All methods take the array and the
 * index of the datagram's first byte in it.
 *
 * <pre>
 *  0  packet ID, 8                    13  0xff, where a head has its source's first byte
 *  8  destination, 5                  14  number of pieces with the head, index of this one: T T T T I I I I
 *                                     15  hops: 0 0 0 0 0 H H H
 * </pre>
 */
public final class FragmentHeader {
    public static final int ID = 0;
    public static final int DESTINATION = 8;
    public static final int INDICATOR = 13;
    public static final int COUNTS = 14;
    public static final int HOPS = 15;
    public static final int LENGTH = 16;

    private static final byte INDICATOR_VALUE = (byte) 0xff;

    private FragmentHeader() {}

    /** Whether a datagram of {@code length} bytes is a fragment: more than a header, and marked. */
    public static boolean isFragment(byte[] datagram, int offset, int length) {
        return length > LENGTH && datagram[offset + INDICATOR] == INDICATOR_VALUE;
    }

    /** Writes a header with 0 hops. */
    public static void write(byte[] datagram, int offset, long id, long destination, int total, int index) {
        BigEndian.putLong(datagram, offset + ID, id);
        BigEndian.putAddress(datagram, offset + DESTINATION, destination);
        datagram[offset + INDICATOR] = INDICATOR_VALUE;
        datagram[offset + COUNTS] = (byte) (total << 4 | index);
        datagram[offset + HOPS] = 0;
    }

    public static long id(byte[] datagram, int offset) {
        return BigEndian.getLong(datagram, offset + ID);
    }

    public static long destination(byte[] datagram, int offset) {
        return BigEndian.getAddress(datagram, offset + DESTINATION);
    }

    /** Number of pieces with the head, 0 to 15. */
    public static int total(byte[] datagram, int offset) {
        return (datagram[offset + COUNTS] & 0xff) >>> 4;
    }

    /** Index of this piece, 0 to 15; the head is 0. */
    public static int index(byte[] datagram, int offset) {
        return datagram[offset + COUNTS] & 0x0f;
    }

    /** 0 to 7: relays passed. */
    public static int hops(byte[] datagram, int offset) {
        return datagram[offset + HOPS] & PacketHeader.HOPS_MASK;
    }

    /** Counts one relay more, modulo 8. */
    public static void incrementHops(byte[] datagram, int offset) {
        datagram[offset + HOPS] = (byte) ((datagram[offset + HOPS] + 1) & PacketHeader.HOPS_MASK);
    }
}
