package io.ztnio.provider.selector;

import java.util.Arrays;

/** A list of keys that is filled and emptied without allocation. Thread: the selecting thread. */
final class KeyList {
    private ZeroTierKey[] elements = new ZeroTierKey[16];
    private int size;

    int size() {
        return size;
    }

    ZeroTierKey get(int index) {
        return elements[index];
    }

    /** Appends; the index of the new element. */
    int add(ZeroTierKey key) {
        if (size == elements.length) {
            elements = Arrays.copyOf(elements, size * 2);
        }
        elements[size] = key;
        return size++;
    }

    /** Removes one element and puts the last one in its place; the one that was moved (perhaps the removed one). */
    ZeroTierKey removeBySwap(int index) {
        ZeroTierKey last = elements[--size];
        elements[index] = last;
        elements[size] = null;
        return last;
    }

    void clear() {
        Arrays.fill(elements, 0, size, null);
        size = 0;
    }
}
