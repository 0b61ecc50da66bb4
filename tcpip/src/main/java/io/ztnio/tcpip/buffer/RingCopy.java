package io.ztnio.tcpip.buffer;

/** Moves the content of a ring to a larger one. */
final class RingCopy {
    /** The least array of a ring that has one. */
    static final int FIRST_CAPACITY = 4096;

    static final byte[] NONE = new byte[0];

    private RingCopy() {}

    /** The capacity of a ring for so many bytes. */
    static int capacity(int neededBytes) {
        return Math.max(FIRST_CAPACITY, Integer.highestOneBit(neededBytes - 1) << 1);
    }

    /** Copies positions {@code from} to {@code to} between arrays whose lengths are powers of two or 0. */
    static void copy(byte[] source, byte[] target, long from, long to) {
        long position = from;
        while (position < to) {
            int in = (int) position & (source.length - 1);
            int out = (int) position & (target.length - 1);
            int run = (int) Math.min(to - position, Math.min(source.length - in, target.length - out));
            System.arraycopy(source, in, target, out, run);
            position += run;
        }
    }
}
