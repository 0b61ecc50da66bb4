package io.ztnio.overlay.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private final List<RuntimeException> failures = new ArrayList<>();
    private final EventLoop loop = new EventLoop(failures::add);
    private final List<String> ran = new ArrayList<>();

    @Test
    void runsInTheOrderOfTimeAndThenOfScheduling() {
        loop.at(20, now -> ran.add("c@" + now));
        loop.at(10, now -> ran.add("a@" + now));
        loop.at(10, now -> ran.add("b@" + now));
        loop.execute(now -> ran.add("work@" + now));

        assertThat(loop.turn(5)).isEqualTo(10);
        assertThat(loop.turn(10)).isEqualTo(20);
        assertThat(loop.turn(30)).isEqualTo(EventLoop.NEVER);
        assertThat(ran).containsExactly("work@5", "a@10", "b@10", "c@30");
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        EventLoop.Timer timer = loop.at(10, now -> ran.add("no"));
        loop.at(20, now -> ran.add("yes"));

        assertThat(timer.isPending()).isTrue();
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(timer.isPending()).isFalse();
        assertThat(loop.nextNanos(0)).isEqualTo(20);
        loop.turn(30);
        assertThat(ran).containsExactly("yes");
    }

    @Test
    void aTimerThatRanCannotBeCancelled() {
        EventLoop.Timer timer = loop.at(10, now -> ran.add("ran"));
        loop.turn(10);

        assertThat(timer.cancel()).isFalse();
    }

    @Test
    void aPeriodLeavesOutWhatItMissed() {
        EventLoop.Timer timer = loop.every(10, 10, now -> ran.add("@" + now));

        loop.turn(10);
        assertThat(loop.turn(35)).isEqualTo(40);
        loop.turn(40);
        timer.cancel();
        loop.turn(100);

        assertThat(ran).containsExactly("@10", "@35", "@40");
    }

    @Test
    void aTimerMayCancelItselfAndOthers() {
        List<EventLoop.Timer> timers = new ArrayList<>();
        timers.add(loop.every(10, 10, now -> {
            ran.add("once");
            timers.forEach(EventLoop.Timer::cancel);
        }));
        timers.add(loop.at(10, now -> ran.add("no")));

        loop.turn(10);
        loop.turn(100);

        assertThat(ran).containsExactly("once");
        assertThat(loop.size()).isZero();
    }

    @Test
    void aTaskThatFailsIsReportedAndTheOthersRun() {
        loop.execute(now -> {
            throw new IllegalStateException("seeded");
        });
        loop.execute(now -> ran.add("next"));

        loop.turn(0);

        assertThat(failures).singleElement().satisfies(bug -> assertThat(bug).hasMessage("seeded"));
        assertThat(ran).containsExactly("next");
    }

    @Test
    void manyCancelledTimersDoNotStay() {
        for (int i = 0; i < 10_000; i++) {
            loop.at(1_000_000 + i, now -> ran.add("no")).cancel();
        }

        assertThat(loop.size()).isZero();
        assertThat(loop.turn(2_000_000)).isEqualTo(EventLoop.NEVER);
        assertThat(ran).isEmpty();
    }

    @Test
    void theSameTasksRunInTheSameOrder() {
        assertThat(randomRun(7)).isEqualTo(randomRun(7)).hasSizeGreaterThan(1000);
        assertThat(randomRun(7)).isNotEqualTo(randomRun(8));
    }

    private static List<String> randomRun(long seed) {
        Random random = new Random(seed);
        List<String> order = new ArrayList<>();
        List<EventLoop.Timer> timers = new ArrayList<>();
        EventLoop loop = new EventLoop(bug -> {
            throw bug;
        });
        for (int i = 0; i < 2000; i++) {
            int name = i;
            timers.add(loop.at(random.nextInt(500), now -> {
                order.add(name + "@" + now);
                if (random.nextInt(4) == 0) {
                    timers.get(random.nextInt(timers.size())).cancel();
                }
                if (random.nextInt(3) == 0) {
                    loop.execute(later -> order.add("after " + name + "@" + later));
                }
            }));
        }
        long now = 0;
        while (now != EventLoop.NEVER) {
            now = loop.turn(now);
        }
        return order;
    }
}
