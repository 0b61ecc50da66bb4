package io.ztnio.protocol.crypto;

import io.ztnio.protocol.wire.BigEndian;

/**
 * GHASH (NIST SP 800-38D 6.4) in constant time: no branch and no place in memory depends on what is hashed or on the key.
 *
 * <p>Polynomials over GF(2) are multiplied as integers whose bits are so far apart that no carry reaches the next one, a
 * technique of Thomas Pornin's BearSSL. The upper half of a product comes from multiplying in reversed order of bits, and
 * Karatsuba's method makes three products of four. Up to eight blocks are taken at a time: each is multiplied by the power of
 * the hash key that it needs, and the sum is reduced once. The last block, which is the length, is no multiplication but a
 * sum of products that are known.
 *
 * <p>Thread: belongs to one thread.
 */
final class Ghash {
    /** Bytes of a block. */
    static final int BLOCK = 16;

    /** Enough for every length up to {@code PacketHeader.MAX_PACKET_LENGTH}. */
    private static final int LENGTH_BITS = 14;
    /** Blocks that are multiplied at a time. */
    private static final int GROUP = 8;
    /** Powers of the hash key: one more than blocks, as the length takes the first one. */
    private static final int POWERS = GROUP + 1;
    /** Factors of a block: its lower half, its upper half, their sum, and the three with their bits in reversed order. */
    private static final int FACTORS = 6;

    private static final long BITS_0 = 0x1111111111111111L;
    private static final long BITS_1 = BITS_0 << 1;
    private static final long BITS_2 = BITS_0 << 2;
    private static final long BITS_3 = BITS_0 << 3;

    /** The first factor of each power, the highest power first; then the second, and so on. */
    private final long[] powers = new long[POWERS * FACTORS];
    /** The same of the blocks at hand, in their order. */
    private final long[] factors = new long[POWERS * FACTORS];
    /** What each bit of a length adds to a hash, folded. */
    private final long[] lengthProducts = new long[LENGTH_BITS];

    private long high;
    private long low;

    /** @param hashKey one block of zeros, encrypted */
    Ghash(byte[] hashKey) {
        high = BigEndian.getLong(hashKey, 0);
        low = BigEndian.getLong(hashKey, 8);
        spread(powers, POWERS - 1);
        for (int power = POWERS - 2; power >= 0; power--) {
            spread(factors, 0);
            multiply(1, POWERS - 1);
            spread(powers, power);
        }
        for (int bit = 0; bit < LENGTH_BITS; bit++) {
            lengthProducts[bit] = foldedProduct(8L << bit, 0);
        }
    }

    /**
     * The hash of additional data without ciphertext, its two halves XORed.
     *
     * @param bytes from index 0 on, with zeros up to a whole block
     * @param length 1 to 16383, in bytes
     */
    long folded(byte[] bytes, int length) {
        high = 0;
        low = 0;
        int position = 0;
        while (position < length) {
            int blocks = 0;
            do {
                high ^= BigEndian.getLong(bytes, position);
                low ^= BigEndian.getLong(bytes, position + 8);
                spread(factors, blocks++);
                high = 0;
                low = 0;
                position += BLOCK;
            } while (blocks < GROUP && position < length);
            multiply(blocks, POWERS - blocks - (position < length ? 0 : 1));
        }
        long folded = high ^ low;
        for (int bits = length; bits != 0; bits &= bits - 1) {
            folded ^= lengthProducts[Integer.numberOfTrailingZeros(bits)];
        }
        return folded;
    }

    /** The product of a block and the hash key, its two halves XORed. */
    long foldedProduct(long blockHigh, long blockLow) {
        high = blockHigh;
        low = blockLow;
        spread(factors, 0);
        multiply(1, POWERS - 1);
        return high ^ low;
    }

    private void spread(long[] target, int index) {
        long reversedHigh = Long.reverse(high);
        long reversedLow = Long.reverse(low);
        target[index] = low;
        target[index + POWERS] = high;
        target[index + 2 * POWERS] = low ^ high;
        target[index + 3 * POWERS] = reversedLow;
        target[index + 4 * POWERS] = reversedHigh;
        target[index + 5 * POWERS] = reversedLow ^ reversedHigh;
    }

    /** The sum of so many blocks, the first multiplied by this power of the hash key and each other by the next one. */
    private void multiply(int blocks, int firstPower) {
        long lower = products(0, blocks, firstPower);
        long upper = products(POWERS, blocks, firstPower);
        long middle = products(2 * POWERS, blocks, firstPower) ^ lower ^ upper;
        long reversedLower = products(3 * POWERS, blocks, firstPower);
        long reversedUpper = products(4 * POWERS, blocks, firstPower);
        long reversedMiddle = products(5 * POWERS, blocks, firstPower) ^ reversedLower ^ reversedUpper;
        // 255 bits; GCM's order of bits is the reversed one, in which they are the first of 256
        long bits0 = lower;
        long bits64 = middle ^ Long.reverse(reversedLower) >>> 1;
        long bits128 = upper ^ Long.reverse(reversedMiddle) >>> 1;
        long bits192 = Long.reverse(reversedUpper) >>> 1;
        reduce(bits0 << 1, bits64 << 1 | bits0 >>> 63, bits128 << 1 | bits64 >>> 63, bits192 << 1 | bits128 >>> 63);
    }

    /** Modulo x^128 + x^7 + x^2 + x + 1, where the first bit of the last argument is 1, and a shift to the right is times x. */
    private void reduce(long bits0, long bits64, long bits128, long bits192) {
        long carried = bits64 ^ bits0 << 63 ^ bits0 << 62 ^ bits0 << 57;
        low = bits128 ^ bits0 ^ bits0 >>> 1 ^ bits0 >>> 2 ^ bits0 >>> 7 ^ carried << 63 ^ carried << 62 ^ carried << 57;
        high = bits192 ^ carried ^ carried >>> 1 ^ carried >>> 2 ^ carried >>> 7;
    }

    /** The lower 64 bits of the sum of products of polynomials. */
    private long products(int row, int blocks, int firstPower) {
        long sum0 = 0;
        long sum1 = 0;
        long sum2 = 0;
        long sum3 = 0;
        for (int i = row; i < row + blocks; i++) {
            long a = factors[i];
            long b = powers[firstPower + i];
            long a0 = a & BITS_0;
            long a1 = a & BITS_1;
            long a2 = a & BITS_2;
            long a3 = a & BITS_3;
            long b0 = b & BITS_0;
            long b1 = b & BITS_1;
            long b2 = b & BITS_2;
            long b3 = b & BITS_3;
            sum0 ^= a0 * b0 ^ a1 * b3 ^ a2 * b2 ^ a3 * b1;
            sum1 ^= a0 * b1 ^ a1 * b0 ^ a2 * b3 ^ a3 * b2;
            sum2 ^= a0 * b2 ^ a1 * b1 ^ a2 * b0 ^ a3 * b3;
            sum3 ^= a0 * b3 ^ a1 * b2 ^ a2 * b1 ^ a3 * b0;
        }
        return (sum0 & BITS_0) | (sum1 & BITS_1) | (sum2 & BITS_2) | (sum3 & BITS_3);
    }
}
