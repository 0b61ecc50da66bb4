package io.ztnio.tcpip.turn;

import java.util.ResourceBundle;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes what is said inside a gate. A log may wait, for a full disk or for a socket of the very node that says it, so another thread does
 * it, which is there only while there is something to write. More lines than it can hold are left out, and counted.
 *
 * <p>Thread: thread-safe.
 */
public final class LogThread implements AutoCloseable {
    private static final int MOST_LINES = 1000;
    private static final long IDLE_SECONDS = 5;
    private static final long END_MILLIS = 1000;

    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_LINES), LogThread::thread);

    private final AtomicInteger leftOut = new AtomicInteger();

    /** There is no thread yet. */
    public LogThread() {
        writer.allowCoreThreadTimeOut(true);
        writer.setRejectedExecutionHandler((line, pool) -> {
            if (pool.isShutdown()) {
                // Nobody waits for this node any more.
                line.run();
            } else {
                leftOut.incrementAndGet();
            }
        });
    }

    private static Thread thread(Runnable lines) {
        Thread thread = new Thread(lines, "ztnio-log");
        thread.setDaemon(true);
        return thread;
    }

    /** A log of the same name and levels, whose lines are written to {@code log} in their order, and that never waits. */
    public System.Logger before(System.Logger log) {
        return new Handover(log);
    }

    /** Waits until what was said is written, for a bounded time. What is said from now on is written by who says it. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Handover implements System.Logger {
        private final System.Logger log;

        private Handover(System.Logger log) {
            this.log = log;
        }

        @Override
        public String getName() {
            return log.getName();
        }

        @Override
        public boolean isLoggable(Level level) {
            return log.isLoggable(level);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
            handOver(level, () -> log.log(level, bundle, text, thrown));
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... values) {
            handOver(level, () -> log.log(level, bundle, format, values));
        }

        private void handOver(Level level, Runnable line) {
            if (!log.isLoggable(level)) {
                return;
            }
            Runnable all = () -> {
                int gap = leftOut.getAndSet(0);
                if (gap > 0) {
                    log.log(Level.WARNING, gap + " lines were left out: the log is slower than what it is told");
                }
                line.run();
            };
            try {
                writer.execute(all);
            } catch (OutOfMemoryError e) {
                // No thread can be made: what is said now had better be seen.
                all.run();
            }
        }
    }
}
