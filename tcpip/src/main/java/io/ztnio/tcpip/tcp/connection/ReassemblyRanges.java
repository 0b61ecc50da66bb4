package io.ztnio.tcpip.tcp.connection;

import java.util.Arrays;

/** The ranges received behind a hole, sorted and apart from each other, and which of them is news to the peer. */
final class ReassemblyRanges {
    static final int MAXIMUM = 256;

    private long[] left = new long[4];
    private long[] right = new long[4];
    private long[] touched = new long[4];
    private int count;
    private long clock;

    /** Result of {@link #findOverlap}. */
    long overlapLeft;

    long overlapRight;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** The end of the last range; there must be one. */
    long last() {
        return right[count - 1];
    }

    /** Adds a range, merging what it touches; false if there is no place for another one. */
    boolean add(long from, long to) {
        int start = 0;
        while (start < count && right[start] < from) {
            start++;
        }
        int stop = start;
        long mergedFrom = from;
        long mergedTo = to;
        while (stop < count && left[stop] <= to) {
            mergedFrom = Math.min(mergedFrom, left[stop]);
            mergedTo = Math.max(mergedTo, right[stop]);
            stop++;
        }
        if (stop == start) {
            if (count == MAXIMUM) {
                return false;
            }
            insertAt(start);
        } else {
            removeRange(start + 1, stop);
        }
        left[start] = mergedFrom;
        right[start] = mergedTo;
        touched[start] = ++clock;
        return true;
    }

    /** Whether a part of {@code from} to {@code to} is held already: the first is from {@link #overlapLeft} on. */
    boolean findOverlap(long from, long to) {
        for (int i = 0; i < count; i++) {
            if (left[i] < to && right[i] > from) {
                overlapLeft = Math.max(left[i], from);
                overlapRight = Math.min(right[i], to);
                return true;
            }
        }
        return false;
    }

    /** Removes the ranges that {@code next} reaches and returns how far the data now goes on. */
    long advance(long next) {
        long reached = next;
        int gone = 0;
        while (gone < count && left[gone] <= reached) {
            reached = Math.max(reached, right[gone]);
            gone++;
        }
        removeRange(0, gone);
        return reached;
    }

    /** Writes the ranges to report, the newest first (RFC 2018 4); returns how many. */
    int newest(int limit, int[] leftOut, int[] rightOut, int at) {
        long below = Long.MAX_VALUE;
        int written = 0;
        while (written < Math.min(limit, count)) {
            int best = -1;
            for (int i = 0; i < count; i++) {
                if (touched[i] < below && (best < 0 || touched[i] > touched[best])) {
                    best = i;
                }
            }
            below = touched[best];
            leftOut[at + written] = (int) left[best];
            rightOut[at + written] = (int) right[best];
            written++;
        }
        return written;
    }

    private void insertAt(int index) {
        if (count == left.length) {
            long[] moreLeft = Arrays.copyOf(left, count * 2);
            long[] moreRight = Arrays.copyOf(right, count * 2);
            touched = Arrays.copyOf(touched, count * 2);
            left = moreLeft;
            right = moreRight;
        }
        move(index, index + 1);
        count++;
    }

    private void removeRange(int from, int to) {
        if (to > from) {
            move(to, from);
            count -= to - from;
        }
    }

    private void move(int from, int to) {
        System.arraycopy(left, from, left, to, count - from);
        System.arraycopy(right, from, right, to, count - from);
        System.arraycopy(touched, from, touched, to, count - from);
    }
}
