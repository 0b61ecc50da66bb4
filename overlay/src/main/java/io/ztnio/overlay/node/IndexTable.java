package io.ztnio.overlay.node;

import java.util.random.RandomGenerator;

/**
 * Who answers to an index that others write into their datagrams. Indexes are random, so that strangers do not guess
 * them. Open addressing; thread: confined to the gate.
 */
final class IndexTable<T> {
    /** Entries that it may have. */
    static final int MAX_ENTRIES = 65_536;

    private static final int FIRST_SLOTS = 64;

    private final RandomGenerator random;
    private int[] keys = new int[FIRST_SLOTS];
    private Object[] values = new Object[FIRST_SLOTS];
    private int size;

    IndexTable(RandomGenerator random) {
        this.random = random;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= MAX_ENTRIES;
    }

    /** Adds an owner, which gets an index that nobody has; 0 is nobody's. */
    int add(T owner) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int index;
        do {
            index = random.nextInt();
        } while (index == 0 || get(index) != null);
        insert(index, owner);
        return index;
    }

    /** Hands an index that is taken to another owner. */
    void replace(int index, T owner) {
        values[slotOf(index)] = owner;
    }

    @SuppressWarnings("unchecked")
    T get(int index) {
        return (T) values[slotOf(index)];
    }

    void remove(int index) {
        int hole = slotOf(index);
        if (values[hole] == null) {
            return;
        }
        size--;
        values[hole] = null;
        // Closes the gap: entries that were pushed past it move back.
        int mask = keys.length - 1;
        for (int at = (hole + 1) & mask; values[at] != null; at = (at + 1) & mask) {
            int key = keys[at];
            Object value = values[at];
            values[at] = null;
            int home = slotOf(key);
            keys[home] = key;
            values[home] = value;
        }
    }

    private void insert(int index, Object owner) {
        int slot = slotOf(index);
        keys[slot] = index;
        values[slot] = owner;
        size++;
    }

    /** The slot of an index, or the free one where it would go. */
    private int slotOf(int index) {
        int mask = keys.length - 1;
        int slot = index & mask;
        while (values[slot] != null && keys[slot] != index) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new int[oldKeys.length * 2];
        values = new Object[keys.length];
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                insert(oldKeys[i], oldValues[i]);
            }
        }
    }
}
