package io.ztnio.tcpip.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.link.Link;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRingTest {
    private final FrameRing ring = new FrameRing();

    private boolean offer(byte[] bytes, int tag) {
        return ring.offer(null, tag, tag + 1L, tag & 0xffff, bytes, 0, bytes.length, tag + 2L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void framesComeOutAsTheyWentInWhateverTheirSizes(long seed) {
        Random random = new Random(seed);
        ArrayDeque<byte[]> model = new ArrayDeque<>();
        int offered = 0;
        int removed = 0;
        for (int i = 0; i < 40_000; i++) {
            boolean fill = (i / 5000) % 2 == 0;
            if (random.nextInt(10) < (fill ? 7 : 3)) {
                byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 65_536 : 3000)];
                random.nextBytes(bytes);
                if (offer(bytes, offered)) {
                    model.add(bytes);
                    offered++;
                }
            } else if (!ring.isEmpty()) {
                byte[] expected = model.poll();
                assertThat(ring.sourceMac()).isEqualTo(removed);
                assertThat(ring.destinationMac()).isEqualTo(removed + 1L);
                assertThat(ring.timeNanos()).isEqualTo(removed + 2L);
                assertThat(ring.etherType()).isEqualTo(removed & 0xffff);
                int at = ring.offset();
                assertThat(Arrays.equals(ring.bytes(), at, at + ring.length(), expected, 0, expected.length))
                        .as("seed %d, frame %d", seed, removed)
                        .isTrue();
                // Whoever sends it may write around it.
                Arrays.fill(ring.bytes(), at - Link.HEADROOM, at + ring.length() + Link.TAILROOM, (byte) 1);
                ring.remove();
                removed++;
            }
            assertThat(ring.size()).isEqualTo(model.size());
        }
        assertThat(removed).isGreaterThan(10_000);
    }

    @Test
    void itIsCrowdedFromTheHalfOnAndTakesNothingWhenFull() {
        byte[] large = new byte[10_000];
        int count = 0;
        while (!ring.isCrowded()) {
            assertThat(offer(large, count++)).isTrue();
        }
        assertThat(count * 10_000).isBetween(FrameRing.BYTES / 2 - 40_000, FrameRing.BYTES / 2 + 20_000);
        while (offer(large, count)) {
            count++;
        }
        assertThat(count * 10_000).isBetween(FrameRing.BYTES - 80_000, FrameRing.BYTES);
        while (!ring.isEmpty()) {
            ring.remove();
        }
        assertThat(ring.isCrowded()).isFalse();
        byte[] small = new byte[1];
        for (int i = 0; i < FrameRing.FRAMES; i++) {
            assertThat(offer(small, i)).isTrue();
        }
        assertThat(offer(small, 0)).isFalse();
    }
}
