package io.ztnio.tcpip.wire;

/**
 * The ones' complement sum of RFC 1071, over 32-bit words gathered in a {@code long}: up to 2^33 bytes cannot overflow
 * it. Thread: stateless.
 */
public final class InternetChecksum {
    private InternetChecksum() {}

    /** Adds bytes to a running sum; all runs but the last have an even length. */
    public static long sum(long start, byte[] buffer, int offset, int length) {
        long sum = start;
        int at = offset;
        int end = offset + length;
        while (end - at >= 16) {
            sum += (BigEndian.i32(buffer, at) & 0xffff_ffffL) + (BigEndian.i32(buffer, at + 4) & 0xffff_ffffL);
            sum += (BigEndian.i32(buffer, at + 8) & 0xffff_ffffL) + (BigEndian.i32(buffer, at + 12) & 0xffff_ffffL);
            at += 16;
        }
        while (end - at >= 2) {
            sum += BigEndian.u16(buffer, at);
            at += 2;
        }
        return at < end ? sum + (BigEndian.u8(buffer, at) << 8) : sum;
    }

    /** The sum reduced to 16 bits; 0xffff over data that contains its own correct checksum. */
    public static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & 0xffff_ffffL);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) ((folded >>> 16) + (folded & 0xffff));
    }

    /** What to write into a checksum field that was 0 when it was summed. */
    public static int checksum(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /** Whether data that contains its checksum, together with {@code start}, sums up correctly. */
    public static boolean isCorrect(long start, byte[] buffer, int offset, int length) {
        return fold(sum(start, buffer, offset, length)) == 0xffff;
    }
}
