package io.ztnio.tcpip.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private static final long MILLISECOND = 1_000_000;

    private final List<Probe> fired = new ArrayList<>();

    private final class Probe extends TimerWheel.Timer {
        private long firedAtNanos = -1;

        @Override
        protected void onTimer(long nowNanos) {
            firedAtNanos = nowNanos;
            fired.add(this);
        }
    }

    @Test
    void timerFiresAtItsDeadlineAndNotBefore() {
        TimerWheel wheel = new TimerWheel(0);
        wheel.schedule(new Probe(), 40 * MILLISECOND);

        assertThat(wheel.nextDeadlineNanos()).isEqualTo(40 * MILLISECOND);
        wheel.advance(40 * MILLISECOND - 1);
        assertThat(fired).isEmpty();
        wheel.advance(40 * MILLISECOND);

        assertThat(fired).hasSize(1);
        assertThat(wheel.nextDeadlineNanos()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void postponedTimerFiresAtItsNewDeadline() {
        TimerWheel wheel = new TimerWheel(0);
        Probe timer = new Probe();
        wheel.schedule(timer, 10 * MILLISECOND);
        wheel.schedule(timer, 50 * MILLISECOND);
        wheel.schedule(timer, 30 * MILLISECOND);

        wheel.advance(29 * MILLISECOND);
        assertThat(fired).isEmpty();
        wheel.advance(30 * MILLISECOND);

        assertThat(fired).containsExactly(timer);
    }

    @Test
    void cancelledAndRemovedTimersDoNotFire() {
        TimerWheel wheel = new TimerWheel(0);
        Probe cancelled = new Probe();
        Probe removed = new Probe();
        wheel.schedule(cancelled, 10 * MILLISECOND);
        wheel.schedule(removed, 10 * MILLISECOND);

        wheel.schedule(cancelled, TimerWheel.NEVER);
        wheel.remove(removed);
        wheel.advance(20_000 * MILLISECOND);

        assertThat(fired).isEmpty();
    }

    @Test
    void wheelThatWasNeverTurnedTakesAnyClock() {
        TimerWheel wheel = new TimerWheel(Long.MIN_VALUE);
        long now = -5_000_000_123L;

        wheel.advance(now);
        wheel.schedule(new Probe(), now + 3 * MILLISECOND);
        wheel.advance(wheel.nextDeadlineNanos());

        assertThat(fired).hasSize(1);
        assertThat(fired.get(0).firedAtNanos - now).isBetween(3 * MILLISECOND, 4 * MILLISECOND);
    }

    @Test
    void randomTimersFireInTheirMillisecond() {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            TimerWheel wheel = new TimerWheel(0);
            List<Probe> timers = new ArrayList<>();
            List<Long> deadlines = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Probe timer = new Probe();
                timers.add(timer);
                deadlines.add(1 + (long) (random.nextDouble() * 30_000 * MILLISECOND));
                wheel.schedule(timer, random.nextInt(30_000) * MILLISECOND);
                wheel.schedule(timer, deadlines.get(i));
            }

            for (long next = wheel.nextDeadlineNanos(); next != TimerWheel.NEVER; next = wheel.nextDeadlineNanos()) {
                wheel.advance(next);
            }

            for (int i = 0; i < timers.size(); i++) {
                assertThat(timers.get(i).firedAtNanos - deadlines.get(i))
                        .as("seed %d, timer %d", seed, i)
                        .isBetween(0L, MILLISECOND);
            }
        }
    }

    @Test
    void aTimerThatThrowsKeepsNoOtherFromFiring() {
        TimerWheel wheel = new TimerWheel(0);
        InternalError failure = new InternalError("by a test");
        for (int i = 0; i < 100; i++) {
            wheel.schedule(new Probe(), (i / 10 + 1) * MILLISECOND);
        }
        for (int i = 0; i < 10; i++) {
            wheel.schedule(
                    new TimerWheel.Timer() {
                        @Override
                        protected void onTimer(long nowNanos) {
                            throw failure;
                        }
                    },
                    (i + 1) * MILLISECOND);
            wheel.schedule(new Probe(), (i + 1) * MILLISECOND);
        }

        assertThatThrownBy(() -> wheel.advance(20 * MILLISECOND)).isSameAs(failure);

        assertThat(fired).hasSize(110);
        assertThat(wheel.nextDeadlineNanos()).isEqualTo(TimerWheel.NEVER);
        wheel.advance(30 * MILLISECOND);
    }

    @Test
    void aTimerMayTakeOthersOut() {
        TimerWheel wheel = new TimerWheel(0);
        Probe[] others = new Probe[20];
        TimerWheel.Timer remover = new TimerWheel.Timer() {
            @Override
            protected void onTimer(long nowNanos) {
                for (Probe other : others) {
                    wheel.remove(other);
                }
            }
        };
        for (int i = 0; i < others.length; i++) {
            others[i] = new Probe();
            wheel.schedule(others[i], 5 * MILLISECOND);
        }
        wheel.schedule(remover, 5 * MILLISECOND);
        Probe last = new Probe();
        wheel.schedule(last, 6 * MILLISECOND);

        wheel.advance(10 * MILLISECOND);

        assertThat(fired).containsExactly(last);
        assertThat(wheel.nextDeadlineNanos()).isEqualTo(TimerWheel.NEVER);
    }
}
