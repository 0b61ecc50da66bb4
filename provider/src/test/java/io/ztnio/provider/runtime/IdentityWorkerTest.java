package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.vl1.IdentityChecker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentityWorkerTest {
    private final BlockingQueue<Long> checked = new ArrayBlockingQueue<>(10);
    private final List<Exception> bugs = new ArrayList<>();
    private final IdentityWorker worker = new IdentityWorker(checked::add, bugs::add);
    private final AtomicReference<Thread> ranOn = new AtomicReference<>();

    @AfterEach
    void close() {
        worker.close();
    }

    private long await() throws InterruptedException {
        Long micros = checked.poll(30, TimeUnit.SECONDS);
        assertThat(micros).as("told within 30 s").isNotNull();
        return micros;
    }

    @Test
    void aCheckRunsOnADaemonOfItsOwnAndItsTimeIsTold() throws InterruptedException {
        assertThat(worker.check(() -> ranOn.set(Thread.currentThread()))).isEqualTo(IdentityChecker.LATER);

        assertThat(await()).isNotNegative();
        assertThat(ranOn.get().getName()).isEqualTo("ztnio-identity");
        assertThat(ranOn.get().isDaemon()).isTrue();
    }

    @Test
    void anInterruptEndsNothing() throws InterruptedException {
        worker.check(() -> ranOn.set(Thread.currentThread()));
        await();

        ranOn.get().interrupt();
        worker.check(() -> Thread.currentThread().interrupt());
        await();
        worker.check(() -> ranOn.set(Thread.currentThread()));

        await();
        assertThat(ranOn.get().isAlive()).isTrue();
    }

    @Test
    void whatACheckThrowsIsReportedAndTheNextOneRuns() throws InterruptedException {
        worker.check(() -> {
            throw new IllegalStateException("a bug");
        });
        await();
        worker.check(() -> {
            throw new OutOfMemoryError("two megabytes");
        });
        await();
        worker.check(() -> ranOn.set(Thread.currentThread()));

        await();
        assertThat(ranOn.get()).isNotNull();
        assertThat(bugs).hasSize(2);
    }

    @Test
    void closeEndsTheThreadAndKeepsTheInterruptOfWhoeverCloses() throws InterruptedException {
        worker.check(() -> ranOn.set(Thread.currentThread()));
        await();

        Thread.currentThread().interrupt();
        worker.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ranOn.get().isAlive()).isFalse();
    }
}
