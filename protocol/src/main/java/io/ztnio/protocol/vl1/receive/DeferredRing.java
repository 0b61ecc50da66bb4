package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * Received packets that cannot be judged yet: their sender's identity is unknown, or a handler waits for a credential
 * ({@code protocol.md} 8.9). 32 places; the newest takes the oldest's. Tried again every 500 ms and whenever an
 * identity arrives, for 5 s.
 *
 * <p>Thread: confined to the node.
 */
public final class DeferredRing {
    static final int CAPACITY = 32;
    private static final long RETRY_MILLIS = 500;
    private static final long LIFE_MILLIS = 5_000;

    /** One waiting packet. */
    static final class Entry {
        final byte[] bytes;
        final int socket;
        final InetSocketAddress from;
        final long receivedMillis;
        final long ingressNanos;
        /** Whether the bytes are authenticated and decrypted, so that only its handler needs to see them again. */
        final boolean opened;

        final long packetId;
        final int hops;
        final Verb verb;

        Entry(byte[] bytes, Arrival arrival, long receivedMillis, boolean opened, long packetId, int hops, Verb verb) {
            this.bytes = bytes;
            this.socket = arrival.socket;
            this.from = arrival.from;
            this.ingressNanos = arrival.ingressNanos;
            this.receivedMillis = receivedMillis;
            this.opened = opened;
            this.packetId = packetId;
            this.hops = hops;
            this.verb = verb;
        }
    }

    private final Entry[] entries = new Entry[CAPACITY];
    private final Counters counters;
    private int next;
    private int size;
    private long nextRetryMillis = Long.MAX_VALUE;

    public DeferredRing(Counters counters) {
        this.counters = counters;
    }

    /** Keeps a packet as it came from the wire; the bytes are copied. */
    void addSealed(byte[] buffer, int offset, int length, Arrival arrival, long nowMillis) {
        byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
        add(new Entry(copy, arrival, nowMillis, false, 0, 0, null), nowMillis);
    }

    /** Keeps a packet that has been authenticated; its bytes, header included, are copied. */
    void addOpened(ReceivedPacket packet, Arrival arrival, long nowMillis) {
        add(
                new Entry(
                        packet.copyBytes(), arrival, nowMillis, true, packet.packetId(), packet.hops(), packet.verb()),
                nowMillis);
    }

    private void add(Entry entry, long nowMillis) {
        if (entries[next] == null) {
            size++;
        } else {
            counters.drop(DropReason.DEFERRED_OVERFLOW);
        }
        entries[next] = entry;
        next = (next + 1) % CAPACITY;
        nextRetryMillis = Math.min(nextRetryMillis, nowMillis + RETRY_MILLIS);
    }

    /** When to retry, or {@link Long#MAX_VALUE}. */
    long deadlineMillis() {
        return size == 0 ? Long.MAX_VALUE : nextRetryMillis;
    }

    /** Makes everything due at once: an identity arrived. */
    void retryNow() {
        nextRetryMillis = Path.NEVER;
    }

    /** Called before the entries are tried; entries that are put back are due after the usual delay. */
    void startRound(long nowMillis) {
        nextRetryMillis = nowMillis + RETRY_MILLIS;
    }

    /** The entry in a place, which becomes free if the entry has expired; {@code null} if there is none to try. */
    Entry at(int place, long nowMillis) {
        Entry entry = entries[place];
        if (entry != null && nowMillis - entry.receivedMillis > LIFE_MILLIS) {
            counters.drop(DropReason.DEFERRED_EXPIRED);
            remove(place, entry);
            return null;
        }
        return entry;
    }

    /** Returns an entry that was removed to its place, unless another has taken that. */
    void putBack(int place, Entry entry) {
        if (entries[place] == null) {
            entries[place] = entry;
            size++;
        } else {
            counters.drop(DropReason.DEFERRED_OVERFLOW);
        }
    }

    /** Frees a place, unless another entry has taken it. */
    void remove(int place, Entry entry) {
        if (entries[place] == entry) {
            entries[place] = null;
            size--;
        }
    }
}
