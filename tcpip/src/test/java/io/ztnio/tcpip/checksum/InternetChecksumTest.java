package io.ztnio.tcpip.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    @Test
    void exampleOfRfc1071AddsUp() {
        byte[] bytes = {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7};

        assertThat(InternetChecksum.sum(bytes, 0, bytes.length)).isEqualTo(0xddf2);
    }

    @Test
    void anyRangeSumsAsWordByWord() {
        Random random = new Random(3);
        byte[] bytes = new byte[300];
        for (int round = 0; round < 2000; round++) {
            random.nextBytes(bytes);
            int offset = random.nextInt(100);
            int length = random.nextInt(200);
            long expected = 0;
            for (int i = 0; i < length; i++) {
                expected += (long) (bytes[offset + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
            }

            assertThat(InternetChecksum.sum(bytes, offset, length)).isEqualTo(InternetChecksum.fold(expected));
        }
    }
}
