package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.timer.TimerWheel;

/**
 * Finds what is lost: by time (RACK, RFC 8985 6.2) or by count (RFC 6675) with selective acknowledgments, by duplicates
 * without (RFC 6582).
 *
 * <p>Thread: confined to the gate.
 */
final class LossDetector {
    private final boolean byTime;
    private final SendSequence snd;
    private final RackDetector rack;
    private final SegmentScoreboard board;
    private final DuplicateAcks duplicates;

    /** The reordering timer (RFC 8985 6.3). */
    private long deadlineNanos = TimerWheel.NEVER;

    LossDetector(
            boolean byTime, SendSequence snd, RackDetector rack, SegmentScoreboard board, DuplicateAcks duplicates) {
        this.byTime = byTime;
        this.snd = snd;
        this.rack = rack;
        this.board = board;
        this.duplicates = duplicates;
    }

    /**
     * After an acknowledgment.
     *
     * @param open whether no loss is being repaired
     * @param recoveryPoint up to where the last episode went
     * @return whether anything was marked as lost
     */
    boolean detect(boolean selectiveAcks, boolean open, boolean advances, long recoveryPoint, long arrivalNanos) {
        if (!selectiveAcks) {
            // RFC 6582 3.2 step 2: duplicates of what was retransmitted in the last episode prove nothing.
            return open && !advances && duplicates.showLoss() && snd.una > recoveryPoint && board.markFirstLost();
        }
        if (byTime) {
            return detectByTime(open, arrivalNanos);
        }
        return board.sackedSegments() > 0 && board.detectLossByCount();
    }

    /** By time, when an acknowledgment comes and when the timer fires, which is set anew. */
    boolean detectByTime(boolean open, long nowNanos) {
        long before = board.everLostBytes();
        long window = rack.reorderingWindowNanos(!open, board.sackedSegments());
        deadlineNanos = board.detectLossByTime(window, nowNanos);
        return board.everLostBytes() != before;
    }

    void stopTimer() {
        deadlineNanos = TimerWheel.NEVER;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }
}
