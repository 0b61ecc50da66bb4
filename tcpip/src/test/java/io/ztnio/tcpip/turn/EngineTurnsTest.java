package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class EngineTurnsTest {
    private final EngineTurns turns = new EngineTurns(
            "engine",
            NodeDriver.Wire.of(wait -> {}, () -> {}),
            new FailureLog(System.getLogger(EngineTurnsTest.class.getName())));
    private Throwable failure;
    private int givenUp;

    private final NodeDriver.Cores cores = new NodeDriver.Cores() {
        @Override
        public long turn(long nowNanos) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException bug) {
                throw bug;
            }
            return Long.MAX_VALUE;
        }

        @Override
        public void giveUp(long nowNanos) {
            givenUp++;
        }
    };

    @Test
    void socketsAreToldOnceWhenEveryTurnHasFailedForFiveSeconds() {
        turns.prepare(cores);
        failure = new IllegalStateException("seeded");

        failEverySecond(0, 5);
        assertThat(givenUp).isZero();
        failEverySecond(5, 20);

        assertThat(givenUp).isEqualTo(1);
    }

    @Test
    void aTurnThatSucceedsBeginsTheTimeAnew() {
        turns.prepare(cores);
        failure = new IllegalStateException("seeded");
        failEverySecond(0, 5);

        failure = null;
        turns.turn(TimeUnit.SECONDS.toNanos(5));
        failure = new IllegalStateException("seeded");
        failEverySecond(6, 11);

        assertThat(givenUp).isZero();
    }

    @Test
    void wantOfMemoryIsBorneWithForAMinute() {
        turns.prepare(cores);
        failure = new OutOfMemoryError("seeded");

        failEverySecond(0, 60);
        assertThat(givenUp).isZero();
        failEverySecond(60, 62);

        assertThat(givenUp).isEqualTo(1);
    }

    private void failEverySecond(int from, int until) {
        for (int second = from; second < until; second++) {
            long now = TimeUnit.SECONDS.toNanos(second);
            assertThatThrownBy(() -> turns.turn(now)).isSameAs(failure);
        }
    }
}
