package io.ztnio.tcpip.tcp.recovery;

import java.util.Arrays;

/**
 * The entries of a {@link SegmentScoreboard}: a ring of parallel arrays, in sequence order. Entries are named by an index
 * that counts up for the life of the connection; its slot is where the arrays have it.
 *
 * <p>Thread: confined to the gate.
 */
final class SegmentStore {
    /** No entry. */
    static final long NONE = -1;

    static final int SACKED = 1;
    static final int LOST = 2;
    static final int RETRANSMITTED = 4;
    static final int EVER_RETRANSMITTED = 8;
    static final int FIN = 16;
    static final int APPLICATION_LIMITED = 32;

    /** The index of the first entry: {@link #splitFirst} goes down from there, by less than the bytes of a segment. */
    static final long FIRST_INDEX = 1 << 17;

    long[] sequences = new long[32];
    int[] lengths = new int[32];
    long[] sentNanos = new long[32];
    byte[] marks = new byte[32];

    /** Links of the {@link Chain} that an entry is in. */
    long[] earlier = new long[32];

    long[] later = new long[32];

    /** What {@link DeliveryRate}, pipe and losses were when an entry was sent last. */
    long[] deliveredAtSend = new long[32];

    long[] deliveredNanosAtSend = new long[32];
    long[] firstSentNanos = new long[32];
    long[] flightAtSend = new long[32];
    long[] lostAtSend = new long[32];

    /** The first entry, and one more than the last. */
    long first = FIRST_INDEX;

    long end = FIRST_INDEX;

    int slot(long index) {
        return (int) index & (sequences.length - 1);
    }

    /** Whether the entry of a slot has one of these marks. */
    boolean has(int slot, int mark) {
        return (marks[slot] & mark) != 0;
    }

    boolean isEmpty() {
        return first == end;
    }

    int size() {
        return (int) (end - first);
    }

    /** Adds an entry behind the last; returns its slot. */
    int append(long sequence, int length, int mark) {
        makeRoom();
        int slot = slot(end++);
        sequences[slot] = sequence;
        lengths[slot] = length;
        marks[slot] = (byte) mark;
        return slot;
    }

    /** Makes two entries of the first: the one before it, of so many bytes, is now the first. */
    void splitFirst(int bytes) {
        makeRoom();
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
    }

    private void makeRoom() {
        if (end - first < sequences.length) {
            return;
        }
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
    final class Chain {
        private long head = NONE;
        private long tail = NONE;

        /** The first entry, or {@link #NONE}. */
        long head() {
            return head;
        }

        /** The last entry, or {@link #NONE}. */
        long tail() {
            return tail;
        }

        void append(long index) {
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

        void prepend(long index) {
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

        void remove(long index) {
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
