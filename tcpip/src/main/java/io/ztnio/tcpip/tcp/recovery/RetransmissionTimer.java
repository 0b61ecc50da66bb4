package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * The retransmission timer (RFC 6298 5), and how often it may fire until the connection ends. When nothing is acknowledged
 * by its deadline, the first segment is sent again.
 *
 * <p>Thread: confined to the gate.
 */
final class RetransmissionTimer {
    private final RttEstimator rtt;
    private final SegmentScoreboard board;
    private final int orphanRetries;
    private int mostRetries;
    private int timeouts;
    private long deadlineNanos = TimerWheel.NEVER;

    RetransmissionTimer(TcpConfig config, RttEstimator rtt, SegmentScoreboard board) {
        this.rtt = rtt;
        this.board = board;
        this.mostRetries = config.dataRetries;
        this.orphanRetries = config.orphanRetries;
    }

    /** The application has left what is still to be sent behind. */
    void onOrphan() {
        mostRetries = Math.min(orphanRetries, mostRetries);
    }

    /** How often a peer may leave something unanswered until the connection ends. */
    int mostRetries() {
        return mostRetries;
    }

    /** Starts it anew (RFC 6298 5.1, 5.3) if something is outstanding; else it stays as it is. */
    void restart(long nowNanos) {
        if (!board.isEmpty()) {
            deadlineNanos = nowNanos + rtt.rtoNanos();
        }
    }

    void stop() {
        deadlineNanos = TimerWheel.NEVER;
    }

    boolean isRunning() {
        return deadlineNanos != TimerWheel.NEVER;
    }

    /** It has fired; false if that was once too often. */
    boolean mayRetry() {
        return ++timeouts <= mostRetries;
    }

    /** The last time that it has fired does not count. */
    void forgetTimeout() {
        timeouts--;
    }

    /** The peer answered, so retries start counting anew. */
    void onPeerAlive() {
        timeouts = 0;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }
}
