package io.ztnio.provider.exit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the end of the process waits for, and what not. */
@Timeout(60)
class ProcessExitTest {
    private static final Duration BOUND = Duration.ofMillis(100);

    @Test
    void aNodeThatNeverEndsDoesNotKeepTheProcess() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Duration> told = new AtomicReference<>();
        ProcessExit.Ending hangs = new ProcessExit.Ending(
                bound -> {
                    begun.countDown();
                    awaitForEver(never);
                },
                BOUND);
        ProcessExit.Ending ends = new ProcessExit.Ending(told::set, BOUND);

        ProcessExit.endAll(List.of(hangs, ends), Duration.ZERO, BOUND);

        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(told.get()).isEqualTo(BOUND);
        never.countDown();
    }

    @Test
    void aNodeWhoseEndFailsWithAnErrorDoesNotKeepTheOthers() {
        AtomicReference<Duration> told = new AtomicReference<>();
        ProcessExit.Ending fails = new ProcessExit.Ending(
                bound -> {
                    throw new OutOfMemoryError("seeded");
                },
                BOUND);

        ProcessExit.endAll(
                List.of(fails, new ProcessExit.Ending(told::set, BOUND)), Duration.ofDays(1), Duration.ofSeconds(30));

        assertThat(told.get()).isEqualTo(BOUND.dividedBy(4));
    }

    @Test
    void anInterruptOfWhoWaitsDoesNotCutAnEndShort() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<String> end = new AtomicReference<>("not");
        ProcessExit.Ending slow = new ProcessExit.Ending(
                bound -> {
                    begun.countDown();
                    awaitForEver(goOn);
                    end.set("done");
                },
                BOUND);
        AtomicReference<String> seen = new AtomicReference<>();
        Thread exiting = new Thread(() -> {
            ProcessExit.endAll(List.of(slow), Duration.ZERO, Duration.ofSeconds(30));
            seen.set(end.get());
        });
        exiting.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        exiting.interrupt();
        goOn.countDown();
        exiting.join();

        assertThat(seen.get()).isEqualTo("done");
    }

    private static void awaitForEver(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
