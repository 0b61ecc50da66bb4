package io.ztnio.protocol.collect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A hash map from {@code long} to objects: open addressing, linear probing, no allocation but for growing.
 *
 * <p>Walk it by slot: {@code for (int i = 0; i < map.slots(); i++) if (map.valueAt(i) != null) ...}. Removing while
 * walking may move an entry that was not visited yet to a slot that was; collect the keys first.
 *
 * <p>Thread: belongs to one thread.
 */
public final class LongMap<V> {
    private static final int INITIAL_SLOTS = 16;

    private long[] keys = new long[INITIAL_SLOTS];
    private Object[] values = new Object[INITIAL_SLOTS];
    private int size;

    /** An empty map. */
    public LongMap() {}

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The value, or {@code null}. */
    public V get(long key) {
        return valueAt(find(key));
    }

    /** Stores {@code value}, which is not {@code null}, and returns the one it replaces, or {@code null}. */
    public V put(long key, V value) {
        if (value == null) {
            throw new IllegalArgumentException("no value for key " + key);
        }
        int slot = find(key);
        V old = valueAt(slot);
        keys[slot] = key;
        values[slot] = value;
        if (old == null && ++size > keys.length - (keys.length >> 2)) {
            grow();
        }
        return old;
    }

    /** Removes and returns the value, or {@code null}. */
    public V remove(long key) {
        int slot = find(key);
        V old = valueAt(slot);
        if (old != null) {
            size--;
            closeGap(slot);
        }
        return old;
    }

    public void clear() {
        Arrays.fill(values, null);
        size = 0;
    }

    /** How many slots there are to walk. */
    public int slots() {
        return keys.length;
    }

    /** The value in a slot, or {@code null}. */
    @SuppressWarnings("unchecked")
    public V valueAt(int slot) {
        return (V) values[slot];
    }

    /** All keys, in no order. */
    public long[] keys() {
        long[] result = new long[size];
        int count = 0;
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != null) {
                result[count++] = keys[i];
            }
        }
        return result;
    }

    /** All values, in no order; a copy. */
    public List<V> values() {
        List<V> result = new ArrayList<>(size);
        for (int i = 0; i < values.length; i++) {
            V value = valueAt(i);
            if (value != null) {
                result.add(value);
            }
        }
        return result;
    }

    private int find(long key) {
        int mask = keys.length - 1;
        int slot = home(key, mask);
        while (values[slot] != null && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static int home(long key, int mask) {
        long hash = key * 0x9e3779b97f4a7c15L;
        return (int) (hash ^ (hash >>> 32)) & mask;
    }

    private void closeGap(int gap) {
        int mask = keys.length - 1;
        int hole = gap;
        for (int slot = (hole + 1) & mask; values[slot] != null; slot = (slot + 1) & mask) {
            int home = home(keys[slot], mask);
            if (((slot - home) & mask) >= ((slot - hole) & mask)) {
                keys[hole] = keys[slot];
                values[hole] = values[slot];
                hole = slot;
            }
        }
        values[hole] = null;
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = find(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
