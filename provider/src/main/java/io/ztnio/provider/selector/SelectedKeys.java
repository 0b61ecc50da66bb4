package io.ztnio.provider.selector;

import java.nio.channels.SelectionKey;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The selected-key set: an array, with each key knowing its place. Applications remove, only the selector adds.
 *
 * <p>{@code add} is inherited and refuses; it must not be overridden with a typed parameter, since callers with raw
 * types expect {@code UnsupportedOperationException} for any object.
 *
 * <p>Thread: not thread-safe, as {@code Selector} says.
 */
final class SelectedKeys extends AbstractSet<SelectionKey> {
    private ZeroTierKey[] elements = new ZeroTierKey[16];
    private int size;
    private int modifications;

    void insert(ZeroTierKey key) {
        if (size == elements.length) {
            elements = Arrays.copyOf(elements, size * 2);
        }
        key.selectedIndex = size;
        elements[size++] = key;
        modifications++;
    }

    void take(ZeroTierKey key) {
        int at = key.selectedIndex;
        if (at < 0) {
            return;
        }
        ZeroTierKey last = elements[--size];
        elements[at] = last;
        last.selectedIndex = at;
        elements[size] = null;
        key.selectedIndex = -1;
        modifications++;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean contains(Object object) {
        return object instanceof ZeroTierKey key
                && key.selectedIndex >= 0
                && key.selectedIndex < size
                && elements[key.selectedIndex] == key;
    }

    @Override
    public boolean remove(Object object) {
        if (!contains(object)) {
            return false;
        }
        take((ZeroTierKey) object);
        return true;
    }

    @Override
    public boolean addAll(Collection<? extends SelectionKey> keys) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void clear() {
        for (int i = 0; i < size; i++) {
            elements[i].selectedIndex = -1;
            elements[i] = null;
        }
        size = 0;
        modifications++;
    }

    /** Runs from the end, so that the key that fills the place of a removed one has been visited. */
    @Override
    public Iterator<SelectionKey> iterator() {
        return new Iterator<>() {
            private int cursor = size;
            private int expected = modifications;
            private ZeroTierKey current;

            @Override
            public boolean hasNext() {
                return cursor > 0;
            }

            @Override
            public SelectionKey next() {
                check();
                if (cursor == 0) {
                    throw new NoSuchElementException();
                }
                current = elements[--cursor];
                return current;
            }

            @Override
            public void remove() {
                if (current == null) {
                    throw new IllegalStateException();
                }
                check();
                take(current);
                current = null;
                expected = modifications;
            }

            private void check() {
                if (expected != modifications) {
                    throw new ConcurrentModificationException();
                }
            }
        };
    }
}
