package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.buffer.MemoryShare;

/**
 * The entries of a {@link SegmentScoreboard}: a ring of parallel arrays, in sequence order. Entries are named by an index
 * that counts up for the life of the connection; its slot is where the arrays have it.
 *
 * <p>The arrays are charged to the memory of the stack. They grow with the flight, up to {@link #MOST} entries and as far
 * as the budget grants it, and shrink when most of them is not used any more.
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

    /** Segments of a connection that may be in flight: as many as the largest buffer has of a kilobyte. */
    static final int MOST = 1 << 16;

    /** The first room, which is always granted, and what is kept while memory is not tight. */
    static final int FIRST_ROOM = 32;

    static final int KEPT_ROOM = 512;

    /** What an entry takes in all arrays. */
    static final int ENTRY_BYTES = 80;

    /** The arrays shrink when less than one in so many places is used. */
    private static final int SPARSE = 8;

    /** The index of the first entry: {@link #splitFirst} goes down from there, by less than the bytes of a segment. */
    static final long FIRST_INDEX = 1 << 17;

    private final MemoryShare memory;

    long[] sequences = {};
    int[] lengths = {};
    long[] sentNanos = {};
    byte[] marks = {};

    /** Links of the {@link Chain} that an entry is in; of a sacked entry, {@link #later} leads over its run. */
    long[] earlier = {};

    long[] later = {};

    /** What {@link DeliveryRate}, pipe and losses were when an entry was sent last. */
    long[] deliveredAtSend = {};

    long[] deliveredNanosAtSend = {};
    long[] firstSentNanos = {};
    long[] flightAtSend = {};
    long[] lostAtSend = {};

    private LostSegments waiting = new LostSegments(1);

    /** While {@link #sorted}: the list of those that are still to be sorted. */
    private long unsorted = NONE;

    /** The first entry, and one more than the last. */
    long first = FIRST_INDEX;

    long end = FIRST_INDEX;

    SegmentStore(MemoryShare memory) {
        this.memory = memory;
    }

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

    /** Adds an entry behind the last, for which there must be room; returns its slot. */
    int append(long sequence, int length, int mark) {
        if (!makeRoom()) {
            throw new IllegalStateException("no room for another segment: ask makeRoom() first");
        }
        int slot = slot(end++);
        sequences[slot] = sequence;
        lengths[slot] = length;
        marks[slot] = (byte) mark;
        return slot;
    }

    /** Makes two entries of the first, for which there must be room: the one before it, of so many bytes, is now the first. */
    void splitFirst(int bytes) {
        if (!makeRoom()) {
            throw new IllegalStateException("no room for another segment: ask makeRoom() first");
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
        if (isWaiting(marks[slot])) {
            waiting.add(slot);
        }
    }

    /** Whether there is room for another entry; makes some if it may. */
    boolean makeRoom() {
        int room = sequences.length;
        if (size() < room) {
            return true;
        }
        int more = Math.max(FIRST_ROOM, 2 * room);
        if (more > MOST || !memory.mayGrow(room * ENTRY_BYTES, more * ENTRY_BYTES)) {
            return false;
        }
        boolean grown = false;
        try {
            resize(more);
            grown = true;
        } finally {
            if (!grown) {
                memory.giveBack((more - room) * ENTRY_BYTES);
            }
        }
        return true;
    }

    /** Gives back what a flight that has become small does not need. */
    void shrink() {
        int room = sequences.length;
        int least = memory.isTight() ? FIRST_ROOM : KEPT_ROOM;
        if (room <= least || size() >= room / SPARSE) {
            return;
        }
        int less = Math.max(least, 4 * Integer.highestOneBit(Math.max(1, size())));
        if (less < room) {
            resize(less);
            memory.giveBack((room - less) * ENTRY_BYTES);
        }
    }

    /** Gives up all memory, and with it whatever entries there are. */
    void drop() {
        memory.giveBack(heldBytes());
        first = end;
        resize(0);
    }

    /** Memory that is charged, in bytes. */
    int heldBytes() {
        return sequences.length * ENTRY_BYTES;
    }

    /** Moves to arrays of another size; nothing has changed if there is no memory for them. */
    private void resize(int room) {
        long[] movedSequences = moved(sequences, room);
        long[] movedSent = moved(sentNanos, room);
        long[] movedEarlier = moved(earlier, room);
        long[] movedLater = moved(later, room);
        long[] movedDelivered = moved(deliveredAtSend, room);
        long[] movedDeliveredNanos = moved(deliveredNanosAtSend, room);
        long[] movedFirstSent = moved(firstSentNanos, room);
        long[] movedFlight = moved(flightAtSend, room);
        long[] movedLost = moved(lostAtSend, room);
        int[] movedLengths = new int[room];
        byte[] movedMarks = new byte[room];
        LostSegments movedWaiting = new LostSegments(room);
        for (long index = first; index < end; index++) {
            int to = (int) index & (room - 1);
            movedLengths[to] = lengths[slot(index)];
            movedMarks[to] = marks[slot(index)];
            if (isWaiting(movedMarks[to])) {
                movedWaiting.add(to);
            }
        }
        sequences = movedSequences;
        sentNanos = movedSent;
        earlier = movedEarlier;
        later = movedLater;
        deliveredAtSend = movedDelivered;
        deliveredNanosAtSend = movedDeliveredNanos;
        firstSentNanos = movedFirstSent;
        flightAtSend = movedFlight;
        lostAtSend = movedLost;
        lengths = movedLengths;
        marks = movedMarks;
        waiting = movedWaiting;
    }

    private long[] moved(long[] old, int room) {
        long[] moved = new long[room];
        for (long index = first; index < end; index++) {
            moved[(int) index & (room - 1)] = old[slot(index)];
        }
        return moved;
    }

    /** Whether an entry with these marks is lost and waits to be sent again. */
    static boolean isWaiting(int marks) {
        return (marks & (LOST | RETRANSMITTED)) == LOST;
    }

    boolean isWaiting(long index) {
        return isWaiting(marks[slot(index)]);
    }

    /** The lowest entry that waits to be sent again, or {@link #NONE}. */
    long firstWaiting() {
        if (waiting.isEmpty()) {
            return NONE;
        }
        int start = slot(first);
        return first + (waiting.next(start) - start & sequences.length - 1);
    }

    /** An entry waits from now on. */
    void addWaiting(long index) {
        waiting.add(slot(index));
    }

    void removeWaiting(long index) {
        waiting.remove(slot(index));
    }

    /** The first so many of what {@link #unsorted} leads to, in order: a merge sort. */
    private long sorted(int count) {
        if (count == 1) {
            long index = unsorted;
            unsorted = later[slot(index)];
            later[slot(index)] = NONE;
            return index;
        }
        long one = sorted(count / 2);
        return merged(one, sorted(count - count / 2));
    }

    /** Makes one list of two that are in order. */
    private long merged(long one, long other) {
        long oneLeft = one;
        long otherLeft = other;
        long merged = NONE;
        long last = NONE;
        while (oneLeft != NONE || otherLeft != NONE) {
            boolean takesOne = otherLeft == NONE || (oneLeft != NONE && isBefore(oneLeft, otherLeft));
            long next = takesOne ? oneLeft : otherLeft;
            if (takesOne) {
                oneLeft = later[slot(next)];
            } else {
                otherLeft = later[slot(next)];
            }
            if (last == NONE) {
                merged = next;
            } else {
                later[slot(last)] = next;
            }
            last = next;
        }
        if (last != NONE) {
            later[slot(last)] = NONE;
        }
        return merged;
    }

    private boolean isBefore(long one, long other) {
        long sent = sentNanos[slot(one)];
        long otherSent = sentNanos[slot(other)];
        return sent < otherSent || (sent == otherSent && one < other);
    }

    /** A list of entries, linked through {@link #earlier} and {@link #later}. */
    final class Chain {
        private long head = NONE;
        private long tail = NONE;

        /** The first entry, or {@link #NONE}. */
        long head() {
            return head;
        }

        void clear() {
            head = NONE;
            tail = NONE;
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

        /** Orders them by when they were sent last. Takes no memory, and no longer for any order that a peer could bring about. */
        void sort() {
            int count = 0;
            for (long index = head; index != NONE; index = later[slot(index)]) {
                count++;
            }
            if (count > 1) {
                unsorted = head;
                relink(sorted(count));
            }
        }

        /** Takes the entries of another chain in; both are in order of transmission. */
        void merge(Chain other) {
            if (other.head != NONE) {
                relink(merged(head, other.head));
                other.clear();
            }
        }

        /** From the list that {@link #later} makes from {@code first} on. */
        private void relink(long first) {
            head = first;
            tail = NONE;
            for (long index = first; index != NONE; index = later[slot(index)]) {
                earlier[slot(index)] = tail;
                tail = index;
            }
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
