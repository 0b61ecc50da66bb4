package io.ztnio.tcpip.checksum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071). Sums are of big-endian 16-bit words, unfolded, in a {@code long}: they may be added
 * to each other and are folded once at the end.
 */
public final class InternetChecksum {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_32 = 0xffff_ffffL;

    private InternetChecksum() {}

    /** The sum of a range; an odd last byte counts as the high half of a word. At most 0xffff. */
    public static int sum(byte[] buffer, int offset, int length) {
        // RFC 1071 2(B): the sum of byte-swapped words is the byte-swapped sum, so wide little-endian words will do.
        // What a sum of longs loses by carries lies in their high halves: low halves = sum - (high halves << 32).
        long whole = 0;
        long high = 0;
        int at = offset;
        int end = offset + length;
        for (; at + 32 <= end; at += 32) {
            long a = (long) LONG.get(buffer, at);
            long b = (long) LONG.get(buffer, at + 8);
            long c = (long) LONG.get(buffer, at + 16);
            long d = (long) LONG.get(buffer, at + 24);
            whole += (a + b) + (c + d);
            high += ((a >>> 32) + (b >>> 32)) + ((c >>> 32) + (d >>> 32));
        }
        long sum = whole - (high << 32) + high;
        for (; at + 4 <= end; at += 4) {
            sum += (int) INT.get(buffer, at) & LOW_32;
        }
        if (at + 2 <= end) {
            sum += (buffer[at] & 0xff) | (buffer[at + 1] & 0xff) << 8;
            at += 2;
        }
        if (at < end) {
            sum += buffer[at] & 0xff;
        }
        int folded = fold(sum);
        return (folded & 0xff) << 8 | folded >>> 8;
    }

    /** Folds a sum to 16 bits. A range with a right checksum, pseudo header included, folds to 0xffff. */
    public static int fold(long sum) {
        long folded = (sum & LOW_32) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) ((folded & 0xffff) + (folded >>> 16));
    }
}
