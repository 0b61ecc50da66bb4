package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.timer.TimerWheel;

/** Probes of an idle connection (RFC 9293 3.8.4). */
final class KeepAlive {
    /** How often, and how often at most, the peer is asked whether it still has the connection. */
    private static final long QUESTION_NANOS = 1_000_000_000L;

    private static final int QUESTIONS = 3;

    private final TcpConnection connection;
    private long lastHeardNanos;
    private int unanswered;
    private long deadlineNanos = TimerWheel.NEVER;

    /** Whether {@link #flush} has a question to send. */
    private boolean asked;

    private int questions;
    private long questionNanos = TimerWheel.NEVER;

    KeepAlive(TcpConnection connection) {
        this.connection = connection;
    }

    void onEstablished(long nowNanos) {
        lastHeardNanos = nowNanos;
        onOption(nowNanos);
    }

    /** An option was set. */
    void onOption(long nowNanos) {
        StreamOptions options = connection.options;
        unanswered = 0;
        deadlineNanos = options.keepAlive
                ? Math.max(nowNanos, lastHeardNanos + options.keepIdleSeconds * 1_000_000_000L)
                : TimerWheel.NEVER;
    }

    /** The peer has sent something acceptable. */
    void onHeard(long nowNanos) {
        lastHeardNanos = nowNanos;
        unanswered = 0;
        questionNanos = TimerWheel.NEVER;
    }

    long lastHeardNanos() {
        return lastHeardNanos;
    }

    /**
     * Asks the peer, whatever the options say, whether it still has the connection: now, and twice more if it does not
     * answer. Silence has no consequences.
     */
    void ask() {
        asked = true;
        questions = 0;
    }

    /** Sends what {@link #ask} asked for. */
    void flush(long nowNanos) {
        if (asked) {
            asked = false;
            question(nowNanos);
        }
    }

    private void question(long nowNanos) {
        questions++;
        questionNanos = questions < QUESTIONS ? nowNanos + QUESTION_NANOS : TimerWheel.NEVER;
        // What the peer lacks is the better question: one about what it has not seen yet, it would not answer.
        if (!connection.sender.recovery.repeat(nowNanos)) {
            emitProbe(nowNanos);
        }
    }

    private void emitProbe(long nowNanos) {
        connection.silence.onAsked(nowNanos);
        connection.output.emit(connection.sender.snd.nxt - 1, TcpFlags.ACK, 0, nowNanos);
    }

    void onTimer(long nowNanos) {
        if (questionNanos <= nowNanos) {
            question(nowNanos);
        }
        if (deadlineNanos > nowNanos) {
            return;
        }
        StreamOptions options = connection.options;
        long idle = options.keepIdleSeconds * 1_000_000_000L;
        if (connection.sender.isBusy()) {
            // The retransmission timer finds a dead peer sooner.
            deadlineNanos = nowNanos + idle;
        } else if (unanswered == 0 && nowNanos - lastHeardNanos < idle) {
            deadlineNanos = lastHeardNanos + idle;
        } else if (unanswered >= options.keepCount) {
            connection.fail(Failure.TIMED_OUT, true, nowNanos);
        } else {
            emitProbe(nowNanos);
            unanswered++;
            deadlineNanos = nowNanos + options.keepIntervalSeconds * 1_000_000_000L;
        }
    }

    long nextDeadlineNanos() {
        return Math.min(deadlineNanos, questionNanos);
    }
}
