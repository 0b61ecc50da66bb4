package io.ztnio.tcpip.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ResourceBundle;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said inside a gate reaches the log, and a log that waits keeps nobody. */
@Timeout(60)
class LogThreadTest {
    private static final int MORE_THAN_FITS = 1500;

    private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
    private final CountDownLatch goes = new CountDownLatch(1);
    private final LogThread logs = new LogThread();

    @AfterEach
    void end() {
        goes.countDown();
        logs.close();
    }

    /** Writes nothing before it may. */
    private final class Hanging implements System.Logger {
        @Override
        public String getName() {
            return "hanging";
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.compareTo(Level.INFO) >= 0;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
            write(text + " " + thrown.getMessage());
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... values) {
            write(format);
        }

        private void write(String line) {
            try {
                goes.await();
                written.add(line);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String next() throws InterruptedException {
        return written.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void whoSpeaksInsideAGateDoesNotWaitForTheLogAndTheOrderStays() throws Exception {
        System.Logger log = logs.before(new Hanging());
        FailureLog failures = new FailureLog(log);
        NodeDriver driver = new NodeDriver("test", new EngineClock(), new Parking(), failures);

        driver.gate().run(now -> failures.report("task", new IllegalStateException("a bug")));
        driver.gate().run(now -> log.log(System.Logger.Level.INFO, "after it"));

        assertThat(written).isEmpty();
        goes.countDown();
        assertThat(next()).startsWith("unexpected failure in the task").endsWith(" a bug");
        assertThat(next()).isEqualTo("after it");
    }

    @Test
    void whatDoesNotFitIsLeftOutAndCounted() throws Exception {
        System.Logger log = logs.before(new Hanging());
        for (int i = 0; i < MORE_THAN_FITS; i++) {
            log.log(System.Logger.Level.INFO, "line");
        }
        goes.countDown();

        int lines = 0;
        int gaps = 0;
        while (lines + gaps < MORE_THAN_FITS) {
            String line = next();
            if (line.equals("line")) {
                lines++;
            } else {
                assertThat(line).endsWith(" lines were left out: the log is slower than what it is told");
                gaps += Integer.parseInt(line.substring(0, line.indexOf(' ')));
            }
        }
        assertThat(lines).as("one at the log, the others in front of it").isEqualTo(1001);
        assertThat(written).isEmpty();
    }

    @Test
    void whatNobodyWantsToSeeIsHandedToNobody() {
        System.Logger log = logs.before(new Hanging());

        log.log(System.Logger.Level.DEBUG, () -> {
            throw new IllegalStateException("asked for");
        });
        log.log(System.Logger.Level.DEBUG, "detail");

        goes.countDown();
        logs.close();
        assertThat(written).isEmpty();
    }

    @Test
    void theEndWaitsForWhatWasSaidAndLaterLinesAreWrittenAtOnce() {
        System.Logger log = logs.before(new Hanging());
        log.log(System.Logger.Level.INFO, "early");
        goes.countDown();

        logs.close();
        log.log(System.Logger.Level.INFO, "late");

        assertThat(written).containsExactly("early", "late");
    }
}
