package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.segment.SequenceNumbers;
import io.ztnio.tcpip.tcp.segment.TcpSegment;

/** Reads the SACK option of an acknowledgment: what is new, what was received twice, what is nonsense. */
final class SackBlocks {
    private final long[] left = new long[TcpSegment.MAX_SACK_BLOCKS];
    private final long[] right = new long[TcpSegment.MAX_SACK_BLOCKS];
    private int count;

    /** The range received twice that the peer reports, if {@link #hasDuplicate}. */
    long duplicateLeft;

    long duplicateRight;
    private boolean duplicate;

    /**
     * Reads the blocks of a segment, the lowest first.
     *
     * @param acknowledgment its own, which may be older than {@code una}
     */
    void read(TcpSegment segment, long acknowledgment, long una, long nxt, long oldest) {
        count = 0;
        duplicate = false;
        for (int i = 0; i < segment.sackBlocks; i++) {
            long from = SequenceNumbers.extend(una, segment.sackLeft[i]);
            long to = SequenceNumbers.extend(una, segment.sackRight[i]);
            if (from >= to || to > nxt) {
                continue;
            }
            if (i == 0 && isDuplicate(segment, from, to, acknowledgment, una)) {
                duplicate = from >= oldest;
                duplicateLeft = from;
                duplicateRight = to;
            } else if (from >= una) {
                insert(from, to);
            }
        }
    }

    /** RFC 2883 4: the first block lies below the acknowledgment, or inside the second. */
    private static boolean isDuplicate(TcpSegment segment, long from, long to, long acknowledgment, long una) {
        if (to <= acknowledgment) {
            return true;
        }
        if (segment.sackBlocks < 2) {
            return false;
        }
        long outerLeft = SequenceNumbers.extend(una, segment.sackLeft[1]);
        long outerRight = SequenceNumbers.extend(una, segment.sackRight[1]);
        return outerLeft <= from && to <= outerRight;
    }

    private void insert(long from, long to) {
        int at = count++;
        while (at > 0 && left[at - 1] > from) {
            left[at] = left[at - 1];
            right[at] = right[at - 1];
            at--;
        }
        left[at] = from;
        right[at] = to;
    }

    /** Marks the blocks on the scoreboard. */
    void mark(SegmentScoreboard board, long nowNanos) {
        for (int i = 0; i < count; i++) {
            board.sack(left[i], right[i], nowNanos);
        }
    }

    void clear() {
        count = 0;
        duplicate = false;
    }

    boolean hasDuplicate() {
        return duplicate;
    }
}
