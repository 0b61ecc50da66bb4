package io.ztnio.protocol.relay;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.function.BiConsumer;

/**
 * Says how it stands with the relay over TCP: a line for each change, but of failures one in five minutes, however often a connection
 * comes and goes.
 *
 * <p>Thread: thread-safe.
 */
final class RelayNews {
    static final long QUIET_MILLIS = 300_000;

    private enum Standing {
        UNUSED,
        IN_USE,
        OUT_OF_REACH
    }

    private final String relay;
    private final boolean forced;
    private final BiConsumer<System.Logger.Level, String> log;
    private long lastFailureMillis = Long.MIN_VALUE / 2;
    private Standing told = Standing.UNUSED;

    /**
     * The relay is not in use.
     *
     * @param relay its host and port
     * @param forced whether it is used without need
     */
    RelayNews(String relay, boolean forced, BiConsumer<System.Logger.Level, String> log) {
        this.relay = relay;
        this.forced = forced;
        this.log = log;
    }

    /** A connection is there. */
    void connected(long nowMillis) {
        tell(
                Standing.IN_USE,
                System.Logger.Level.INFO,
                forced
                        ? "the TCP relay " + relay + " is forced: IPv4 datagrams go by it, not by UDP"
                        : "UDP seems to be blocked: datagrams go by the TCP relay " + relay,
                nowMillis);
    }

    /** A connection cannot be had, or has ended although it is needed. */
    void failed(Exception failure, long nowMillis) {
        tell(
                Standing.OUT_OF_REACH,
                System.Logger.Level.WARNING,
                (forced ? "the forced TCP relay " : "UDP seems to be blocked, and the TCP relay ") + relay
                        + " cannot be used: " + reason(failure)
                        + ". Check ztnio.tcp.relay (settings.tcpFallbackRelay in local.conf), that it runs, and that TCP"
                        + " to it is let through; it is tried again",
                nowMillis);
    }

    /** UDP works again. */
    void unneeded(long nowMillis) {
        tell(
                Standing.UNUSED,
                System.Logger.Level.INFO,
                "UDP works again: the TCP relay " + relay + " is not used any more",
                nowMillis);
    }

    private synchronized void tell(Standing standing, System.Logger.Level level, String line, long nowMillis) {
        boolean failure = standing == Standing.OUT_OF_REACH;
        if (standing == told || (failure && nowMillis - lastFailureMillis < QUIET_MILLIS)) {
            return;
        }
        told = standing;
        lastFailureMillis = failure ? nowMillis : lastFailureMillis;
        log.accept(level, line);
    }

    private static String reason(Exception failure) {
        if (failure instanceof UnknownHostException) {
            return "unknown host";
        }
        return failure instanceof IOException && failure.getMessage() != null
                ? failure.getMessage()
                : failure.toString();
    }
}
