package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the strangers meet, or what their meeting takes would not have been done. */
class RehearsalTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theyMeet(long seed) {
        assertThat(Rehearsal.run(new SplittableRandom(seed))).isTrue();
    }
}
