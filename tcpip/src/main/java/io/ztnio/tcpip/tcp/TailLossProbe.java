package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.timer.TimerWheel;

/** When to probe for the loss of the last segments of a flight, and what the answer means (RFC 8985 7). */
final class TailLossProbe {
    /** What a receiver may wait before it acknowledges a single segment. */
    private static final long WORST_DELAYED_ACK_NANOS = 200_000_000;

    private static final long LEAST_NANOS = 2_000_000;

    private long deadlineNanos = TimerWheel.NEVER;
    private long endSequence = -1;
    private boolean retransmission;

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isOutstanding() {
        return endSequence >= 0;
    }

    void disarm() {
        deadlineNanos = TimerWheel.NEVER;
    }

    /** Forgets the probe: recovery has begun. */
    void forget() {
        disarm();
        endSequence = -1;
    }

    /**
     * Sets the deadline, which is at the latest when the retransmission timer would fire: then the probe goes out in its
     * place, and the timer starts anew (RFC 8985 7.2). There is no probe without an RTT sample: after a lost SYN the
     * timeout is long on purpose (RFC 6298 5.7).
     */
    void arm(RttEstimator rtt, int segmentsInFlight, long rtoDeadlineNanos, long nowNanos) {
        long smoothed = rtt.smoothedNanos();
        if (smoothed < 0) {
            disarm();
            return;
        }
        long wait = Math.max(2 * smoothed, LEAST_NANOS);
        if (segmentsInFlight == 1) {
            wait += WORST_DELAYED_ACK_NANOS;
        }
        deadlineNanos = Math.min(nowNanos + wait, rtoDeadlineNanos);
    }

    /** A probe has been sent. */
    void onSent(long nxt, boolean again) {
        disarm();
        endSequence = nxt;
        retransmission = again;
    }

    /** Whether a duplicate report is about the probe. */
    boolean isAbout(long duplicateRight) {
        return isOutstanding() && retransmission && duplicateRight == endSequence;
    }

    /**
     * An acknowledgment while a probe is outstanding (RFC 8985 7.4.2).
     *
     * @param duplicate whether it says that the probe arrived twice: by D-SACK, or as a pure duplicate
     * @return whether the probe has repaired a loss, for which congestion control has to answer
     */
    boolean onAcknowledgment(long acknowledgment, boolean duplicate) {
        if (!isOutstanding() || acknowledgment < endSequence) {
            return false;
        }
        boolean repaired = retransmission && !duplicate && acknowledgment > endSequence;
        if (!retransmission || duplicate || repaired) {
            endSequence = -1;
        }
        return repaired;
    }
}
