package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import io.ztnio.tcpip.timer.TimerWheel;

/** When to probe for the loss of the last segments of a flight, and what the answer means (RFC 8985 7). */
final class TailLossProbe {
    /** What a receiver may wait before it acknowledges a single segment. */
    private static final long WORST_DELAYED_ACK_NANOS = 200_000_000;

    private static final long LEAST_NANOS = 2_000_000;

    /** What a timer or a busy peer may add to what was seen before, at least. */
    private static final long LEAST_MARGIN_NANOS = 2_000_000;

    private static final int MARGIN_DIVISOR = 8;

    private final RecoveryOutput output;
    private final SendSequence snd;
    private final RttEstimator rtt;
    private final SegmentScoreboard board;
    private final RetransmissionTimer timer;
    private final Retransmitter retransmitter;
    private final TcpCounters counters;
    private final AnswerTime answers = new AnswerTime();

    /** Whether anything was sent or acknowledged since it was armed. */
    private boolean due;

    private long deadlineNanos = TimerWheel.NEVER;
    private boolean outstanding;
    private long endSequence;
    private boolean retransmission;

    TailLossProbe(
            RecoveryOutput output,
            SendSequence snd,
            RttEstimator rtt,
            SegmentScoreboard board,
            RetransmissionTimer timer,
            Retransmitter retransmitter,
            TcpCounters counters) {
        this.output = output;
        this.snd = snd;
        this.rtt = rtt;
        this.board = board;
        this.timer = timer;
        this.retransmitter = retransmitter;
        this.counters = counters;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isOutstanding() {
        return outstanding;
    }

    /** Something new was sent, or something delivered. */
    void onNews() {
        due = true;
    }

    private void disarm() {
        deadlineNanos = TimerWheel.NEVER;
    }

    /** Forgets the probe: recovery has begun. */
    void forget() {
        disarm();
        outstanding = false;
    }

    /** At the end of a burst: sets the timer if there is reason for a probe; {@code open} if no loss is being repaired. */
    void onBurstEnd(boolean open, long nowNanos) {
        if (!open || outstanding || board.sackedSegments() > 0 || board.isEmpty()) {
            disarm();
        } else if (due) {
            arm(nowNanos);
        }
        due = false;
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
    private void arm(long nowNanos) {
        long smoothed = rtt.smoothedNanos();
        if (smoothed < 0) {
            disarm();
            return;
        }
        long wait = Math.max(2 * smoothed, LEAST_NANOS);
        if (board.size() == 1) {
            wait += WORST_DELAYED_ACK_NANOS;
        }
        long deadline = nowNanos + wait;
        if (answers.isKnown()) {
            long margin = Math.max(LEAST_MARGIN_NANOS, smoothed / MARGIN_DIVISOR);
            long expected = Math.max(smoothed + 4 * rtt.variationNanos(), answers.longestNanos()) + margin;
            long lastSentNanos = board.sentNanos(board.lastIndex());
            deadline = Math.min(deadline, Math.max(lastSentNanos + expected, nowNanos + LEAST_MARGIN_NANOS));
        }
        deadlineNanos = Math.min(deadline, timer.deadlineNanos());
    }

    /** A flight was acknowledged whole, so long after its last segment was sent. */
    void onAnswer(long nanos) {
        answers.onAnswer(nanos);
    }

    /**
     * The deadline has come. RFC 8985 7.3: new data if there is any, else the last segment again.
     *
     * @param open whether no loss is being repaired
     * @return whether there was a reason for it
     */
    boolean send(boolean open, long nowNanos) {
        disarm();
        if (board.isEmpty() || !open || board.sackedSegments() > 0) {
            // What came in this very turn has made it needless.
            return false;
        }
        if (output.isCongested()) {
            // What it would ask after may not even have left.
            return false;
        }
        boolean fresh = output.sendOneNew(nowNanos);
        long last = board.lastIndex();
        if (!fresh && !board.fits(last, snd.rightEdge())) {
            // The peer has taken its window back, and would not look at it.
            return false;
        }
        counters.tailLossProbes++;
        if (!fresh) {
            retransmitter.send(last, nowNanos);
        }
        disarm();
        outstanding = true;
        endSequence = snd.nxt;
        retransmission = !fresh;
        due = false;
        timer.restart(nowNanos);
        return true;
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
