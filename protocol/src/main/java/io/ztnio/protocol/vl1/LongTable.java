package io.ztnio.protocol.vl1;

import java.util.ArrayList;
import java.util.List;

/**
 * A map from nonzero {@code long} keys (addresses, packet IDs) that boxes nothing: open addressing, linear probing.
 *
 * <p>Thread: confined to the node.
 */
final class LongTable<V> {
    private long[] keys = new long[16];
    private Object[] values = new Object[16];
    private int size;

    int size() {
        return size;
    }

    /** The value, or {@code null}. */
    @SuppressWarnings("unchecked")
    V get(long key) {
        return (V) values[slot(key)];
    }

    void put(long key, V value) {
        int slot = slot(key);
        if (values[slot] == null) {
            size++;
            keys[slot] = key;
        }
        values[slot] = value;
        if (size * 2 > keys.length) {
            grow();
        }
    }

    void remove(long key) {
        int hole = slot(key);
        if (values[hole] == null) {
            return;
        }
        size--;
        values[hole] = null;
        // Entries behind the hole move up if the hole cut them off from their home slot.
        int mask = keys.length - 1;
        for (int slot = (hole + 1) & mask; values[slot] != null; slot = (slot + 1) & mask) {
            int home = home(keys[slot], mask);
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                keys[hole] = keys[slot];
                values[hole] = values[slot];
                values[slot] = null;
                hole = slot;
            }
        }
    }

    /** The values, in no order; a copy. */
    @SuppressWarnings("unchecked")
    List<V> values() {
        List<V> result = new ArrayList<>(size);
        for (Object value : values) {
            if (value != null) {
                result.add((V) value);
            }
        }
        return result;
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = home(key, mask);
        while (values[slot] != null && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static int home(long key, int mask) {
        return (int) ((key * 0x9e3779b97f4a7c15L) >>> 40) & mask;
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
