package io.ztnio.provider.soak;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Bytes that follow from a seed. */
final class Content {
    private Content() {}

    /** The first {@code length} of them. */
    static byte[] of(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** What was received of a content. Thread: confined. */
    static final class Received {
        private final CRC32C digest = new CRC32C();
        private int length;

        void add(ByteBuffer bytes) {
            length += bytes.remaining();
            digest.update(bytes);
        }

        int length() {
            return length;
        }

        /** Whether it is the beginning of the content of {@code seed}. */
        boolean isBeginningOf(long seed) {
            CRC32C right = new CRC32C();
            right.update(of(seed, length));
            return right.getValue() == digest.getValue();
        }
    }
}
