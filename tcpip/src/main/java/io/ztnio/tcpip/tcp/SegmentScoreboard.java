package io.ztnio.tcpip.tcp;

import java.util.Arrays;

/**
 * The segments in flight, in sequence order: a ring of parallel arrays with counters, so that the pipe (RFC 6675) and
 * the next segment to retransmit are known without a walk. Entries are named by an index that counts from 0 for the life
 * of the connection.
 */
final class SegmentScoreboard {
    /** No time. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final int SACKED = 1;
    private static final int LOST = 2;
    private static final int RETRANSMITTED = 4;
    private static final int EVER_RETRANSMITTED = 8;
    private static final int FIN = 16;
    private static final int DUPLICATE_THRESHOLD = 3;

    private long[] sequences = new long[32];
    private int[] lengths = new int[32];
    private long[] sentNanos = new long[32];
    private byte[] marks = new byte[32];
    private long first;
    private long end;

    private long outstandingBytes;
    private long sackedBytes;
    private long lostBytes;
    private long retransmittedBytes;
    private long nextLostHint;

    /** Below this entry everything that is not sacked is lost; the entries sacked from it on are counted. */
    private long lossBoundary;

    private int sackedAboveBoundary;

    /** Result of {@link #acknowledge}: when the newest entry was sent, or {@link #NO_TIME} if that is unclear. */
    long ackedSentNanos;

    /** Result of {@link #acknowledge}: entries wholly acknowledged. */
    int ackedSegments;

    /** Records a segment that is sent for the first time; {@code length} is in sequence space. */
    void append(long sequence, int length, boolean fin, long nowNanos) {
        if (end - first == sequences.length) {
            grow();
        }
        int slot = slot(end++);
        sequences[slot] = sequence;
        lengths[slot] = length;
        sentNanos[slot] = nowNanos;
        marks[slot] = (byte) (fin ? FIN : 0);
        outstandingBytes += length;
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

    /** Removes what lies before {@code sequence}. */
    void acknowledge(long sequence) {
        ackedSentNanos = NO_TIME;
        ackedSegments = 0;
        boolean ambiguous = false;
        while (first < end) {
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
            } else if (first >= lossBoundary) {
                sackedAboveBoundary--;
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
        nextLostHint = Math.max(nextLostHint, first);
    }

    /** Marks whole entries inside a range as received; returns the bytes that were not marked before. */
    long sack(long left, long right) {
        long marked = 0;
        for (long i = indexAtOrAfter(left); i < end; i++) {
            int slot = slot(i);
            if (sequences[slot] + lengths[slot] > right) {
                break;
            }
            if ((marks[slot] & SACKED) != 0) {
                continue;
            }
            if ((marks[slot] & LOST) != 0) {
                lostBytes -= lengths[slot];
            }
            if ((marks[slot] & RETRANSMITTED) != 0) {
                retransmittedBytes -= lengths[slot];
            }
            marks[slot] = (byte) ((marks[slot] & ~(LOST | RETRANSMITTED)) | SACKED);
            sackedBytes += lengths[slot];
            marked += lengths[slot];
            if (i >= lossBoundary) {
                sackedAboveBoundary++;
            }
        }
        return marked;
    }

    /**
     * Marks as lost what has three sacked segments above it (RFC 6675 IsLost).
     *
     * @return whether anything was marked
     */
    boolean detectLoss() {
        boolean marked = false;
        while (lossBoundary < end) {
            int slot = slot(lossBoundary);
            boolean sacked = (marks[slot] & SACKED) != 0;
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

    /** Marks the first entry as lost. */
    boolean markFirstLost() {
        return first < end && markLost(first);
    }

    /**
     * After a timeout: everything that is not sacked is lost, retransmissions too. If the peer has discarded what it
     * had sacked (RFC 2018 8: the first entry is sacked and yet not acknowledged), the marks are forgotten.
     */
    void markAllLost() {
        boolean reneged = first < end && (marks[slot(first)] & SACKED) != 0;
        lostBytes = 0;
        retransmittedBytes = 0;
        for (long i = first; i < end; i++) {
            int slot = slot(i);
            if (reneged && (marks[slot] & SACKED) != 0) {
                marks[slot] &= ~SACKED;
                sackedBytes -= lengths[slot];
            }
            if ((marks[slot] & SACKED) == 0) {
                marks[slot] = (byte) ((marks[slot] & ~RETRANSMITTED) | LOST);
                lostBytes += lengths[slot];
            }
        }
        lossBoundary = end;
        sackedAboveBoundary = 0;
        nextLostHint = first;
    }

    /** The first entry that is lost and not retransmitted, or -1. */
    long nextLost() {
        if (lostBytes == 0) {
            return -1;
        }
        for (; nextLostHint < end; nextLostHint++) {
            if ((marks[slot(nextLostHint)] & (LOST | RETRANSMITTED)) == LOST) {
                return nextLostHint;
            }
        }
        return -1;
    }

    /** Records that an entry has been sent again. */
    void markRetransmitted(long index, long nowNanos) {
        int slot = slot(index);
        marks[slot] |= RETRANSMITTED | EVER_RETRANSMITTED;
        sentNanos[slot] = nowNanos;
        retransmittedBytes += lengths[slot];
    }

    long sequence(long index) {
        return sequences[slot(index)];
    }

    int length(long index) {
        return lengths[slot(index)];
    }

    boolean isFin(long index) {
        return (marks[slot(index)] & FIN) != 0;
    }

    long firstIndex() {
        return first;
    }

    private boolean markLost(long index) {
        int slot = slot(index);
        if ((marks[slot] & (SACKED | LOST)) != 0) {
            return false;
        }
        marks[slot] |= LOST;
        lostBytes += lengths[slot];
        nextLostHint = Math.min(nextLostHint, index);
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

    private long indexAtOrAfter(long sequence) {
        long low = first;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (sequences[slot(middle)] < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int slot(long index) {
        return (int) index & (sequences.length - 1);
    }

    private void grow() {
        int old = sequences.length;
        int split = slot(first);
        sequences = Arrays.copyOf(sequences, old * 2);
        lengths = Arrays.copyOf(lengths, old * 2);
        sentNanos = Arrays.copyOf(sentNanos, old * 2);
        marks = Arrays.copyOf(marks, old * 2);
        // Twice the old arrays in a row hold each entry at its place under the new mask.
        System.arraycopy(sequences, 0, sequences, old, old);
        System.arraycopy(lengths, 0, lengths, old, old);
        System.arraycopy(sentNanos, 0, sentNanos, old, old);
        System.arraycopy(marks, 0, marks, old, old);
        assert slot(first) % old == split;
    }
}
