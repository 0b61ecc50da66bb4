package io.ztnio.shaded.logging;

/**
 * Bouncy Castle's logger, of which it uses so much. Its signatures need {@code java.util.logging.Logger}, and so the
 * optional module {@code java.logging}; within {@code ztnio.jar} they are told this name instead. Nothing else uses it.
 *
 * <p>Thread: thread-safe.
 */
public final class Logger {
    private final System.Logger target;

    private Logger(System.Logger target) {
        this.target = target;
    }

    public static Logger getLogger(String name) {
        return new Logger(System.getLogger(name));
    }

    public void warning(String message) {
        target.log(System.Logger.Level.WARNING, message);
    }
}
