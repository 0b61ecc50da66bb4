package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.timer.TimerWheel;

/** When to probe for the loss of the last segments of a flight, and what the answer means (RFC 8985 7). */
final class TailLossProbe {
    /** What a receiver may wait before it acknowledges a single segment. */
    private static final long WORST_DELAYED_ACK_NANOS = 200_000_000;

    private static final long LEAST_NANOS = 2_000_000;

    /** What a timer or a busy peer may add to what was seen before, at least. */
    private static final long LEAST_MARGIN_NANOS = 2_000_000;

    private static final int MARGIN_DIVISOR = 8;

    private final AnswerTime answers = new AnswerTime();
    private long deadlineNanos = TimerWheel.NEVER;
    private boolean outstanding;
    private long endSequence;
    private boolean retransmission;

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isOutstanding() {
        return outstanding;
    }

    void disarm() {
        deadlineNanos = TimerWheel.NEVER;
    }

    /** Forgets the probe: recovery has begun. */
    void forget() {
        disarm();
        outstanding = false;
    }

    /**
     * Sets the deadline, which is at the latest when the retransmission timer would fire: then the probe goes out in its
     * place, and the timer starts anew (RFC 8985 7.2). There is no probe without an RTT sample: after a lost SYN the
     * timeout is long on purpose (RFC 6298 5.7).
     *
     * <p>RFC 8985 7.2 waits for two round trips, and for a single segment 200 ms more, because nobody knows how long the
     * peer delays its acknowledgment. Once that is known, the deadline follows from it, counted from when the last
     * segment was sent, and is no later than that of the RFC. It is as RFC 9002 6.2.1 has it for QUIC.
     */
    void arm(RttEstimator rtt, int segmentsInFlight, long lastSentNanos, long rtoDeadlineNanos, long nowNanos) {
        long smoothed = rtt.smoothedNanos();
        if (smoothed < 0) {
            disarm();
            return;
        }
        long wait = Math.max(2 * smoothed, LEAST_NANOS);
        if (segmentsInFlight == 1) {
            wait += WORST_DELAYED_ACK_NANOS;
        }
        long deadline = nowNanos + wait;
        if (answers.isKnown()) {
            long margin = Math.max(LEAST_MARGIN_NANOS, smoothed / MARGIN_DIVISOR);
            long expected = Math.max(smoothed + 4 * rtt.variationNanos(), answers.longestNanos()) + margin;
            deadline = Math.min(deadline, Math.max(lastSentNanos + expected, nowNanos + LEAST_MARGIN_NANOS));
        }
        deadlineNanos = Math.min(deadline, rtoDeadlineNanos);
    }

    /** A flight was acknowledged whole, so long after its last segment was sent. */
    void onAnswer(long nanos) {
        answers.onAnswer(nanos);
    }

    /** A probe has been sent. */
    void onSent(long nxt, boolean again) {
        disarm();
        outstanding = true;
        endSequence = nxt;
        retransmission = again;
    }

    /** The probe was for nothing: its segment was only late. */
    void onNeedless() {
        answers.onNeedlessProbe();
    }

    /** Whether a duplicate report is about the probe. */
    boolean isAbout(long duplicateRight) {
        return outstanding && retransmission && duplicateRight == endSequence;
    }

    /**
     * An acknowledgment while a probe is outstanding (RFC 8985 7.4.2).
     *
     * @param duplicate whether it says that the probe arrived twice: by D-SACK, or as a pure duplicate
     * @return whether the probe has repaired a loss, for which congestion control has to answer
     */
    boolean onAcknowledgment(long acknowledgment, boolean duplicate) {
        if (!outstanding || acknowledgment < endSequence) {
            return false;
        }
        boolean repaired = retransmission && !duplicate && acknowledgment > endSequence;
        if (!retransmission || duplicate || repaired) {
            outstanding = false;
        }
        return repaired;
    }
}
