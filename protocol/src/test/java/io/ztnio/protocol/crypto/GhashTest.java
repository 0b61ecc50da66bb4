package io.ztnio.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.BigEndian;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GhashTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    @Test
    void hashesAsTheStandardSaysBitByBit() {
        for (int length = 1; length <= 700; length++) {
            byte[] hashKey = bytes(16);
            byte[] data = bytes(length);

            assertThat(new Ghash(hashKey).folded(data, length))
                    .as("%d bytes, seed %d", length, seed)
                    .isEqualTo(foldedBitByBit(hashKey, data, length));
        }
    }

    @Test
    void multipliesBlocksOfTheMostBits() {
        byte[] hashKey = new byte[16];
        Arrays.fill(hashKey, (byte) 0xff);
        byte[] data = new byte[16 * 40];
        Arrays.fill(data, (byte) 0xff);

        for (int length = 16; length <= data.length; length += 16) {
            assertThat(new Ghash(hashKey).folded(data, length)).isEqualTo(foldedBitByBit(hashKey, data, length));
        }
    }

    @Test
    void multipliesEachBitByEachBit() {
        for (int key = 0; key < 128; key++) {
            byte[] hashKey = new byte[16];
            hashKey[key / 8] = (byte) (0x80 >> key % 8);
            Ghash ghash = new Ghash(hashKey);
            for (int bit = 0; bit < 128; bit++) {
                byte[] data = new byte[16];
                data[bit / 8] = (byte) (0x80 >> bit % 8);

                assertThat(ghash.folded(data, 16)).isEqualTo(foldedBitByBit(hashKey, data, 16));
            }
        }
    }

    /** Random, with zeros up to a whole block. */
    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Arrays.copyOf(bytes, (length + 15) / 16 * 16);
    }

    private static long foldedBitByBit(byte[] hashKey, byte[] data, int length) {
        byte[] hashed = Arrays.copyOf(Arrays.copyOf(data, length), (length + 15) / 16 * 16 + 16);
        BigEndian.putLong(hashed, hashed.length - 16, 8L * length);
        long high = 0;
        long low = 0;
        for (int block = 0; block < hashed.length; block += 16) {
            long factorHigh = high ^ BigEndian.getLong(hashed, block);
            long factorLow = low ^ BigEndian.getLong(hashed, block + 8);
            // NIST SP 800-38D 6.3
            long shiftedHigh = BigEndian.getLong(hashKey, 0);
            long shiftedLow = BigEndian.getLong(hashKey, 8);
            high = 0;
            low = 0;
            for (int i = 0; i < 128; i++) {
                if (((i < 64 ? factorHigh >>> (63 - i) : factorLow >>> (127 - i)) & 1) != 0) {
                    high ^= shiftedHigh;
                    low ^= shiftedLow;
                }
                long reduction = -(shiftedLow & 1) & 0xe100000000000000L;
                shiftedLow = shiftedLow >>> 1 | shiftedHigh << 63;
                shiftedHigh = shiftedHigh >>> 1 ^ reduction;
            }
        }
        return high ^ low;
    }
}
