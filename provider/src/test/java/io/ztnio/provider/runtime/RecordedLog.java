package io.ztnio.provider.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged while it is open, by any thread. */
@SuppressWarnings("exports") // tests export nothing
public final class RecordedLog implements AutoCloseable {
    private final Logger logger;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final BlockingQueue<LogRecord> news = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            records.add(entry);
            news.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private RecordedLog(String name) {
        this.logger = Logger.getLogger(name);
        logger.addHandler(handler);
    }

    public static RecordedLog of(String name) {
        return new RecordedLog(name);
    }

    /** Messages of a level until now. */
    public List<String> messages(System.Logger.Level level) {
        return records.stream()
                .filter(entry -> entry.getLevel().equals(recorded(level)))
                .map(LogRecord::getMessage)
                .toList();
    }

    /** Waits for a message that contains all parts, among those that nobody has waited for yet. */
    public String await(System.Logger.Level level, String... parts) throws InterruptedException {
        LogRecord next;
        do {
            next = news.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("not logged: " + String.join(" ", parts) + "; but: "
                        + records.stream().map(LogRecord::getMessage).toList());
            }
        } while (!next.getLevel().equals(recorded(level)) || !containsAll(next.getMessage(), parts));
        return next.getMessage();
    }

    /** As {@link #await}, for a message each, in whatever order threads say them. */
    public void awaitEach(System.Logger.Level level, String... messages) throws InterruptedException {
        List<String> left = new ArrayList<>(List.of(messages));
        while (!left.isEmpty()) {
            String next = await(level);
            left.removeIf(next::contains);
        }
    }

    private static Level recorded(System.Logger.Level level) {
        return switch (level) {
            case ERROR -> Level.SEVERE;
            case WARNING -> Level.WARNING;
            case INFO -> Level.INFO;
            default -> throw new IllegalArgumentException(level + " is not shown by default");
        };
    }

    private static boolean containsAll(String message, String... parts) {
        return List.of(parts).stream().allMatch(message::contains);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
