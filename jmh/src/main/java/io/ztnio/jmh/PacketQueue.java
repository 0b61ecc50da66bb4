package io.ztnio.jmh;

/** Packets on their way, in buffers that are used again. Thread: belongs to one thread. */
final class PacketQueue {
    private final int slotLength;
    private byte[][] slots = new byte[64][];
    private int[] lengths = new int[64];
    private long[] tags = new long[64];
    private int first;
    private int size;

    PacketQueue(int slotLength) {
        this.slotLength = slotLength;
    }

    void add(byte[] buffer, int offset, int length, long tag) {
        if (size == slots.length) {
            grow();
        }
        int slot = (first + size++) & (slots.length - 1);
        if (slots[slot] == null) {
            slots[slot] = new byte[slotLength];
        }
        System.arraycopy(buffer, offset, slots[slot], 0, length);
        lengths[slot] = length;
        tags[slot] = tag;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    byte[] buffer() {
        return slots[first];
    }

    int length() {
        return lengths[first];
    }

    long tag() {
        return tags[first];
    }

    void remove() {
        first = (first + 1) & (slots.length - 1);
        size--;
    }

    /** Removes all. */
    void clear() {
        first = (first + size) & (slots.length - 1);
        size = 0;
    }

    private void grow() {
        int old = slots.length;
        byte[][] moreSlots = new byte[2 * old][];
        int[] moreLengths = new int[2 * old];
        long[] moreTags = new long[2 * old];
        for (int i = 0; i < size; i++) {
            int slot = (first + i) & (old - 1);
            moreSlots[i] = slots[slot];
            moreLengths[i] = lengths[slot];
            moreTags[i] = tags[slot];
        }
        slots = moreSlots;
        lengths = moreLengths;
        tags = moreTags;
        first = 0;
    }
}
