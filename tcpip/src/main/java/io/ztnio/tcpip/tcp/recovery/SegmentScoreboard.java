package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.timer.TimerWheel;
import java.util.Arrays;

/**
 * The segments in flight, in sequence order: a ring of parallel arrays with counters, so that the pipe (RFC 6675) is
 * known without a walk. Entries are named by an index that counts up for the life of the connection.
 *
 * <p>An entry is in one of three places, and only there: in the chain of those in the network, in the order of their
 * last transmission, which is what RACK walks and always from the old end; in the chain of those that are lost and wait
 * for retransmission; or, sacked, in neither: its link then leads over the sacked run that it is part of. So each entry
 * is visited a bounded number of times between its transmission and its acknowledgment (amortised).
 */
final class SegmentScoreboard {
    /** No time. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final long NONE = -1;

    /** The index of the first entry: {@link #splitFirst} goes down from there, by less than the bytes of a segment. */
    private static final long FIRST_INDEX = 1 << 17;

    /** Entries looked at for one that fits a window that was taken back. */
    private static final int MOST_LOOKS = 64;

    private static final int SACKED = 1;
    private static final int LOST = 2;
    private static final int RETRANSMITTED = 4;
    private static final int EVER_RETRANSMITTED = 8;
    private static final int FIN = 16;
    private static final int APPLICATION_LIMITED = 32;
    private static final int DUPLICATE_THRESHOLD = 3;

    private final RackDetector rack;
    private final DeliveryRate rate;

    private long[] sequences = new long[32];
    private int[] lengths = new int[32];
    private long[] sentNanos = new long[32];
    private byte[] marks = new byte[32];
    private long[] earlier = new long[32];
    private long[] later = new long[32];
    private long[] deliveredAtSend = new long[32];
    private long[] deliveredNanosAtSend = new long[32];
    private long[] firstSentNanos = new long[32];
    private long[] flightAtSend = new long[32];
    private long[] lostAtSend = new long[32];
    private long first = FIRST_INDEX;
    private long end = FIRST_INDEX;

    private final Chain inNetwork = new Chain();
    private final Chain waiting = new Chain();

    private long outstandingBytes;
    private long sackedBytes;
    private int sackedSegments;
    private long lostBytes;
    private long retransmittedBytes;

    /** Bytes ever found lost. */
    private long everLostBytes;

    /** Below this entry everything that is not sacked is lost by count; the entries sacked from it on are counted. */
    private long lossBoundary = FIRST_INDEX;

    private int sackedAboveBoundary;

    private final long[] blockLeft = new long[TcpSegment.MAX_SACK_BLOCKS];
    private final long[] blockIndex = new long[TcpSegment.MAX_SACK_BLOCKS];
    private int blockCount;
    private int blockCursor;

    /** Result of {@link #acknowledge}: when the newest entry was sent, or {@link #NO_TIME} if that is unclear. */
    long ackedSentNanos;

    /** Result of {@link #acknowledge}: entries wholly acknowledged. */
    int ackedSegments;

    /** Since {@link #beginAcknowledgment}: bytes acknowledged or sacked for the first time. */
    long deliveredBytes;

    /** Since {@link #beginAcknowledgment}: whether anything was delivered that was sent only once, and its least number. */
    private boolean originalDelivered;

    private long lowestOriginal;

    /** Since {@link #beginAcknowledgment}: what was in flight and ever lost when the newest entry delivered was sent. */
    long newestFlightBytes;

    long newestLostBytes;

    /** Entries looked at, over the life of the connection: the work that acknowledgments have caused. */
    long visits;

    SegmentScoreboard(RackDetector rack, DeliveryRate rate) {
        this.rack = rack;
        this.rate = rate;
    }

    /** Records a segment that is sent for the first time; {@code length} is in sequence space. */
    void append(long sequence, int length, boolean fin, long nowNanos) {
        if (end - first == sequences.length) {
            grow();
        }
        if (isEmpty()) {
            rate.onSendFromIdle(nowNanos);
        }
        int slot = slot(end);
        sequences[slot] = sequence;
        lengths[slot] = length;
        marks[slot] = (byte) (fin ? FIN : 0);
        outstandingBytes += length;
        stamp(slot, nowNanos);
        inNetwork.append(end++);
    }

    private void stamp(int slot, long nowNanos) {
        sentNanos[slot] = nowNanos;
        deliveredAtSend[slot] = rate.deliveredBytes();
        deliveredNanosAtSend[slot] = rate.deliveredNanos();
        firstSentNanos[slot] = rate.firstSentNanos();
        flightAtSend[slot] = pipeBytes();
        lostAtSend[slot] = everLostBytes;
        int limited = rate.isApplicationLimited() ? APPLICATION_LIMITED : 0;
        marks[slot] = (byte) ((marks[slot] & ~APPLICATION_LIMITED) | limited);
    }

    boolean isEmpty() {
        return first == end;
    }

    /** Segments outstanding. */
    int size() {
        return (int) (end - first);
    }

    /** Bytes outstanding that are believed to be in the network. */
    long pipeBytes() {
        return outstandingBytes - sackedBytes - lostBytes + retransmittedBytes;
    }

    long outstandingBytes() {
        return outstandingBytes;
    }

    long sackedBytes() {
        return sackedBytes;
    }

    int sackedSegments() {
        return sackedSegments;
    }

    long everLostBytes() {
        return everLostBytes;
    }

    /** An acknowledgment is about to be told. */
    void beginAcknowledgment() {
        deliveredBytes = 0;
        ackedSegments = 0;
        ackedSentNanos = NO_TIME;
        originalDelivered = false;
    }

    /** Since {@link #beginAcknowledgment}: whether anything below {@code sequence} was delivered that was sent only once. */
    boolean isOriginalDelivered(long sequence) {
        return originalDelivered && lowestOriginal < sequence;
    }

    /** Removes what lies before {@code sequence}. */
    void acknowledge(long sequence, long nowNanos) {
        boolean ambiguous = false;
        while (first < end) {
            visits++;
            int slot = slot(first);
            long covered = sequence - sequences[slot];
            if (covered <= 0) {
                break;
            }
            if (covered < lengths[slot]) {
                forget(slot, (int) covered);
                sequences[slot] += covered;
                lengths[slot] -= (int) covered;
                break;
            }
            ambiguous |= (marks[slot] & EVER_RETRANSMITTED) != 0;
            if ((marks[slot] & SACKED) == 0) {
                ackedSentNanos = sentNanos[slot];
                delivered(slot, nowNanos);
                chainOf(slot).remove(first);
            } else {
                sackedSegments--;
                if (first >= lossBoundary) {
                    sackedAboveBoundary--;
                }
            }
            forget(slot, lengths[slot]);
            ackedSegments++;
            first++;
        }
        if (ambiguous) {
            // Karn: it may be the retransmission that was acknowledged.
            ackedSentNanos = NO_TIME;
        }
        lossBoundary = Math.max(lossBoundary, first);
    }

    private void delivered(int slot, long nowNanos) {
        boolean again = (marks[slot] & EVER_RETRANSMITTED) != 0;
        deliveredBytes += lengths[slot];
        if (!again) {
            lowestOriginal = originalDelivered ? Math.min(lowestOriginal, sequences[slot]) : sequences[slot];
            originalDelivered = true;
        }
        rack.onDelivered(sequences[slot] + lengths[slot], sentNanos[slot], again, nowNanos);
        boolean newest = rate.onDelivered(
                lengths[slot],
                deliveredAtSend[slot],
                deliveredNanosAtSend[slot],
                firstSentNanos[slot],
                sentNanos[slot],
                (marks[slot] & APPLICATION_LIMITED) != 0,
                nowNanos);
        if (newest) {
            newestFlightBytes = flightAtSend[slot];
            newestLostBytes = lostAtSend[slot];
        }
    }

    /** Marks whole entries inside a range as received. */
    void sack(long left, long right, long nowNanos) {
        long index = unsacked(indexOf(left));
        while (index < end) {
            visits++;
            int slot = slot(index);
            if (sequences[slot] + lengths[slot] > right) {
                break;
            }
            chainOf(slot).remove(index);
            delivered(slot, nowNanos);
            if ((marks[slot] & LOST) != 0) {
                lostBytes -= lengths[slot];
            }
            if ((marks[slot] & RETRANSMITTED) != 0) {
                retransmittedBytes -= lengths[slot];
            }
            marks[slot] = (byte) ((marks[slot] & ~(LOST | RETRANSMITTED)) | SACKED);
            later[slot] = index + 1;
            sackedBytes += lengths[slot];
            sackedSegments++;
            if (index >= lossBoundary) {
                sackedAboveBoundary++;
            }
            index = unsacked(index + 1);
        }
    }

    /** The first entry at or after {@code index} that is not sacked; halves the way for the next time. */
    private long unsacked(long index) {
        long at = Math.max(index, first);
        while (at < end && (marks[slot(at)] & SACKED) != 0) {
            visits++;
            int slot = slot(at);
            long next = later[slot];
            if (next < end && (marks[slot(next)] & SACKED) != 0) {
                later[slot] = later[slot(next)];
            }
            at = later[slot];
        }
        return at;
    }

    /** The first entry that starts at or after the left edge of a block; blocks keep their left edge while they grow. */
    private long indexOf(long left) {
        for (int i = 0; i < blockCount; i++) {
            if (blockLeft[i] == left) {
                return blockIndex[i];
            }
        }
        long low = first;
        long high = end;
        while (low < high) {
            visits++;
            long middle = (low + high) >>> 1;
            if (sequences[slot(middle)] < left) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        blockLeft[blockCursor] = left;
        blockIndex[blockCursor] = low;
        blockCursor = (blockCursor + 1) % blockLeft.length;
        blockCount = Math.max(blockCount, blockCursor == 0 ? blockLeft.length : blockCursor);
        return low;
    }

    /**
     * Marks as lost what has three sacked segments above it (RFC 6675 IsLost).
     *
     * @return whether anything was marked
     */
    boolean detectLossByCount() {
        boolean marked = false;
        while (lossBoundary < end) {
            visits++;
            boolean sacked = (marks[slot(lossBoundary)] & SACKED) != 0;
            int above = sackedAboveBoundary - (sacked ? 1 : 0);
            if (above < DUPLICATE_THRESHOLD) {
                break;
            }
            if (sacked) {
                sackedAboveBoundary = above;
            } else {
                marked |= markLost(lossBoundary);
            }
            lossBoundary++;
        }
        return marked;
    }

    /**
     * Marks as lost what was sent before the newest segment delivered, and long enough ago (RFC 8985 6.2 step 5).
     *
     * @param reorderingNanos the reordering window
     * @return when the next entry will be lost if nothing comes, or {@link TimerWheel#NEVER}
     */
    long detectLossByTime(long reorderingNanos, long nowNanos) {
        while (inNetwork.head != NONE) {
            visits++;
            int slot = slot(inNetwork.head);
            if (!rack.isAfter(sentNanos[slot], sequences[slot] + lengths[slot])) {
                return TimerWheel.NEVER;
            }
            long deadline = sentNanos[slot] + rack.rttNanos() + reorderingNanos;
            if (deadline > nowNanos) {
                return deadline;
            }
            markLost(inNetwork.head);
        }
        return TimerWheel.NEVER;
    }

    /** Marks the first entry as lost. */
    boolean markFirstLost() {
        return first < end && markLost(first);
    }

    /**
     * After a timeout the first entry and all sent until {@code sentBefore} are lost, retransmissions too. If the peer
     * has discarded what it had sacked (RFC 2018 8: the first entry is sacked and yet not acknowledged), the marks are
     * forgotten.
     */
    void markLostUntil(long sentBefore) {
        if (first < end && (marks[slot(first)] & SACKED) != 0) {
            forgetSacks();
        }
        markFirstLost();
        while (inNetwork.head != NONE && sentNanos[slot(inNetwork.head)] <= sentBefore) {
            markLost(inNetwork.head);
        }
        lossBoundary = end;
        sackedAboveBoundary = 0;
    }

    private void forgetSacks() {
        for (long i = end - 1; i >= first; i--) {
            int slot = slot(i);
            if ((marks[slot] & SACKED) != 0) {
                marks[slot] = (byte) ((marks[slot] & ~SACKED) | LOST);
                lostBytes += lengths[slot];
                everLostBytes += lengths[slot];
                waiting.prepend(i);
            }
        }
        sackedBytes = 0;
        sackedSegments = 0;
    }

    /** What was lost and not sent again was not lost after all. */
    void forgetLosses() {
        while (waiting.tail != NONE) {
            long index = waiting.tail;
            int slot = slot(index);
            waiting.remove(index);
            marks[slot] &= ~LOST;
            lostBytes -= lengths[slot];
            inNetwork.prepend(index);
        }
    }

    /** The entry to retransmit next, or -1. */
    long nextLost() {
        return waiting.head;
    }

    /**
     * The entry to retransmit next that fits left of the right edge of the peer's window, or -1. The first entry fits with
     * a part of it: {@link #splitFirst}.
     */
    long nextLost(long edge) {
        if (waiting.head == NONE || fits(waiting.head, edge)) {
            return waiting.head;
        }
        // The peer has taken its window back. Those that wait are not in order, and one further down may fit.
        long stop = Math.min(end, first + MOST_LOOKS);
        for (long index = first; index < stop && sequences[slot(index)] < edge; index++) {
            visits++;
            if ((marks[slot(index)] & (LOST | RETRANSMITTED)) == LOST && (index == first || fits(index, edge))) {
                return index;
            }
        }
        return NONE;
    }

    /** Whether the whole entry lies left of the right edge of the peer's window. */
    boolean fits(long index, long edge) {
        return sequences[slot(index)] + lengths[slot(index)] <= edge;
    }

    /** Makes two entries of the first, which is lost: the one before it, of so many bytes, is now the first. */
    void splitFirst(int bytes) {
        if (end - first == sequences.length) {
            grow();
        }
        int rest = slot(first);
        first--;
        int slot = slot(first);
        sequences[slot] = sequences[rest];
        lengths[slot] = bytes;
        sequences[rest] += bytes;
        lengths[rest] -= bytes;
        marks[slot] = (byte) (marks[rest] & ~FIN);
        sentNanos[slot] = sentNanos[rest];
        deliveredAtSend[slot] = deliveredAtSend[rest];
        deliveredNanosAtSend[slot] = deliveredNanosAtSend[rest];
        firstSentNanos[slot] = firstSentNanos[rest];
        flightAtSend[slot] = flightAtSend[rest];
        lostAtSend[slot] = lostAtSend[rest];
        waiting.prepend(first);
        blockCount = 0;
        blockCursor = 0;
    }

    /** A part of the first entry was sent again to find out about the window: whose answer comes is unclear. */
    void markFirstProbed() {
        marks[slot(first)] |= EVER_RETRANSMITTED;
    }

    /** Records that an entry has been sent again. */
    void markRetransmitted(long index, long nowNanos) {
        int slot = slot(index);
        chainOf(slot).remove(index);
        if ((marks[slot] & RETRANSMITTED) == 0) {
            retransmittedBytes += lengths[slot];
        }
        marks[slot] |= RETRANSMITTED | EVER_RETRANSMITTED;
        stamp(slot, nowNanos);
        inNetwork.append(index);
    }

    long sequence(long index) {
        return sequences[slot(index)];
    }

    int length(long index) {
        return lengths[slot(index)];
    }

    /** When an entry was sent last. */
    long sentNanos(long index) {
        return sentNanos[slot(index)];
    }

    boolean isFin(long index) {
        return (marks[slot(index)] & FIN) != 0;
    }

    long firstIndex() {
        return first;
    }

    long lastIndex() {
        return end - 1;
    }

    private boolean markLost(long index) {
        int slot = slot(index);
        int mark = marks[slot];
        if ((mark & SACKED) != 0 || (mark & (LOST | RETRANSMITTED)) == LOST) {
            return false;
        }
        inNetwork.remove(index);
        if ((mark & RETRANSMITTED) != 0) {
            retransmittedBytes -= lengths[slot];
        }
        if ((mark & LOST) == 0) {
            lostBytes += lengths[slot];
        }
        everLostBytes += lengths[slot];
        marks[slot] = (byte) ((mark & ~RETRANSMITTED) | LOST);
        if (index < waiting.head) {
            waiting.prepend(index);
        } else {
            waiting.append(index);
        }
        return true;
    }

    private void forget(int slot, int bytes) {
        outstandingBytes -= bytes;
        if ((marks[slot] & SACKED) != 0) {
            sackedBytes -= bytes;
        }
        if ((marks[slot] & LOST) != 0) {
            lostBytes -= bytes;
        }
        if ((marks[slot] & RETRANSMITTED) != 0) {
            retransmittedBytes -= bytes;
        }
    }

    private Chain chainOf(int slot) {
        return (marks[slot] & (LOST | RETRANSMITTED)) == LOST ? waiting : inNetwork;
    }

    private int slot(long index) {
        return (int) index & (sequences.length - 1);
    }

    private void grow() {
        sequences = twice(sequences);
        sentNanos = twice(sentNanos);
        earlier = twice(earlier);
        later = twice(later);
        deliveredAtSend = twice(deliveredAtSend);
        deliveredNanosAtSend = twice(deliveredNanosAtSend);
        firstSentNanos = twice(firstSentNanos);
        flightAtSend = twice(flightAtSend);
        lostAtSend = twice(lostAtSend);
        int old = lengths.length;
        lengths = Arrays.copyOf(lengths, old * 2);
        System.arraycopy(lengths, 0, lengths, old, old);
        marks = Arrays.copyOf(marks, old * 2);
        System.arraycopy(marks, 0, marks, old, old);
    }

    /** Twice the old array in a row holds each entry at its place under the new mask. */
    private static long[] twice(long[] old) {
        long[] grown = Arrays.copyOf(old, old.length * 2);
        System.arraycopy(old, 0, grown, old.length, old.length);
        return grown;
    }

    /** A list of entries, linked through {@link #earlier} and {@link #later}. */
    private final class Chain {
        private long head = NONE;
        private long tail = NONE;

        private void append(long index) {
            int slot = slot(index);
            earlier[slot] = tail;
            later[slot] = NONE;
            if (tail == NONE) {
                head = index;
            } else {
                later[slot(tail)] = index;
            }
            tail = index;
        }

        private void prepend(long index) {
            int slot = slot(index);
            earlier[slot] = NONE;
            later[slot] = head;
            if (head == NONE) {
                tail = index;
            } else {
                earlier[slot(head)] = index;
            }
            head = index;
        }

        private void remove(long index) {
            int slot = slot(index);
            long before = earlier[slot];
            long behind = later[slot];
            if (before == NONE) {
                head = behind;
            } else {
                later[slot(before)] = behind;
            }
            if (behind == NONE) {
                tail = before;
            } else {
                earlier[slot(behind)] = before;
            }
        }
    }
}
