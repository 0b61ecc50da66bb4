package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.tcp.recovery.RttEstimator;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * When to ask a peer whose window is closed whether it still is (RFC 9293 3.8.6.1).
 *
 * <p>Thread: confined to the gate.
 */
final class WindowProbe {
    private final RttEstimator rtt;
    private long deadlineNanos = TimerWheel.NEVER;
    private int backoff;
    private int unanswered;

    WindowProbe(RttEstimator rtt) {
        this.rtt = rtt;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isArmed() {
        return deadlineNanos != TimerWheel.NEVER;
    }

    void arm(long nowNanos) {
        deadlineNanos = nowNanos + rtt.backedOff(backoff);
    }

    /** There is nothing to ask. */
    void disarm() {
        deadlineNanos = TimerWheel.NEVER;
        backoff = 0;
    }

    /** The deadline has come, and something was sent in place of a probe. */
    void skip() {
        deadlineNanos = TimerWheel.NEVER;
    }

    /** The deadline has come; false if the peer has left more than {@code most} probes unanswered. */
    boolean mayAsk(int most) {
        return ++unanswered <= most;
    }

    /** A probe has been sent: the next is due after twice the time. */
    void onAsked(long nowNanos) {
        backoff++;
        arm(nowNanos);
    }

    /** The peer has answered something. */
    void onAnswer() {
        unanswered = 0;
    }
}
