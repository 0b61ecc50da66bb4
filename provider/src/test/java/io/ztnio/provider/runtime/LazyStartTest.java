package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.provider.contract.Background;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LazyStartTest {
    private final AtomicInteger tries = new AtomicInteger();
    private final BlockingQueue<LazyStart.Phase> phases = new LinkedBlockingQueue<>();
    private LazyStart<Running> lazy;

    private static final class Running implements AutoCloseable {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private LazyStart<Running> lazy(LazyStart.Starter<Running> starter, long distance, TimeUnit unit) {
        lazy = new LazyStart<>(
                "cannot start",
                "the home",
                () -> {
                    tries.incrementAndGet();
                    return starter.start();
                },
                () -> phases.add(lazy.state().phase()),
                false,
                distance,
                unit);
        return lazy;
    }

    @Test
    void everybodyGetsWhatTheFirstOneStarted() throws Exception {
        Running running = new Running();
        lazy(() -> running, 0, TimeUnit.SECONDS);
        List<Background<Running>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(Background.start(lazy::get));
        }

        for (Background<Running> caller : callers) {
            assertThat(caller.get()).isSameAs(running);
        }
        assertThat(tries).hasValue(1);
    }

    @Test
    void afterAFailureTheNextOneTriesAgain() throws Exception {
        Running running = new Running();
        AtomicInteger obstacles = new AtomicInteger(2);
        lazy(
                () -> {
                    if (obstacles.getAndDecrement() > 0) {
                        throw new IOException("the port is taken");
                    }
                    return running;
                },
                1,
                TimeUnit.MILLISECONDS);

        assertThatIOException().isThrownBy(lazy::get).withMessage("cannot start with the home: the port is taken");
        assertThatIOException().isThrownBy(lazy::get).withMessage("cannot start with the home: the port is taken");
        assertThat(lazy.get()).isSameAs(running);
        assertThat(lazy.state().failure()).isNull();
    }

    @Test
    void aLoopOfThoseWhoNeedItIsNoLoopOfTries() throws Exception {
        lazy(
                () -> {
                    throw new IOException("no");
                },
                1,
                TimeUnit.DAYS);
        lazy.request();
        LazyStart.Phase phase;
        do {
            phase = phases.poll(30, TimeUnit.SECONDS);
            assertThat(phase).isNotNull();
        } while (phase != LazyStart.Phase.FAILED);

        for (int i = 0; i < 10_000; i++) {
            lazy.request();
        }

        assertThat(tries).hasValue(1);
        assertThat(lazy.state().phase()).isEqualTo(LazyStart.Phase.STARTING);
        lazy.close();
    }

    @Test
    void theSameFailureIsLoggedOnce() throws Exception {
        AtomicInteger obstacles = new AtomicInteger();
        try (RecordedLog log = RecordedLog.of("io.ztnio")) {
            lazy(
                    () -> {
                        throw new IOException(
                                obstacles.getAndIncrement() < 3
                                        ? "one of LazyStartTest"
                                        : "the home, two of LazyStartTest");
                    },
                    0,
                    TimeUnit.SECONDS);
            for (int i = 0; i < 5; i++) {
                assertThatIOException().isThrownBy(lazy::get);
            }

            assertThat(log.messages(Level.ERROR))
                    .filteredOn(message -> message.contains("LazyStartTest"))
                    .containsExactly(
                            "cannot start with the home: one of LazyStartTest",
                            "cannot start: the home, two of LazyStartTest");
        }
    }

    /** The first line of a process loads the log. */
    @Test
    void theSameFailureIsLoggedOnceByALogThatTakesItsTime() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        CountDownLatch goesOn = new CountDownLatch(1);
        Handler slow = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getMessage().contains("a slow log's")) {
                    lines.add(line.getMessage());
                    try {
                        goesOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.ztnio");
        logger.addHandler(slow);
        try {
            lazy(
                    () -> {
                        throw new IOException("a slow log's");
                    },
                    0,
                    TimeUnit.SECONDS);
            lazy.request();
            assertThat(lines.take()).isEqualTo("cannot start with the home: a slow log's");

            lazy.request();
            lazy.awaitEnd();

            assertThat(tries).hasValue(2);
            assertThat(lines).isEmpty();
        } finally {
            goesOn.countDown();
            logger.removeHandler(slow);
        }
    }

    /** A file channel that an interrupted thread uses is closed: an interrupt must not make the start fail. */
    @Test
    void anInterruptOfWhoNeedsItDoesNotReachTheStart() throws Exception {
        Running running = new Running();
        lazy(
                () -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new IOException("interrupted");
                    }
                    return running;
                },
                0,
                TimeUnit.SECONDS);
        Background<Boolean> caller = Background.start(() -> {
            Thread.currentThread().interrupt();
            assertThat(lazy.get()).isSameAs(running);
            return Thread.interrupted();
        });

        assertThat(caller.get()).isTrue();
    }

    @Test
    void aBugOfTheStartIsToldToWhoNeedsIt() {
        lazy(
                () -> {
                    throw new IllegalStateException("a bug");
                },
                0,
                TimeUnit.SECONDS);

        assertThatIOException().isThrownBy(lazy::get).withMessageContaining("a bug");
    }

    @Test
    void whatIsStillStartingWhenItIsClosedEndsToo() throws Exception {
        Running running = new Running();
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        lazy(
                () -> {
                    starting.countDown();
                    awaitLatch(go);
                    return running;
                },
                0,
                TimeUnit.SECONDS);
        Background<Running> caller = Background.start(lazy::get);
        awaitLatch(starting);

        lazy.close();
        go.countDown();

        awaitLatch(running.closed);
        assertThatIOException().isThrownBy(lazy::get).withMessageContaining("closed");
        assertThat(lazy.running()).isEmpty();
        assertThat(caller.failure()).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
