package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DutyTest {
    private static final int NOTHING = -1;

    /** What time is moves only when the test says so. */
    private final AtomicLong nowNanos = new AtomicLong();

    private final Work work = new Work();
    private final AtomicBoolean stopAtEachLook = new AtomicBoolean();
    private final Duty duty = new Duty(new EngineClock(this::now, 0), work);
    private final AtomicBoolean done = new AtomicBoolean();
    private final BlockingQueue<Thread> handled = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> driverDone = new LinkedBlockingQueue<>();
    private volatile Thread driver;

    /** Whom the datagrams are for. */
    private volatile Thread served;

    private volatile boolean driven = true;

    private long now() {
        if (Thread.currentThread() != driver && stopAtEachLook.get()) {
            throw new ThreadDeath();
        }
        return nowNanos.get();
    }

    /** Datagrams by their length. */
    private final class Work implements Duty.Work {
        private final BlockingQueue<Integer> wire = new LinkedBlockingQueue<>();
        private final Semaphore news = new Semaphore(0);
        private final BlockingQueue<Thread> resting = new LinkedBlockingQueue<>();
        private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        private volatile RuntimeException bug;
        private volatile boolean inside;

        @Override
        public boolean isInside() {
            return inside;
        }

        void arrive(int bytes) {
            wire.add(bytes);
            news.release();
        }

        @Override
        public int receive() {
            Integer bytes = wire.poll();
            if (bytes == null) {
                return NOTHING;
            }
            duty.wake(served);
            handled.add(Thread.currentThread());
            return bytes;
        }

        @Override
        public void rest(long mostNanos) throws IOException {
            resting.add(Thread.currentThread());
            RuntimeException thrown = bug;
            bug = null;
            if (thrown != null) {
                throw thrown;
            }
            try {
                news.acquire();
            } catch (InterruptedException e) {
                // As a selector, which returns and keeps the status.
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void idle() {}

        @Override
        public void wakeup() {
            news.release();
        }

        @Override
        public void failed(Throwable failure) {
            failures.add(failure);
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        driven = false;
        done.set(true);
        duty.close();
        assertThat(duty.awaitVacancy()).isFalse();
        if (driver != null) {
            driver.join();
        }
    }

    private void startDriver() {
        driver = new Thread(
                () -> {
                    duty.enter();
                    try {
                        while (driven) {
                            if (!duty.take()) {
                                return;
                            }
                            int bytes = work.receive();
                            if (bytes >= 0) {
                                duty.handled(bytes);
                                driverDone.add(bytes);
                            } else {
                                work.rest(Long.MAX_VALUE);
                            }
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    } finally {
                        duty.exit();
                    }
                },
                "driver");
        driver.start();
    }

    private CompletableFuture<Boolean> await(BooleanSupplier over) {
        return await(Long.MAX_VALUE, over, new CompletableFuture<>());
    }

    /** A thread that waits; it is told when it begins, and tells whether it led. */
    private CompletableFuture<Boolean> await(long nanos, BooleanSupplier over, CompletableFuture<Thread> begun) {
        CompletableFuture<Boolean> led = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            begun.complete(Thread.currentThread());
            led.complete(duty.await(this, nanos, over));
        });
        thread.start();
        return led;
    }

    @Test
    void whoWaitsWhileNobodyHasTheDutyHandlesWhatArrivesItself() throws Exception {
        duty.open(0);
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Boolean> led = await(Long.MAX_VALUE, () -> !handled.isEmpty(), waiter);
        assertThat(work.resting.take()).isSameAs(waiter.get());

        work.arrive(100);

        assertThat(led.get()).isTrue();
        assertThat(handled.take()).isSameAs(waiter.get());
    }

    @Test
    void nobodyLeadsBeforeTheDutyIsOpenAndAfterItIsClosed() throws Exception {
        CompletableFuture<Thread> before = new CompletableFuture<>();
        CompletableFuture<Boolean> parked = await(Long.MAX_VALUE, done::get, before);
        duty.wake(before.get());
        assertThat(parked.get()).isFalse();

        duty.open(0);
        duty.close();
        CompletableFuture<Thread> after = new CompletableFuture<>();
        parked = await(Long.MAX_VALUE, done::get, after);
        duty.wake(after.get());
        assertThat(parked.get()).isFalse();
        assertThat(work.resting).isEmpty();
    }

    /** It would receive for ever what it cannot hand over: a log's handler, say, that reads from a socket of the node. */
    @Test
    void whoIsInsideTheGateDoesNotLead() {
        duty.open(0);
        work.inside = true;

        assertThat(duty.await(this, 1_000, done::get)).isFalse();

        assertThat(work.resting).isEmpty();
    }

    /** In the engine it would run out of it, and take with it whose datagram it handles. */
    @Test
    void whoHasLittleStackLeftDoesNotLead() throws Exception {
        // What is loaded and linked for the first time takes more, whether it leads or not.
        BooleanSupplier over = done::get;
        assertThat(duty.await(this, 1_000, over)).isFalse();
        duty.open(0);
        done.set(true);
        assertThat(duty.await(this, 1_000, over)).isTrue();
        CompletableFuture<Boolean> led = new CompletableFuture<>();
        Thread thread = new Thread(
                null,
                () -> {
                    Boolean[] first = {null};
                    try {
                        nearTheEnd(() -> first[0] = duty.await(this, 1_000, over));
                        led.complete(first[0]);
                    } catch (Throwable e) {
                        led.completeExceptionally(e);
                    }
                },
                "deep",
                1 << 18);
        thread.start();

        assertThat(led.get()).isFalse();

        assertThat(work.resting).isEmpty();
        assertThat(work.failures).isEmpty();
    }

    /**
     * Does something where the stack ends, and so few frames above that, again and again, as it takes to be done: frames
     * are smaller when they are compiled.
     */
    @SuppressWarnings("InfiniteRecursion") // That is what ends the stack.
    private static void nearTheEnd(Runnable action) {
        boolean end = false;
        try {
            nearTheEnd(action);
        } catch (StackOverflowError e) {
            end = true;
        }
        if (end) {
            // What has no room to throw to throws to the frame above, which is the next to try.
            action.run();
        }
    }

    @Test
    void whoLeadsIsWokenByOthers() throws Exception {
        duty.open(0);
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Boolean> led = await(Long.MAX_VALUE, done::get, waiter);
        work.resting.take();

        done.set(true);
        duty.wake(waiter.get());

        assertThat(led.get()).isTrue();
    }

    @Test
    void anInterruptEndsLeadingAndStaysSet() throws Exception {
        duty.open(0);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread leader = new Thread(() -> {
            duty.await(this, Long.MAX_VALUE, done::get);
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        leader.start();
        work.resting.take();

        leader.interrupt();

        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void theTimeOfAWaitEndsLeading() throws Exception {
        duty.open(0);
        CompletableFuture<Boolean> led = await(1_000, done::get, new CompletableFuture<>());
        work.resting.take();

        nowNanos.addAndGet(1_000);
        work.wakeup();

        assertThat(led.get()).isTrue();
    }

    @Test
    void theDriverTakesADutyThatIsLeft() throws Exception {
        duty.open(0);
        CompletableFuture<Boolean> led = await(() -> !handled.isEmpty());
        work.resting.take();
        startDriver();

        work.arrive(100);
        led.get();
        handled.take();
        work.arrive(100);
        nowNanos.addAndGet(1_000_000);

        assertThat(handled.take()).isSameAs(driver);
    }

    @Test
    void theDriverGivesItUpToWhoWantsItAndTakesItBackWhenNobodyComes() throws Exception {
        duty.open(0);
        startDriver();
        assertThat(work.resting.take()).isSameAs(driver);
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Boolean> parked = await(Long.MAX_VALUE, done::get, waiter);
        awaitParked(waiter.get());

        // What is for nobody who waits is no reason.
        for (int i = 0; i < 2; i++) {
            work.arrive(100);
            assertThat(handled.take()).isSameAs(driver);
            driverDone.take();
        }
        served = waiter.get();
        work.arrive(100);
        assertThat(handled.take()).isSameAs(driver);
        driverDone.take();
        assertThat(parked.get()).isFalse();
        CompletableFuture<Thread> next = new CompletableFuture<>();
        CompletableFuture<Boolean> led = await(Long.MAX_VALUE, () -> !handled.isEmpty(), next);
        work.arrive(100);
        assertThat(led.get()).isTrue();
        assertThat(handled.take()).isSameAs(next.get());

        // Nobody has come back for as long as one is waited for.
        nowNanos.addAndGet(1_000_000_000);
        LockSupport.unpark(driver);
        work.arrive(100);
        assertThat(handled.take()).isSameAs(driver);
    }

    @Test
    void whatArrivesInBulkIsTheDrivers() throws Exception {
        duty.open(0);
        CompletableFuture<Boolean> led = await(done::get);
        work.resting.take();
        startDriver();

        work.arrive(40_000);
        work.arrive(40_000);

        assertThat(led.get()).isTrue();
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Boolean> parked = await(Long.MAX_VALUE, done::get, waiter);
        awaitParked(waiter.get());
        duty.wake(waiter.get());
        assertThat(parked.get()).isFalse();
    }

    @Test
    void whatAStepThrowsIsReportedAndLeavesTheDutyToTheDriver() throws Exception {
        duty.open(0);
        work.bug = new IllegalStateException("seeded");

        assertThat(await(done::get).get()).isTrue();

        assertThat(work.failures.take()).hasMessage("seeded");
        startDriver();
        work.arrive(100);
        assertThat(handled.take()).isSameAs(driver);
    }

    /** By {@code Thread.stop}, which may come between any two instructions: here while it leaves. */
    @Test
    @SuppressWarnings({"deprecation", "removal"}) // what a program may still do on the oldest JDK
    void theDriverTakesTheDutyOfAThreadThatEndedWithoutLeavingIt() throws Exception {
        duty.open(0);
        Thread leader = new Thread(() -> {
            try {
                duty.await(this, Long.MAX_VALUE, done::get);
            } catch (ThreadDeath e) {
                // As the end of a thread does, without a trace.
            }
        });
        leader.start();
        work.resting.take();
        startDriver();
        stopAtEachLook.set(true);
        done.set(true);
        duty.wake(leader);
        leader.join();
        nowNanos.addAndGet(1_000_000);

        work.arrive(100);

        assertThat(handled.take()).isSameAs(driver);
    }

    @Test
    void whoLeadsLeavesWhenTheEngineIsClosed() throws Exception {
        duty.open(0);
        CompletableFuture<Boolean> led = await(done::get);
        work.resting.take();

        duty.close();
        assertThat(duty.awaitVacancy()).isFalse();

        assertThat(led.get()).isTrue();
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }
}
