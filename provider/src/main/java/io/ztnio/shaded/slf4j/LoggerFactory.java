package io.ztnio.shaded.slf4j;

/** Makes dnsjava's loggers. Nothing else uses it. Thread-safe. */
public final class LoggerFactory {
    private LoggerFactory() {}

    /** The JDK's logger of that name. */
    public static Logger getLogger(Class<?> type) {
        System.Logger target = System.getLogger("io.ztnio");
        return new Logger() {
            @Override
            public void log(System.Logger.Level level, String message) {
                target.log(level, message);
            }

            @Override
            public boolean isLoggable(System.Logger.Level level) {
                return target.isLoggable(level);
            }
        };
    }
}
