package io.ztnio.shaded.slf4j;

import java.lang.System.Logger.Level;
import java.util.Arrays;

/**
 * What dnsjava's message classes use of a logger. They have nothing to say to a user: what they call a warning is what a
 * server sent. Nothing else uses it.
 *
 * <p>Thread: thread-safe.
 */
public interface Logger {
    /** Takes a message. */
    void log(Level level, String message);

    /** Whether a message would be taken. */
    boolean isLoggable(Level level);

    default boolean isTraceEnabled() {
        return isLoggable(Level.TRACE);
    }

    default boolean isDebugEnabled() {
        return isLoggable(Level.DEBUG);
    }

    default void trace(String message) {
        say(Level.TRACE, message);
    }

    default void trace(String message, Object argument) {
        say(Level.TRACE, message, argument);
    }

    default void trace(String message, Object first, Object second) {
        say(Level.TRACE, message, first, second);
    }

    default void trace(String message, Object... arguments) {
        say(Level.TRACE, message, arguments);
    }

    default void debug(String message) {
        say(Level.DEBUG, message);
    }

    default void debug(String message, Object argument) {
        say(Level.DEBUG, message, argument);
    }

    default void debug(String message, Object first, Object second) {
        say(Level.DEBUG, message, first, second);
    }

    default void debug(String message, Object... arguments) {
        say(Level.DEBUG, message, arguments);
    }

    default void debug(String message, Throwable failure) {
        say(Level.DEBUG, message, failure);
    }

    default void warn(String message) {
        say(Level.DEBUG, message);
    }

    default void warn(String message, Object argument) {
        say(Level.DEBUG, message, argument);
    }

    default void warn(String message, Object first, Object second) {
        say(Level.DEBUG, message, first, second);
    }

    default void warn(String message, Throwable failure) {
        say(Level.DEBUG, message, failure);
    }

    default void warn(String message, Object... arguments) {
        say(Level.DEBUG, message, arguments);
    }

    default void error(String message, Throwable failure) {
        say(Level.DEBUG, message, failure);
    }

    private void say(Level level, String message, Object... arguments) {
        if (isLoggable(level)) {
            log(level, message + " " + Arrays.toString(arguments));
        }
    }
}
