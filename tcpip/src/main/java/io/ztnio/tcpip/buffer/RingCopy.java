package io.ztnio.tcpip.buffer;

/** Moves the content of a ring to a larger one. */
final class RingCopy {
    private RingCopy() {}

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
