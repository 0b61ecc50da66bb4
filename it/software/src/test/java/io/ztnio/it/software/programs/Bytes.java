package io.ztnio.it.software.programs;

import java.util.Arrays;

/** What the programs send one another, and whether it came. Stateless. */
final class Bytes {
    private Bytes() {}

    /** Bytes that repeat only after 64 KiB, so that a piece that is lost, doubled or moved is seen. */
    static byte[] of(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8));
        }
        return bytes;
    }

    static void expect(byte[] expected, byte[] got) {
        int different = Arrays.mismatch(expected, got);
        if (different >= 0) {
            throw new AssertionError(expected.length + " bytes were expected, " + got.length
                    + " came, the first other one at " + different);
        }
    }

    static void expect(Object expected, Object got) {
        if (!expected.equals(got)) {
            throw new AssertionError("expected: " + expected + ", got: " + got);
        }
    }
}
