package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NodeDriverTest {
    private static final int OUT_OF_MEMORY = Integer.MIN_VALUE;

    private final EngineClock clock = new EngineClock();
    private final FailureLog failures = new FailureLog(System.getLogger("io.ztnio.test"));
    private final Parking parking = new Parking();
    private final AtomicBoolean waitFails = new AtomicBoolean();
    private final AtomicReference<Error> nextError = new AtomicReference<>();
    private volatile Thread receiving;

    /** For each wait, whether its thread was interrupted when it began. */
    private final List<Boolean> waits = new CopyOnWriteArrayList<>();

    /** Without locks, as what follows: a thread that is stopped by force inside one would keep it for ever. */
    private final Queue<Integer> wire = new ConcurrentLinkedQueue<>();

    private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final NodeDriver driver = new NodeDriver(
            "test-driver",
            clock,
            new NodeDriver.Wire() {
                @Override
                public void await(long nanos) throws IOException {
                    if (waitFails.getAndSet(false)) {
                        throw new IOException("seeded");
                    }
                    Error error = nextError.getAndSet(null);
                    if (error != null) {
                        throw error;
                    }
                    waits.add(Thread.currentThread().isInterrupted());
                    parking.await(nanos);
                }

                @Override
                public void wakeup() {
                    parking.wakeup();
                }
            },
            failures);

    @AfterEach
    void close() {
        driver.close();
    }

    /** Takes numbers from the wire; a negative one shows a bug. */
    private final class Numbers implements NodeDriver.Batch {
        private final List<Integer> numbers = new CopyOnWriteArrayList<>();

        @Override
        public int receive() {
            receiving = Thread.currentThread();
            for (Integer number = wire.poll(); number != null; number = wire.poll()) {
                numbers.add(number);
            }
            return numbers.size();
        }

        @Override
        public void handle(int index, long nowNanos, long ingressNanos) {
            int number = numbers.get(index);
            if (number == OUT_OF_MEMORY) {
                throw new OutOfMemoryError("seeded");
            }
            if (number < 0) {
                throw new IllegalStateException("seeded");
            }
            handled.add(number);
        }

        @Override
        public void clear() {
            numbers.clear();
        }
    }

    private void arrive(Integer... numbers) {
        wire.addAll(List.of(numbers));
        parking.wakeup();
    }

    private int nextHandled() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Integer next = handled.poll();
        while (next == null && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(20_000);
            next = handled.poll();
        }
        assertThat(next).as("handled within the time").isNotNull();
        return next;
    }

    @Test
    void aDatagramThatThrowsCostsItselfAndNotItsBatch() throws InterruptedException {
        driver.prepare(now -> Long.MAX_VALUE);
        wire.addAll(List.of(1, -1, 2, -2, 3));

        driver.start(Numbers::new);

        assertThat(List.of(nextHandled(), nextHandled(), nextHandled())).containsExactly(1, 2, 3);
        arrive(4);
        assertThat(nextHandled()).isEqualTo(4);
        assertThat(failures.count()).isEqualTo(2);
    }

    @Test
    void aWaitThatFailsIsReportedAndTheDriverGoesOn() throws InterruptedException {
        driver.prepare(now -> Long.MAX_VALUE);
        waitFails.set(true);

        driver.start(Numbers::new);
        arrive(1);

        assertThat(nextHandled()).isEqualTo(1);
        arrive(2);
        assertThat(nextHandled()).isEqualTo(2);
        assertThat(failures.count()).isLessThanOrEqualTo(1);
    }

    @Test
    void anErrorInADatagramOrAWaitCostsItselfAndTheDriverGoesOn() throws InterruptedException {
        driver.prepare(now -> Long.MAX_VALUE);
        nextError.set(new OutOfMemoryError("seeded"));

        driver.start(Numbers::new);
        arrive(1, OUT_OF_MEMORY, 2);

        assertThat(List.of(nextHandled(), nextHandled())).containsExactly(1, 2);
        nextError.set(new StackOverflowError("seeded"));
        arrive(3);
        assertThat(nextHandled()).isEqualTo(3);
    }

    @Test
    void anInterruptOfItsThreadHasNoLastingEffect() throws InterruptedException {
        driver.prepare(now -> Long.MAX_VALUE);
        driver.start(Numbers::new);
        arrive(1);
        nextHandled();

        for (int i = 2; i < 50; i++) {
            receiving.interrupt();
            arrive(i);
            assertThat(nextHandled()).isEqualTo(i);
        }

        driver.close();
        assertThat(waits).hasSizeLessThan(500);
        // An interrupt may come between a wait and the next: that one ends at once, and the one after it is one again.
        for (int i = 1; i < waits.size(); i++) {
            assertThat(waits.get(i) && waits.get(i - 1)).as("wait %d", i).isFalse();
        }
    }

    @Test
    @SuppressWarnings({"deprecation", "removal"}) // what a program may still do on the oldest JDK
    void aThreadThatIsStoppedByForceIsReplaced() throws InterruptedException {
        assumeTrue(Runtime.version().feature() < 20, "no thread can be stopped by force on this JDK");
        driver.prepare(now -> Long.MAX_VALUE);
        driver.start(Numbers::new);
        for (int i = 1; i < 300; i++) {
            arrive(i);
            nextHandled();
            receiving.stop();
        }

        arrive(1000);

        int last = nextHandled();
        while (last < 1000) {
            last = nextHandled();
        }
        assertThat(last).isEqualTo(1000);
    }

    @Test
    void anEngineWhoseTurnsAllFailForAWhileTellsItsSockets() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        driver.prepare(new NodeDriver.Cores() {
            @Override
            public long turn(long nowNanos) {
                throw new IllegalStateException("seeded");
            }

            @Override
            public void giveUp(long nowNanos) {
                told.countDown();
            }
        });

        driver.start();

        assertThat(told.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void deadlinesAreMetWithoutAnybodyEnteringTheGate() throws InterruptedException {
        CountDownLatch turns = new CountDownLatch(5);
        driver.prepare(now -> {
            turns.countDown();
            return now + 1_000_000;
        });

        driver.start();

        assertThat(turns.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void wakingMakesAThreadRunATurnThatNoTaskAskedFor() throws InterruptedException {
        BlockingQueue<Integer> turns = new LinkedBlockingQueue<>();
        AtomicInteger count = new AtomicInteger();
        driver.prepare(now -> {
            turns.add(count.incrementAndGet());
            return Long.MAX_VALUE;
        });
        driver.start();

        for (int i = 1; i <= 100; i++) {
            driver.wake();
            assertThat(turns.poll(30, TimeUnit.SECONDS)).isEqualTo(i);
        }
    }

    @Test
    void whatATurnLeftIsFlushedEvenIfTheTurnFailed() {
        driver.prepare(new NodeDriver.Cores() {
            @Override
            public long turn(long nowNanos) {
                throw new IllegalStateException("seeded");
            }

            @Override
            public void flush() {
                happened.add("flush");
            }
        });

        driver.gate().run(now -> happened.add("task"));

        assertThat(happened).containsExactly("task", "flush");
        assertThat(failures.count()).isEqualTo(1);
    }

    @Test
    void aCallReturnsOrThrowsWhatItsWorkDoes() throws IOException {
        assertThat(driver.<Integer, IOException>call(now -> 7)).isEqualTo(7);
        assertThatThrownBy(() -> driver.call(now -> {
                    throw new IOException("seeded");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("seeded");
        assertThatThrownBy(() -> driver.call(now -> {
                    throw new IllegalStateException("seeded");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void waitingForAConditionEndsWhenItHoldsOrTheTimeIsOver() {
        AtomicInteger looks = new AtomicInteger();

        assertThat(driver.await(now -> looks.incrementAndGet() == 3, Long.MAX_VALUE))
                .isTrue();
        assertThat(looks).hasValue(3);
        assertThat(driver.await(now -> false, clock.nanos())).isFalse();
    }

    @Test
    void closingWaitsForTheThreadAndLeavesTheGateOpen() {
        driver.prepare(now -> Long.MAX_VALUE);
        driver.start(Numbers::new);

        driver.close();

        assertThat(driver.isStopped()).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("test-driver"));
        driver.gate().run(now -> happened.add("inside"));
        assertThat(happened).containsExactly("inside");
    }

    @Test
    void partsAreClosedLastFirstAndOneThatFailsDoesNotKeepTheOthers() {
        OpenedParts parts = new OpenedParts(System.getLogger("io.ztnio.test"));
        parts.add("first", () -> happened.add("first"));
        parts.add("second", () -> {
            throw new IOException("seeded");
        });
        parts.add("third", () -> happened.add("third"));

        parts.close();
        parts.close();

        assertThat(happened).containsExactly("third", "first");
    }

    /** Between receiving and handing over; what was received is lost. */
    @Test
    void aDriverThatIsStoppedWithABatchInItsHandsIsReplacedAndTheBatchIsUsedAgain() throws InterruptedException {
        assumeTrue(Runtime.version().feature() < 20, "since then nobody can stop a thread");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger stops = new AtomicInteger();
        EngineClock stopping = new EngineClock(
                () -> {
                    if (Thread.currentThread() == receiving && stop.getAndSet(false)) {
                        stops.incrementAndGet();
                        throw new ThreadDeath();
                    }
                    return System.nanoTime();
                },
                0);
        NodeDriver other = new NodeDriver("stopped", stopping, parking, failures);
        other.prepare(now -> Long.MAX_VALUE);
        // The thread looks at the clock on its way to sleep too, before it has anything in its hands.
        other.start(() -> new NodeDriver.Batch() {
            private final Numbers numbers = new Numbers();

            @Override
            public int receive() {
                int size = numbers.receive();
                stop.set(numbers.numbers.contains(1));
                return size;
            }

            @Override
            public void handle(int index, long nowNanos, long ingressNanos) {
                numbers.handle(index, nowNanos, ingressNanos);
            }

            @Override
            public void clear() {
                numbers.clear();
            }
        });
        // More often than there are batches.
        for (int i = 1; i <= 6; i++) {
            arrive(1);
            while (stops.get() < i) {
                Thread.onSpinWait();
            }
        }
        arrive(2);

        assertThat(nextHandled()).isEqualTo(2);
        assertThat(stop).isFalse();
        // If that failed, its thread could not be ended either.
        other.close();
    }
}
