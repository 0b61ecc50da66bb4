package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver does while data comes in bulk. The test's thread is the driver. */
@Timeout(60)
class BulkDutyTest {
    private static final int LARGE = 90_000;
    private static final int SMALL = 2_800;

    private final AtomicLong nowNanos = new AtomicLong(1);
    private final Duty duty = new Duty(new EngineClock(nowNanos::get, 0), new Work());
    private final CountDownLatch parking = new CountDownLatch(1);
    private final CountDownLatch woken = new CountDownLatch(1);
    private volatile boolean ended;
    private final Thread reader = new Thread(this::sleep, "reader");

    private static final class Work implements Duty.Work {
        @Override
        public boolean isInside() {
            return false;
        }

        @Override
        public int receive() {
            return -1;
        }

        @Override
        public void rest(long mostNanos) {}

        @Override
        public void idle() {}

        @Override
        public void wakeup() {}

        @Override
        public void failed(Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Until it is unparked, which only the duty does, and the end of the test. */
    private void sleep() {
        // A permit of another's, left by what the thread did before, would look like a wake.
        LockSupport.parkNanos(1);
        parking.countDown();
        LockSupport.park(this);
        if (!ended) {
            woken.countDown();
        }
    }

    @BeforeEach
    void begin() throws InterruptedException {
        duty.enter();
        assertThat(duty.take()).isTrue();
        reader.start();
        parking.await();
    }

    @AfterEach
    void end() throws InterruptedException {
        ended = true;
        LockSupport.unpark(reader);
        reader.join();
    }

    private void pass(long micros) {
        nowNanos.addAndGet(micros * 1_000);
    }

    private void bulk() {
        for (int i = 0; i < 3; i++) {
            duty.handled(LARGE);
            pass(100);
        }
    }

    private boolean isHeld() {
        return woken.getCount() == 1;
    }

    @Test
    void whoReadsIsWokenAtOnceWhereLittleComes() throws InterruptedException {
        duty.handled(SMALL);
        duty.wake(reader);
        woken.await();
    }

    @Test
    void inBulkWhoReadsIsWokenWhenNothingMoreIsThere() throws InterruptedException {
        bulk();
        duty.wake(reader);
        duty.handled(LARGE);
        assertThat(isHeld()).isTrue();
        duty.nothingMore();
        woken.await();
    }

    @Test
    void inBulkWhoReadsIsWokenAfterAWhileThoughMoreIsThere() throws InterruptedException {
        bulk();
        duty.wake(reader);
        for (int i = 0; i < 5; i++) {
            pass(100);
            duty.handled(LARGE);
        }
        woken.await();
    }

    @Test
    void whoeverIsHeldIsWokenWhenTheDriverEnds() throws InterruptedException {
        bulk();
        duty.wake(reader);
        duty.exit();
        woken.await();
    }

    @Test
    void onlyTheDriverHoldsWakes() throws InterruptedException {
        bulk();
        Thread other = new Thread(() -> duty.wake(reader));
        other.start();
        other.join();
        woken.await();
    }

    @Test
    void whatWasBulkAMomentAgoIsNot() throws InterruptedException {
        bulk();
        pass(5_000);
        duty.handled(SMALL);
        duty.wake(reader);
        woken.await();
    }

    @Test
    void moreThreadsThanThereIsRoomForAreWokenAtOnce() throws InterruptedException {
        bulk();
        for (int i = 0; i < 64; i++) {
            // Never started: to wake it does nothing.
            duty.wake(new Thread(() -> {}));
        }
        duty.wake(reader);
        woken.await();
    }

    @Test
    void bulkInSmallBatchesTricklesOnceEach() {
        duty.handled(SMALL);
        assertThat(duty.isTrickle()).isFalse();
        bulk();
        assertThat(duty.isTrickle()).isFalse();
        duty.handled(SMALL);
        assertThat(duty.isTrickle()).isTrue();
        assertThat(duty.isTrickle()).isFalse();
        pass(5_000);
        duty.handled(SMALL);
        assertThat(duty.isTrickle()).isFalse();
    }
}
