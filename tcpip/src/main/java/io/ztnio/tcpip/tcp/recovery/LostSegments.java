package io.ztnio.tcpip.tcp.recovery;

/**
 * The slots of a {@link SegmentStore} whose entries are lost and wait to be sent again: a bit for each slot, and one for
 * each 64 of them, so that the lowest in sequence is found in a few steps, in whatever order they were lost.
 *
 * <p>Thread: confined to the gate.
 */
final class LostSegments {
    private static final int BITS = 64;

    private final long[] slots;
    private final long[] words;
    private int count;

    /** @param capacity slots, a power of two */
    LostSegments(int capacity) {
        slots = new long[Math.max(1, capacity / BITS)];
        words = new long[Math.max(1, slots.length / BITS)];
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(int slot) {
        int word = slot / BITS;
        count += (slots[word] >>> slot & 1) == 0 ? 1 : 0;
        slots[word] |= 1L << slot;
        words[word / BITS] |= 1L << word;
    }

    void remove(int slot) {
        int word = slot / BITS;
        count -= (slots[word] >>> slot & 1) == 0 ? 0 : 1;
        slots[word] &= ~(1L << slot);
        if (slots[word] == 0) {
            words[word / BITS] &= ~(1L << word);
        }
    }

    /** The first slot of the set from this one on, round the ring, or -1. */
    int next(int slot) {
        int found = ahead(slot);
        return found >= 0 || slot == 0 ? found : ahead(0);
    }

    private int ahead(int slot) {
        int word = slot / BITS;
        long bits = slots[word] & -1L << slot;
        if (bits != 0) {
            return word * BITS + Long.numberOfTrailingZeros(bits);
        }
        int behind = word + 1;
        for (int at = behind / BITS; at < words.length; at++) {
            long filled = at == behind / BITS ? words[at] & -1L << behind : words[at];
            if (filled != 0) {
                int found = at * BITS + Long.numberOfTrailingZeros(filled);
                return found * BITS + Long.numberOfTrailingZeros(slots[found]);
            }
        }
        return -1;
    }
}
