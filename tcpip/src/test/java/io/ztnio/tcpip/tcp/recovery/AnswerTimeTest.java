package io.ztnio.tcpip.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is learnt of how fast a peer answers. */
class AnswerTimeTest {
    @Test
    void longestAnswerOfTheLastOnesCounts() {
        AnswerTime answers = new AnswerTime();
        for (int i = 0; i < 8; i++) {
            assertThat(answers.isKnown()).isFalse();
            answers.onAnswer(i == 0 ? 50 : 20);
        }
        assertThat(answers.isKnown()).isTrue();
        assertThat(answers.longestNanos()).isEqualTo(50);

        for (int i = 0; i < 8; i++) {
            answers.onAnswer(20);
        }

        assertThat(answers.longestNanos()).isEqualTo(20);
    }

    @Test
    void needlessProbesStartLearningAnewUnlessTheyAreFew() {
        AnswerTime answers = new AnswerTime();
        for (int i = 0; i < 32; i++) {
            answers.onAnswer(20);
        }

        answers.onNeedlessProbe();
        answers.onNeedlessProbe();
        assertThat(answers.isKnown()).isTrue();
        answers.onNeedlessProbe();
        assertThat(answers.isKnown()).isFalse();

        for (int i = 0; i < 15; i++) {
            answers.onAnswer(20);
        }
        assertThat(answers.isKnown()).isFalse();
        answers.onAnswer(20);
        assertThat(answers.isKnown()).isTrue();
    }
}
