package io.ztnio.tcpip.tcp;

/**
 * Sequence numbers inside the engine are 64 bits wide: they never wrap and compare as numbers. Their low 32 bits are
 * what the wire carries.
 */
final class SequenceNumbers {
    private SequenceNumbers() {}

    /** The sequence number nearest to {@code reference} that the wire shows as {@code wire}. */
    static long extend(long reference, int wire) {
        return reference + (wire - (int) reference);
    }
}
