package io.ztnio.protocol.vl1.root;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who is introduced, and how often. */
class IntroductionsTest {
    @Test
    void pairIsIntroducedEveryThirtySeconds() {
        Introductions introductions = new Introductions();

        assertThat(introductions.admit(1, 2, 0)).isTrue();
        assertThat(introductions.admit(2, 1, 29_999)).isFalse();
        assertThat(introductions.admit(1, 3, 29_999)).isTrue();
        assertThat(introductions.admit(2, 1, 30_000)).isTrue();
    }
}
