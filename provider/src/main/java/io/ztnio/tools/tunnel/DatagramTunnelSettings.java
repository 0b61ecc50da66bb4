package io.ztnio.tools.tunnel;

import java.time.Duration;

/**
 * Bounds of a datagram tunnel. Immutable.
 *
 * @param maxSessions clients at once; one more, and the one that has been silent longest is forgotten
 * @param idleTimeout a client without datagrams either way for so long is forgotten
 */
public record DatagramTunnelSettings(int maxSessions, Duration idleTimeout) {
    public DatagramTunnelSettings {
        if (maxSessions < 1) {
            throw new IllegalArgumentException(maxSessions + " sessions");
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("idle timeout " + idleTimeout);
        }
    }

    /** 1024 sessions, 60 seconds. */
    public static DatagramTunnelSettings defaults() {
        return new DatagramTunnelSettings(1024, Duration.ofSeconds(60));
    }
}
