package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ztnio.tcpip.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnGateTest {
    private final AtomicInteger wakeups = new AtomicInteger();
    private volatile long deadline = Long.MAX_VALUE;
    private int turns;
    private final List<Throwable> failures = new ArrayList<>();

    private final TurnGate gate = new TurnGate(new EngineClock(), new TurnGate.Turn() {
        @Override
        public long turn(long nowNanos) {
            turns++;
            return deadline;
        }

        @Override
        public void wakeDriver() {
            wakeups.incrementAndGet();
        }

        @Override
        public void failed(Throwable bug) {
            failures.add(bug);
        }
    });

    @Test
    void aFailingTaskIsReportedAndDoesNotReachWhoRanIt() {
        List<String> ran = new ArrayList<>();
        RuntimeException bug = new IllegalStateException("seeded");

        gate.post(now -> {
            throw bug;
        });
        gate.post(now -> ran.add("next"));

        assertThat(failures).containsExactly(bug);
        assertThat(ran).containsExactly("next");
    }

    @Test
    void whatOthersPostedRunsThoughTheTaskThatHeldTheGateFailed() {
        List<String> ran = new ArrayList<>();

        assertThatThrownBy(() -> gate.run(now -> {
                    gate.post(later -> ran.add("posted"));
                    throw new IllegalStateException("seeded");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(ran).containsExactly("posted");
    }

    @Test
    void anErrorInATaskCostsItselfAndTheGateIsLeft() throws InterruptedException {
        List<String> ran = new ArrayList<>();
        Error error = new OutOfMemoryError("seeded");

        gate.post(now -> {
            throw error;
        });
        Thread other = new Thread(() -> gate.run(now -> ran.add("other")));
        other.start();
        other.join();

        assertThat(failures).containsExactly(error);
        assertThat(ran).containsExactly("other");
    }

    @Test
    void anErrorInATurnOrInItsReportCostsItselfAndTheGateIsLeft() {
        AtomicInteger turnsTaken = new AtomicInteger();
        TurnGate failing = new TurnGate(new EngineClock(), new TurnGate.Turn() {
            @Override
            public long turn(long nowNanos) {
                turnsTaken.incrementAndGet();
                throw new OutOfMemoryError("seeded");
            }

            @Override
            public void wakeDriver() {}

            @Override
            public void failed(Throwable failure) {
                throw new OutOfMemoryError("seeded, in the report");
            }
        });

        failing.runDue();
        failing.post(now -> {});

        assertThat(turnsTaken).hasValue(2);
    }

    @Test
    void anErrorOfTheTaskThatHoldsTheGateReachesItsCallerAfterTheGateIsLeft() {
        List<String> ran = new ArrayList<>();

        assertThatThrownBy(() -> gate.run(now -> {
                    throw new StackOverflowError("seeded");
                }))
                .isInstanceOf(StackOverflowError.class);

        gate.post(now -> ran.add("next"));
        assertThat(ran).containsExactly("next");
    }

    /** An application that has hardly any stack left writes: wherever it runs out of it, the gate is left. */
    @Test
    void whoRunsOutOfStackAnywhereLeavesTheGate() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger ownLast = new AtomicInteger();
        // So that nothing has to be loaded and linked down there.
        visit(new int[] {2});
        visit(new int[] {1});
        Runnable dive = () -> {
            try {
                for (int round = 0; round < 50; round++) {
                    descend(new int[] {200}, round, round, round);
                }
                gate.post(now -> ownLast.incrementAndGet());
            } finally {
                done.countDown();
            }
            awaitUninterruptibly(end);
        };
        Thread deep = new Thread(null, dive, "deep", 256 << 10);
        deep.start();
        awaitUninterruptibly(done);
        AtomicInteger others = new AtomicInteger();
        Thread other = new Thread(() -> gate.run(now -> others.incrementAndGet()));
        other.start();
        other.join(20_000);
        int othersMeanwhile = others.get();
        end.countDown();
        deep.join();
        other.join();

        assertThat(ownLast).as("tasks of its own after all").hasValue(1);
        assertThat(othersMeanwhile).as("tasks of another thread while it lived").isEqualTo(1);
    }

    /** As deep as the stack goes, and a visit from each of the deepest frames, which are of several sizes. */
    private void descend(int[] visits, long a, long b, long c) {
        try {
            if ((a & 1) == 0) {
                descend(visits, a + 1, b, c);
            } else {
                descendInOtherSteps(visits, a + 1);
            }
        } catch (StackOverflowError e) {
            // This is how deep it goes.
        }
        visit(visits);
    }

    private void descendInOtherSteps(int[] visits, long a) {
        try {
            descend(visits, a, a + 1, a + 2);
        } catch (StackOverflowError e) {
            // This is how deep it goes.
        }
        visit(visits);
    }

    private void visit(int[] visits) {
        if (visits[0] > 0) {
            visits[0]--;
            if ((visits[0] & 1) == 0) {
                gate.run(now -> {});
            } else {
                gate.post(now -> {});
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // Nobody interrupts it.
            }
        }
    }

    @Test
    void aThreadThatIsStoppedInsideLeavesTheGateAndEnds() throws InterruptedException {
        List<String> ran = new ArrayList<>();
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread stopped = new Thread(() -> {
            gate.post(now -> {
                gate.post(later -> ran.add("after it"));
                throw new ThreadDeath();
            });
            ran.add("it went on");
        });
        stopped.setUncaughtExceptionHandler((thread, thrown) -> end.set(thrown));
        stopped.start();
        stopped.join();

        gate.post(now -> ran.add("others"));

        assertThat(end.get()).isInstanceOf(ThreadDeath.class);
        assertThat(ran).containsExactly("after it", "others");
        assertThat(failures).isEmpty();
    }

    /** Tasks that are queued, and more that come all the time, let somebody in who waits. */
    @Test
    void whoWaitsToGetInDoesSoAfterAFewTasksThoughThousandsAreQueued() throws InterruptedException {
        int queued = 3000;
        AtomicInteger done = new AtomicInteger();
        AtomicInteger doneBefore = new AtomicInteger(-1);
        Thread waiting = new Thread(() -> gate.run(now -> doneBefore.set(done.get())));

        gate.run(now -> {
            for (int i = 0; i < queued; i++) {
                gate.post(later -> done.incrementAndGet());
            }
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        });
        waiting.join();

        assertThat(doneBefore.get()).isBetween(0, 100);
        gate.runDue();
        assertThat(done).hasValue(queued);
    }

    @Test
    void whoComesWithATaskDoesABoundedNumberForOthersAndLeavesTheRestToTheDriver() {
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            gate.leave(now -> ran.add(number));
        }
        assertThat(gate.driverFallsAsleep()).isZero();

        gate.post(now -> ran.add(-1));

        assertThat(ran).hasSizeBetween(1, 100);
        assertThat(wakeups).hasValueGreaterThan(0);
        gate.runDue();
        assertThat(ran).hasSize(1001);
    }

    @Test
    void aTurnThatFailsIsTriedAgainLaterAndNotAtOnce() {
        EngineClock clock = new EngineClock();
        TurnGate failing = new TurnGate(clock, new TurnGate.Turn() {
            @Override
            public long turn(long nowNanos) {
                throw new IllegalStateException("seeded");
            }

            @Override
            public void wakeDriver() {}

            @Override
            public void failed(Throwable bug) {
                failures.add(bug);
            }
        });
        long before = clock.nanos();

        failing.runDue();

        assertThat(failures).hasSize(1);
        assertThat(failing.driverFallsAsleep()).isBetween(before + 1_000_000, clock.nanos() + 1_000_000_000);
    }

    @Test
    void aPostedTaskRunsOnTheCallersThreadWhenNobodyIsInside() {
        List<Thread> ranOn = new ArrayList<>();

        gate.post(now -> ranOn.add(Thread.currentThread()));

        assertThat(ranOn).containsExactly(Thread.currentThread());
        assertThat(turns).isEqualTo(1);
    }

    @Test
    void aTaskPostedFromInsideRunsBeforeTheGateIsLeft() {
        List<String> order = new ArrayList<>();

        gate.run(now -> {
            gate.post(later -> order.add("posted"));
            order.add("first");
        });

        assertThat(order).containsExactly("first", "posted");
    }

    @Test
    void whoeverIsInsideRunsWhatOthersPost() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch posted = new CountDownLatch(1);
        List<Thread> ranOn = new ArrayList<>();
        Thread holder = new Thread(() -> gate.run(now -> {
            inside.countDown();
            await(posted);
        }));
        holder.start();
        await(inside);

        gate.post(now -> ranOn.add(Thread.currentThread()));
        posted.countDown();
        holder.join();

        assertThat(ranOn).containsExactly(holder);
    }

    @Test
    void everyTaskOfManyThreadsRunsOnceAndAlone() throws InterruptedException {
        int threads = 4;
        int perThread = 50_000;
        int[] counter = new int[1];
        AtomicInteger within = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        Gate.Task task = now -> {
            if (within.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
            }
            counter[0]++;
            within.decrementAndGet();
        };
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(() -> {
                for (int n = 0; n < perThread; n++) {
                    gate.post(task);
                }
            });
            workers.add(worker);
            worker.start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        gate.runDue();

        assertThat(overlaps).hasValue(0);
        assertThat(counter[0]).isEqualTo(threads * perThread);
    }

    @Test
    void theDriverIsWokenOnlyForAnEarlierDeadline() {
        deadline = 1_000_000_000_000L;
        gate.runDue();
        assertThat(gate.driverFallsAsleep()).isEqualTo(1_000_000_000_000L);

        deadline = 2_000_000_000_000L;
        gate.post(now -> {});
        assertThat(wakeups).hasValue(0);
        deadline = 1_000_000L;
        gate.post(now -> {});

        assertThat(wakeups).hasValue(1);
    }

    @Test
    void aTaskLeftIsTheDriversAndWakesItIfItSleeps() {
        List<Thread> ranOn = new ArrayList<>();
        Gate.Task task = now -> ranOn.add(Thread.currentThread());

        gate.leave(task);
        assertThat(ranOn).isEmpty();
        assertThat(wakeups).hasValue(0);
        assertThat(gate.driverFallsAsleep()).isZero();
        gate.driverIsAwake();
        gate.runDue();
        assertThat(ranOn).hasSize(1);

        gate.driverFallsAsleep();
        gate.leave(task);
        gate.leave(task);

        assertThat(wakeups).hasValue(1);
        assertThat(ranOn).hasSize(1);
    }

    @Test
    void aTaskLeftToWhoeverIsInsideRunsBeforeTheGateIsLeft() {
        List<String> order = new ArrayList<>();

        gate.run(now -> {
            gate.leave(later -> order.add("left"));
            order.add("first");
        });

        assertThat(order).containsExactly("first", "left");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @SuppressWarnings({"deprecation", "removal"}) // that is what is tried
    void aThreadThatIsStoppedHalfWayThroughAPostDoesNotKeepBackWhatOthersPost() throws InterruptedException {
        assumeTrue(Runtime.version().feature() < 20, "no thread can be stopped by force on this JDK");
        AtomicInteger ran = new AtomicInteger();

        for (int i = 0; i < 100; i++) {
            CountDownLatch posting = new CountDownLatch(1);
            Thread stopped = new Thread(() -> {
                while (true) {
                    gate.offer(now -> {});
                    posting.countDown();
                }
            });
            stopped.start();
            posting.await();
            stopped.stop();
            stopped.join();
            gate.offer(now -> ran.incrementAndGet());
            for (int turn = 0; turn < 1000 && ran.get() == i; turn++) {
                gate.runDue();
            }

            assertThat(ran.get()).as("after thread " + i).isEqualTo(i + 1);
        }
    }
}
