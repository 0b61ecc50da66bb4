package io.ztnio.protocol.vl1.root;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.vl1.path.Path;
import org.junit.jupiter.api.Test;

/** Who is introduced, and how often. */
class IntroductionsTest {
    @Test
    void pairIsIntroducedEveryThirtySeconds() {
        Introductions introductions = new Introductions();

        assertThat(introductions.admit(1, 2, Path.NEVER, 0)).isTrue();
        assertThat(introductions.admit(2, 1, Path.NEVER, 29_999)).isFalse();
        assertThat(introductions.admit(1, 3, Path.NEVER, 29_999)).isTrue();
        assertThat(introductions.admit(2, 1, Path.NEVER, 30_000)).isTrue();
    }

    @Test
    void aPairOfWhichOneHasMovedSinceIsIntroducedOnceMore() {
        Introductions introductions = new Introductions();

        assertThat(introductions.admit(1, 2, 0, 1_000)).isTrue();
        assertThat(introductions.admit(1, 2, 1_020, 1_500))
                .as("not in the same moment")
                .isFalse();
        assertThat(introductions.admit(1, 2, 1_020, 2_000)).isTrue();
        assertThat(introductions.admit(1, 2, 1_020, 31_999)).isFalse();
        assertThat(introductions.admit(1, 2, 1_020, 32_000)).isTrue();
    }
}
