package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.wire.BigEndian;
import java.util.random.RandomGenerator;

/**
 * A keyed hash (SipHash-2-4) of address bytes, so that nobody outside can tell which addresses are together.
 *
 * <p>Thread: immutable.
 */
final class AddressHash {
    /** Two more words of zeros are the four rounds that end the hash. */
    private static final int FINAL = 2;

    private final long key0;
    private final long key1;

    /** @param random cryptographically strong */
    AddressHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    AddressHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** Of all bytes. */
    long hash(byte[] bytes) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        int words = bytes.length / 8;
        for (int i = 0; i <= words + FINAL; i++) {
            long word = 0;
            if (i < words) {
                word = Long.reverseBytes(BigEndian.i64(bytes, i * 8));
            } else if (i == words) {
                word = last(bytes);
            } else if (i == words + 1) {
                v2 ^= 0xff;
            }
            v3 ^= word;
            for (int round = 0; round < 2; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The bytes that fill no word, and the length. */
    private static long last(byte[] bytes) {
        long word = (long) bytes.length << 56;
        for (int i = bytes.length & ~7; i < bytes.length; i++) {
            word |= (bytes[i] & 0xffL) << (8 * (i & 7));
        }
        return word;
    }
}
