package io.ztnio.protocol.wire;

/**
 * The 28 bytes in front of every packet's payload ({@code protocol.md} 2.1). All methods take the array and the index of the
 * packet's first byte in it.
 *
 * <pre>
 *  0  packet ID, 8       13  source, 5                    19  MAC or trusted path ID, 8
 *  8  destination, 5     18  flags: E F C C C H H H       27  verb: Z 0 0 V V V V V
 * </pre>
 */
public final class PacketHeader {
    public static final int ID = 0;
    public static final int DESTINATION = 8;
    public static final int SOURCE = 13;
    public static final int FLAGS = 18;
    public static final int MAC = 19;
    public static final int VERB = 27;
    /** Bytes before the payload: the shortest packet. */
    public static final int LENGTH = 28;
    /** The longest packet, reassembled and decompressed. */
    public static final int MAX_PACKET_LENGTH = 10_024;
    /** The most datagrams that a packet may be split into. */
    public static final int MAX_PIECES = 7;

    /** Set by senders with suite 1 only, and covered by its MAC. */
    public static final int FLAG_LEGACY_ENCRYPTED = 0x80;
    /** At least one fragment follows this head. */
    public static final int FLAG_FRAGMENTED = 0x40;

    public static final int CIPHER_MASK = 0x38;
    public static final int CIPHER_SHIFT = 3;
    public static final int HOPS_MASK = 0x07;
    /** In the verb byte. */
    public static final int FLAG_COMPRESSED = 0x80;

    public static final int VERB_MASK = 0x1f;

    private PacketHeader() {}

    /** Writes all but the MAC; hops 0, cipher 0, not fragmented. */
    public static void write(byte[] packet, int offset, long id, long destination, long source, Verb verb) {
        BigEndian.putLong(packet, offset + ID, id);
        BigEndian.putAddress(packet, offset + DESTINATION, destination);
        BigEndian.putAddress(packet, offset + SOURCE, source);
        packet[offset + FLAGS] = 0;
        BigEndian.putLong(packet, offset + MAC, 0);
        packet[offset + VERB] = (byte) verb.code();
    }

    public static long id(byte[] packet, int offset) {
        return BigEndian.getLong(packet, offset + ID);
    }

    public static long destination(byte[] packet, int offset) {
        return BigEndian.getAddress(packet, offset + DESTINATION);
    }

    public static long source(byte[] packet, int offset) {
        return BigEndian.getAddress(packet, offset + SOURCE);
    }

    /** The MAC, or the trusted path ID. */
    public static long mac(byte[] packet, int offset) {
        return BigEndian.getLong(packet, offset + MAC);
    }

    public static void mac(byte[] packet, int offset, long mac) {
        BigEndian.putLong(packet, offset + MAC, mac);
    }

    /** Unsigned. */
    public static int flags(byte[] packet, int offset) {
        return packet[offset + FLAGS] & 0xff;
    }

    /** 0 to 7; see {@code CipherSuite}. */
    public static int cipher(byte[] packet, int offset) {
        return (packet[offset + FLAGS] & CIPHER_MASK) >> CIPHER_SHIFT;
    }

    public static boolean isFragmented(byte[] packet, int offset) {
        return (packet[offset + FLAGS] & FLAG_FRAGMENTED) != 0;
    }

    /** For a packet that is to be split; to be set before it is armored. */
    public static void setFragmented(byte[] packet, int offset) {
        packet[offset + FLAGS] |= FLAG_FRAGMENTED;
    }

    /** 0 to 7: relays passed. */
    public static int hops(byte[] packet, int offset) {
        return packet[offset + FLAGS] & HOPS_MASK;
    }

    /** Counts one relay more, modulo 8. Hops are not authenticated. */
    public static void incrementHops(byte[] packet, int offset) {
        int flags = packet[offset + FLAGS];
        packet[offset + FLAGS] = (byte) ((flags & ~HOPS_MASK) | ((flags + 1) & HOPS_MASK));
    }

    /** The verb's code, 0 to 31; readable only when the packet is not encrypted. */
    public static int verbCode(byte[] packet, int offset) {
        return packet[offset + VERB] & VERB_MASK;
    }

    /** The verb, or {@code null} for an unassigned one. */
    public static Verb verb(byte[] packet, int offset) {
        return Verb.of(packet[offset + VERB]);
    }

    public static boolean isCompressed(byte[] packet, int offset) {
        return (packet[offset + VERB] & FLAG_COMPRESSED) != 0;
    }
}
