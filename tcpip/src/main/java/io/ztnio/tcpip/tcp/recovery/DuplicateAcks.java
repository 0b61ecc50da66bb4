package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.segment.SegmentSize;
import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.TcpSegment;

/**
 * Duplicate acknowledgments (RFC 5681 2). Without SACK they count as that many segments received. So the pipe shrinks with
 * each of them and lets a new segment out: limited transmit (RFC 3042).
 *
 * <p>Thread: confined to the gate.
 */
final class DuplicateAcks {
    private static final int THRESHOLD = 3;

    private final SendSequence snd;
    private final SegmentSize size;
    private final SegmentScoreboard board;
    private int count;

    DuplicateAcks(SendSequence snd, SegmentSize size, SegmentScoreboard board) {
        this.snd = snd;
        this.size = size;
        this.board = board;
    }

    /** Whether an acknowledgment that does not advance is a duplicate. */
    boolean isDuplicate(TcpSegment segment, long acknowledgment, boolean sameWindow) {
        return acknowledgment == snd.una && segment.sequenceLength() == 0 && sameWindow && !board.isEmpty();
    }

    /** One came, and there is no SACK. */
    void add() {
        count++;
    }

    /** Something new was acknowledged. */
    void onAdvance(boolean recovering) {
        count = recovering ? Math.max(0, count - Math.max(0, board.ackedSegments - 1)) : 0;
    }

    void forget() {
        count = 0;
    }

    /** Whether there are enough of them to show a loss (RFC 6582 3.2 step 2). */
    boolean showLoss() {
        return count >= THRESHOLD;
    }

    /** Bytes that they show to have arrived. */
    long bytes() {
        return count == 0 ? 0 : (long) Math.min(count, board.size() - 1) * size.bytes();
    }
}
