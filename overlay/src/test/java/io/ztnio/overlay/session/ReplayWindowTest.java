package io.ztnio.overlay.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    private final ReplayWindow window = new ReplayWindow();

    @Test
    void takesEachCounterOnceAndNoneThatIsTooOld() {
        long seed = 42;
        Random random = new Random(seed);
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        for (int i = 0; i < 200_000; i++) {
            long counter = Math.max(
                    0,
                    highest
                            + switch (random.nextInt(10)) {
                                case 0 -> random.nextInt(5000);
                                case 1 -> -random.nextInt(5000);
                                default -> random.nextInt(60) - 40;
                            });
            boolean expected = !seen.contains(counter) && highest - counter < ReplayWindow.SIZE;

            assertThat(window.isFresh(counter))
                    .as("seed %s step %s counter %s", seed, i, counter)
                    .isEqualTo(expected);
            if (expected) {
                assertThat(window.accept(counter)).isEqualTo(counter > highest);
                seen.add(counter);
                highest = Math.max(highest, counter);
            }
        }
        assertThat(highest).isGreaterThan(10_000);
    }

    @Test
    void takesNoNegativeCounter() {
        assertThat(window.isFresh(-1)).isFalse();
        assertThat(window.isFresh(Long.MIN_VALUE)).isFalse();
    }
}
