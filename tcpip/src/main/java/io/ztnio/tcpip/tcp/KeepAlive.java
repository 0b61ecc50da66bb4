package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.timer.TimerWheel;

/** Probes of an idle connection (RFC 9293 3.8.4). */
final class KeepAlive {
    private final TcpConnection connection;
    private long lastHeardNanos;
    private int unanswered;
    private long deadlineNanos = TimerWheel.NEVER;

    KeepAlive(TcpConnection connection) {
        this.connection = connection;
    }

    void onEstablished(long nowNanos) {
        lastHeardNanos = nowNanos;
        onOption(nowNanos);
    }

    /** An option was set. */
    void onOption(long nowNanos) {
        StreamOptions options = connection.stream.options;
        unanswered = 0;
        deadlineNanos = options.keepAlive
                ? Math.max(nowNanos, lastHeardNanos + options.keepIdleSeconds * 1_000_000_000L)
                : TimerWheel.NEVER;
    }

    void onSegment(long nowNanos) {
        lastHeardNanos = nowNanos;
        unanswered = 0;
    }

    void onTimer(long nowNanos) {
        if (deadlineNanos > nowNanos) {
            return;
        }
        StreamOptions options = connection.stream.options;
        long idle = options.keepIdleSeconds * 1_000_000_000L;
        if (connection.sender.isBusy()) {
            // The retransmission timer finds a dead peer sooner.
            deadlineNanos = nowNanos + idle;
        } else if (unanswered == 0 && nowNanos - lastHeardNanos < idle) {
            deadlineNanos = lastHeardNanos + idle;
        } else if (unanswered >= options.keepCount) {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
        } else {
            connection.emit(connection.sender.nxt - 1, TcpFlags.ACK, 0, nowNanos);
            unanswered++;
            deadlineNanos = nowNanos + options.keepIntervalSeconds * 1_000_000_000L;
        }
    }

    long nextDeadlineNanos() {
        return deadlineNanos;
    }
}
