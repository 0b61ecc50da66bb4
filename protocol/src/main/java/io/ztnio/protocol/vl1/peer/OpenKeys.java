package io.ztnio.protocol.vl1.peer;

import io.ztnio.protocol.crypto.PeerKeys;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The peers' keys, for threads that open packets outside of the node. Open addressing with linear probing; nothing is allocated
 * to find one.
 *
 * <p>Thread: the node's writes, any reads. Who reads may see what was true a moment ago, and has the node compare entries.
 */
public final class OpenKeys {
    private static final int INITIAL_SLOTS = 64;
    private static final Entry REMOVED = new Entry(-1, null, 0);

    private final int openers;
    private volatile AtomicReferenceArray<Entry> slots = new AtomicReferenceArray<>(INITIAL_SLOTS);

    /** The node's: slots that are taken or were. */
    private int used;

    private int size;

    /** One peer's keys; another object when they are others. */
    public static final class Entry {
        private final long address;
        private final PeerKeys keys;
        private final PeerKeys[] copies;

        Entry(long address, PeerKeys keys, int openers) {
            this.address = address;
            this.keys = keys;
            this.copies = new PeerKeys[openers];
        }

        /** The opener's own, made when first asked for. Thread: that opener's. */
        public PeerKeys of(int opener) {
            PeerKeys own = copies[opener];
            if (own == null) {
                own = keys.copy();
                copies[opener] = own;
            }
            return own;
        }
    }

    /** @param openers how many threads open, each with ciphers of its own */
    public OpenKeys(int openers) {
        this.openers = openers;
    }

    /** The peer's, or {@code null}. Any thread. */
    public Entry get(long address) {
        AtomicReferenceArray<Entry> table = slots;
        int mask = table.length() - 1;
        for (int i = slot(address, mask); ; i = (i + 1) & mask) {
            Entry entry = table.get(i);
            if (entry == null || entry.address == address) {
                return entry;
            }
        }
    }

    void put(long address, PeerKeys keys) {
        remove(address);
        if (4 * (used + 1) > 3 * slots.length()) {
            rebuild();
        }
        insert(slots, new Entry(address, keys, openers));
        used++;
        size++;
    }

    void remove(long address) {
        AtomicReferenceArray<Entry> table = slots;
        int mask = table.length() - 1;
        for (int i = slot(address, mask); table.get(i) != null; i = (i + 1) & mask) {
            if (table.get(i).address == address) {
                table.set(i, REMOVED);
                size--;
                return;
            }
        }
    }

    /** Without what was removed, and with room for as many again. */
    private void rebuild() {
        AtomicReferenceArray<Entry> old = slots;
        int length = INITIAL_SLOTS;
        while (length < 4 * (size + 1)) {
            length *= 2;
        }
        AtomicReferenceArray<Entry> table = new AtomicReferenceArray<>(length);
        for (int i = 0; i < old.length(); i++) {
            Entry entry = old.get(i);
            if (entry != null && entry != REMOVED) {
                insert(table, entry);
            }
        }
        used = size;
        slots = table;
    }

    private static void insert(AtomicReferenceArray<Entry> table, Entry entry) {
        int mask = table.length() - 1;
        int i = slot(entry.address, mask);
        while (table.get(i) != null) {
            i = (i + 1) & mask;
        }
        table.set(i, entry);
    }

    private static int slot(long address, int mask) {
        return (int) ((address * 0x9e37_79b9_7f4a_7c15L) >>> 32) & mask;
    }
}
