package io.ztnio.protocol.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LongMapTest {
    @Test
    void behavesAsAHashMapThroughRandomPutsAndRemoves() {
        SplittableRandom random = new SplittableRandom(4);
        LongMap<String> map = new LongMap<>();
        Map<Long, String> model = new HashMap<>();

        for (int i = 0; i < 100_000; i++) {
            long key = random.nextLong(300) << (random.nextInt(3) * 20);
            if (random.nextInt(3) == 0) {
                assertThat(map.remove(key)).isEqualTo(model.remove(key));
            } else {
                assertThat(map.put(key, "v" + i)).isEqualTo(model.put(key, "v" + i));
            }
            assertThat(map.size()).isEqualTo(model.size());
        }

        assertThat(map.keys()).hasSize(model.size());
        model.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
        map.clear();
        assertThat(map.isEmpty()).isTrue();
        assertThat(map.get(0)).isNull();
    }
}
