package io.ztnio.protocol.network;

import io.ztnio.protocol.message.NetworkConfigChunk;
import java.util.TreeMap;

/**
 * Puts a configuration together from its chunks ({@code protocol.md} 4.13). Takes verified chunks only, so that strangers
 * cannot make it hold memory. Thread: confined to the node.
 */
final class ConfigAssembly {
    private static final int SLOTS = 3;
    private static final int MAX_CHUNKS = 474;

    private final Slot[] slots = new Slot[SLOTS];

    /** One configuration under way. */
    private static final class Slot {
        final long updateId;
        final byte[] dictionary;
        final TreeMap<Integer, NetworkConfigChunk> chunks = new TreeMap<>();
        int received;
        long lastUsedMillis;

        Slot(long updateId, int totalLength) {
            this.updateId = updateId;
            this.dictionary = new byte[totalLength];
        }
    }

    /** Whether we have this very chunk already. */
    boolean contains(NetworkConfigChunk chunk) {
        Slot slot = find(chunk.updateId());
        if (slot == null) {
            return false;
        }
        NetworkConfigChunk same = slot.chunks.get(chunk.position());
        return same != null && same.signature().equals(chunk.signature());
    }

    /** Adds a chunk; returns the dictionary when it is complete, otherwise {@code null}. */
    byte[] add(NetworkConfigChunk chunk, long nowMillis) {
        Slot slot = find(chunk.updateId());
        if (slot == null || slot.dictionary.length != chunk.totalLength()) {
            slot = new Slot(chunk.updateId(), chunk.totalLength());
            slots[place(chunk.updateId())] = slot;
        }
        slot.lastUsedMillis = nowMillis;
        if (slot.chunks.size() >= MAX_CHUNKS || overlaps(slot, chunk)) {
            return null;
        }
        slot.chunks.put(chunk.position(), chunk);
        byte[] data = chunk.data().toByteArray();
        System.arraycopy(data, 0, slot.dictionary, chunk.position(), data.length);
        slot.received += data.length;
        return slot.received == slot.dictionary.length ? slot.dictionary : null;
    }

    private static boolean overlaps(Slot slot, NetworkConfigChunk chunk) {
        var before = slot.chunks.floorEntry(chunk.position());
        Integer after = slot.chunks.ceilingKey(chunk.position());
        return (before != null && before.getKey() + before.getValue().data().length() > chunk.position())
                || (after != null && chunk.position() + chunk.data().length() > after);
    }

    private Slot find(long updateId) {
        for (Slot slot : slots) {
            if (slot != null && slot.updateId == updateId) {
                return slot;
            }
        }
        return null;
    }

    /** The slot of this update, else a free one, else the one used longest ago. */
    private int place(long updateId) {
        int oldest = 0;
        for (int i = 0; i < SLOTS; i++) {
            if (slots[i] == null || slots[i].updateId == updateId) {
                return i;
            }
            if (slots[i].lastUsedMillis < slots[oldest].lastUsedMillis) {
                oldest = i;
            }
        }
        return oldest;
    }
}
