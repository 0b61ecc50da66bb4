package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReadersTest {
    private static final int BATCH = 64;
    private static final int BUG = -1;
    private static final int BUG_IN_PREPARING = -2;

    private final EngineClock clock = new EngineClock();
    private final FailureLog failures = new FailureLog(System.getLogger("io.ztnio.test"));
    private final Parking wire = new Parking();
    private final NodeDriver driver = new NodeDriver("test", clock, new Parking(), failures);
    private final BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> handled = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> preparers = new LinkedBlockingQueue<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicReference<Thread> stop = new AtomicReference<>();
    private final AtomicBoolean uneven = new AtomicBoolean();
    private final AtomicInteger refusals = new AtomicInteger();
    private Readers readers;

    @AfterEach
    void close() {
        readers.close();
        driver.close();
    }

    private final class Numbers implements NodeDriver.Batch {
        private final List<Integer> numbers = new ArrayList<>();
        private final Random random = new Random(1);
        private boolean prepared;

        @Override
        public int receive() {
            if (stop.compareAndSet(Thread.currentThread(), null)) {
                throw new ThreadDeath();
            }
            arrived.drainTo(numbers, BATCH);
            prepared = false;
            return numbers.size();
        }

        @Override
        public void prepare(int reader) {
            preparers.add(Thread.currentThread());
            if (uneven.get() && random.nextInt(4) == 0) {
                LockSupport.parkNanos(200_000);
            }
            prepared = true;
            if (numbers.contains(BUG_IN_PREPARING)) {
                throw new IllegalStateException("seeded");
            }
        }

        @Override
        public void handle(int index, long nowNanos, long ingressNanos) {
            assertThat(prepared).isTrue();
            if (numbers.get(index) == BUG) {
                throw new IllegalStateException("seeded");
            }
            handled.add(numbers.get(index));
        }

        @Override
        public void clear() {
            numbers.clear();
        }
    }

    private void start(int count) {
        driver.prepare(now -> {
            turns.incrementAndGet();
            return Long.MAX_VALUE;
        });
        readers = new Readers("test", count, clock, driver, wire, failures, Numbers::new, task -> {
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("seeded");
            }
            driver.gate().offer(task);
        });
        driver.start();
        readers.start();
    }

    private void arrive(int... numbers) {
        for (int number : numbers) {
            arrived.add(number);
        }
        wire.wakeup();
    }

    private int next() throws InterruptedException {
        Integer next = handled.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("handled within the time").isNotNull();
        return next;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void whatComesIsHandledInOrderWhoeverIsReadyFirst(int count) throws InterruptedException {
        uneven.set(true);
        start(count);
        int many = 20_000;
        for (int i = 0; i < many; i++) {
            arrived.add(i);
            if (i % 97 == 0) {
                wire.wakeup();
            }
        }
        wire.wakeup();

        for (int i = 0; i < many; i++) {
            assertThat(next()).isEqualTo(i);
        }
        assertThat(turns).hasPositiveValue();
        assertThat(failures.count()).isZero();
    }

    @Test
    void whatComesAloneIsPreparedByWhoReceivedIt() throws InterruptedException {
        start(3);
        arrive(1);
        assertThat(next()).isEqualTo(1);

        assertThat(preparers.take().getName()).isEqualTo("test-reader-0");
    }

    @Test
    void whatComesInBulkIsPreparedByOthers() throws InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            arrived.add(i);
        }
        start(2);

        assertThat(preparers.take().getName()).isEqualTo("test-reader-1");
    }

    /** More than there are batches comes while nobody can get in. */
    @Test
    void whileTheGateIsTakenTheReceiverWaitsForRoom() throws InterruptedException {
        start(2);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread holder = new Thread(() -> driver.gate().run(now -> {
            inside.countDown();
            awaitQuietly(leave);
        }));
        holder.start();
        inside.await();
        int many = 100 * BATCH;
        for (int i = 0; i < many; i++) {
            arrived.add(i);
        }
        wire.wakeup();
        while (arrived.size() > many - 8 * BATCH) {
            Thread.onSpinWait();
        }
        assertThat(handled).isEmpty();
        leave.countDown();

        for (int i = 0; i < many; i++) {
            assertThat(next()).isEqualTo(i);
        }
        holder.join();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDatagramThatThrowsCostsItself() throws InterruptedException {
        start(1);
        arrive(1, BUG, 2);

        assertThat(List.of(next(), next())).containsExactly(1, 2);
        assertThat(failures.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aBatchWhosePreparingThrowsIsHandledAllTheSameAndThoseAfterIt(int count) throws InterruptedException {
        start(count);
        int[] numbers = new int[BATCH];
        numbers[5] = BUG_IN_PREPARING;
        arrive(numbers);
        for (int i = 0; i < BATCH; i++) {
            next();
        }
        arrive(1);

        assertThat(next()).isEqualTo(1);
    }

    @Test
    void aReceiverThatIsStoppedByForceIsReplaced() throws InterruptedException {
        assumeTrue(Runtime.version().feature() < 20, "since then nobody can stop a thread");
        start(2);
        arrive(1);
        next();
        stop.set(preparers.take());
        arrive(2);

        assertThat(next()).isEqualTo(2);
        assertThat(stop.get()).isNull();
    }

    @Test
    void anInterruptEndsNothing() throws InterruptedException {
        start(1);
        arrive(1);
        next();
        Thread receiver = preparers.take();
        for (int i = 2; i < 100; i++) {
            receiver.interrupt();
            arrive(i);
            assertThat(next()).isEqualTo(i);
        }
    }

    @Test
    void closingEndsThreadsThatSleep() throws InterruptedException {
        start(4);
        arrive(1);
        next();
        Thread receiver = preparers.take();
        readers.close();

        assertThat(receiver.isAlive()).isFalse();
    }

    /** What lies ready then is handled when there is memory again, even if nothing more comes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatCouldNotBePostedForWantOfMemoryIsPostedLater(int count) throws InterruptedException {
        start(count);
        arrive(1);
        assertThat(next()).isEqualTo(1);
        refusals.set(1);
        arrive(2);
        assertThat(next()).isEqualTo(2);

        // For longer than it takes to fill all batches.
        refusals.set(20);
        int many = 20 * BATCH;
        for (int i = 0; i < many; i++) {
            arrive(i);
        }
        for (int i = 0; i < many; i++) {
            assertThat(next()).isEqualTo(i);
        }
    }
}
