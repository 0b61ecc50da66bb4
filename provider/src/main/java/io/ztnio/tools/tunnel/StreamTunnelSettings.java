package io.ztnio.tools.tunnel;

import java.time.Duration;

/**
 * Bounds of a stream tunnel. Immutable.
 *
 * @param maxConnections connections at once; more wait in the listener's backlog
 * @param connectTimeout how long the target may take to accept
 * @param drainTimeout how long connections may go on after the tunnel was told to stop
 */
public record StreamTunnelSettings(int maxConnections, Duration connectTimeout, Duration drainTimeout) {
    public StreamTunnelSettings {
        if (maxConnections < 1) {
            throw new IllegalArgumentException(maxConnections + " connections");
        }
        if (connectTimeout.isNegative() || connectTimeout.isZero() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("timeouts " + connectTimeout + " and " + drainTimeout);
        }
    }

    /** 1024 connections, 10 seconds to connect, 5 to finish. */
    public static StreamTunnelSettings defaults() {
        return new StreamTunnelSettings(1024, Duration.ofSeconds(10), Duration.ofSeconds(5));
    }
}
