package io.ztnio.protocol.vl1.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketIdsTest {
    private static final int MANY = 100_000;

    @Test
    void noIdComesTwiceAndHalfOfAllBitsAreSet() {
        PacketIds ids = new PacketIds(new Random(1));
        Set<Long> seen = new HashSet<>();
        long bits = 0;
        for (int i = 0; i < MANY; i++) {
            long id = ids.next();
            seen.add(id);
            bits += Long.bitCount(id);
        }
        assertThat(seen).hasSize(MANY);
        assertThat(bits / (double) MANY).isBetween(31.9, 32.1);
    }

    @Test
    void theGeneratorDecidesWhichTheyAre() {
        PacketIds ids = new PacketIds(new Random(1));
        PacketIds same = new PacketIds(new Random(1));
        PacketIds others = new PacketIds(new Random(2));
        for (int i = 0; i < 1_000; i++) {
            long id = ids.next();
            assertThat(same.next()).isEqualTo(id);
            assertThat(others.next()).isNotEqualTo(id);
        }
    }
}
