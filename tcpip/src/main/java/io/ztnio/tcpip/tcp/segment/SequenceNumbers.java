package io.ztnio.tcpip.tcp.segment;

/**
 * Sequence numbers inside the engine are 64 bits wide: they never wrap and compare as numbers. Their low 32 bits are
 * what the wire carries. Each of them may be any number, so none of them stands for "none": that is a boolean beside it.
 */
public final class SequenceNumbers {
    private SequenceNumbers() {}

    /** The first number of a connection, by the SYN of which the wire shows {@code wire}. */
    public static long initial(int wire) {
        return Integer.toUnsignedLong(wire);
    }

    /** The sequence number nearest to {@code reference} that the wire shows as {@code wire}. */
    public static long extend(long reference, int wire) {
        return reference + (wire - (int) reference);
    }
}
