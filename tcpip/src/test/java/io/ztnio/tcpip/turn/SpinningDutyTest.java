package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leads on the test's own thread, whose last waits were short, so that it asks before it rests. */
@Timeout(60)
class SpinningDutyTest {
    private static final int NOTHING = -1;
    private static final long SPIN = 80_000;

    /** Moves only when the test says so. */
    private final AtomicLong nowNanos = new AtomicLong();

    private final Work work = new Work();
    private final Duty duty = new Duty(new EngineClock(nowNanos::get, 0), work);
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile Thread driver;

    /** Whatever is asked for comes from the script. */
    private final class Work implements Duty.Work {
        private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        private final BlockingQueue<Thread> drivers = new LinkedBlockingQueue<>();
        private volatile IntSupplier script = () -> 100;
        private volatile Runnable sleep = () -> {};
        private int asked;
        private int rests;

        @Override
        public boolean isInside() {
            return false;
        }

        @Override
        public int receive() {
            if (Thread.currentThread() == driver) {
                drivers.add(driver);
                return NOTHING;
            }
            asked++;
            return script.getAsInt();
        }

        @Override
        public void rest(long mostNanos) {
            rests++;
            sleep.run();
        }

        @Override
        public void idle() {}

        @Override
        public void wakeup() {}

        @Override
        public void failed(Throwable failure) {
            failures.add(failure);
        }
    }

    @BeforeEach
    void lastWaitsWereShort() {
        duty.open(SPIN);
        for (int i = 0; i < Spin.LEAST; i++) {
            assertThat(lead(() -> work.asked > 0)).isTrue();
            assertThat(work.rests).isEqualTo(i + 1);
            work.asked = 0;
        }
        work.rests = 0;
    }

    @AfterEach
    void close() throws InterruptedException {
        duty.close();
        if (driver != null) {
            driver.join();
        }
    }

    private boolean lead(BooleanSupplier over) {
        return duty.await(this, Long.MAX_VALUE, over);
    }

    /** Nothing has come; a hundredth of the time to ask is over. */
    private int nothing() {
        nowNanos.addAndGet(SPIN / 100);
        return NOTHING;
    }

    private static void inAnotherThread(Runnable action) {
        Thread thread = new Thread(action);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDatagramIsNoticedWithoutARest() {
        work.script = () -> work.asked < 50 ? nothing() : 100;

        assertThat(lead(() -> work.asked == 50)).isTrue();

        assertThat(work.rests).isZero();
    }

    @Test
    void oneThatIsForSomebodyElseIsFollowedByMoreAsking() {
        work.script = () -> work.asked % 50 == 0 ? 100 : nothing();

        assertThat(lead(() -> work.asked == 500)).isTrue();

        assertThat(work.rests).isZero();
    }

    @Test
    void whatNeedsNoDatagramIsNoticed() {
        work.script = this::nothing;

        assertThat(lead(() -> work.asked == 50)).isTrue();

        assertThat(work.rests).isZero();
    }

    @Test
    void whoIsWokenByAnotherThreadNoticesIt() {
        Thread leader = Thread.currentThread();
        work.script = () -> {
            inAnotherThread(() -> {
                done.set(true);
                duty.wake(leader);
            });
            return NOTHING;
        };

        assertThat(lead(done::get)).isTrue();

        assertThat(work.asked).isEqualTo(1);
        assertThat(work.rests).isZero();
    }

    @Test
    void anInterruptIsNoticedAndStaysSet() {
        work.script = () -> {
            Thread.currentThread().interrupt();
            return NOTHING;
        };

        assertThat(lead(done::get)).isTrue();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(work.asked).isEqualTo(1);
        assertThat(work.rests).isZero();
    }

    @Test
    void theEndOfTheEngineIsNoticed() {
        work.script = () -> {
            inAnotherThread(duty::close);
            return NOTHING;
        };

        assertThat(lead(done::get)).isTrue();

        assertThat(work.asked).isEqualTo(1);
        assertThat(work.rests).isZero();
        assertThat(duty.awaitVacancy()).isFalse();
    }

    @Test
    void theTimeOfAWaitIsKept() {
        long start = nowNanos.get();
        work.script = this::nothing;

        assertThat(duty.await(this, SPIN / 2, done::get)).isTrue();

        assertThat(nowNanos.get() - start).isEqualTo(SPIN / 2);
        assertThat(work.rests).isZero();
    }

    @Test
    void whoHasAskedInVainRestsAndAsksNoMoreForAWhile() {
        long start = nowNanos.get();
        work.script = () -> work.rests == 0 ? nothing() : 100;
        work.sleep = () -> {
            assertThat(nowNanos.get() - start).isEqualTo(work.rests == 1 ? SPIN : SPIN + (work.rests - 1) * SPIN / 2);
            nowNanos.addAndGet(SPIN / 2);
        };

        assertThat(lead(() -> work.rests == 10)).isTrue();

        assertThat(work.asked).isEqualTo(100 + 10);
    }

    @Test
    void whatArrivesInBulkIsTheDrivers() {
        work.script = () -> 40_000;

        assertThat(lead(done::get)).isTrue();

        assertThat(work.rests).isZero();
        // For a while nobody else takes it, and who would parks.
        assertThat(duty.await(this, 1_000, done::get)).isFalse();
    }

    @Test
    void whatFailsIsReportedAndLeavesTheDutyToTheDriver() throws InterruptedException {
        work.script = () -> {
            throw new IllegalStateException("seeded");
        };

        assertThat(lead(done::get)).isTrue();

        assertThat(work.failures.take()).hasMessage("seeded");
        assertThat(duty.await(this, 1_000, done::get)).isFalse();
        startDriver();
        assertThat(work.drivers.take()).isSameAs(driver);
    }

    @Test
    void whoeverElseWaitsMeanwhileParksAndTheDriverHasTheDutyNext() throws Exception {
        CompletableFuture<Boolean> follower = new CompletableFuture<>();
        startDriver();
        work.script = () -> {
            inAnotherThread(() -> follower.complete(duty.await(this, 1_000, done::get)));
            return 100;
        };

        assertThat(lead(() -> work.asked > 0)).isTrue();

        assertThat(follower.get()).isFalse();
        assertThat(duty.await(this, 1_000, done::get)).isFalse();
        assertThat(work.drivers.take()).isSameAs(driver);
    }

    /** Takes the duty once. */
    private void startDriver() {
        driver = new Thread(() -> {
            duty.enter();
            try {
                if (duty.take()) {
                    work.receive();
                }
            } finally {
                duty.exit();
            }
        });
        driver.start();
    }
}
