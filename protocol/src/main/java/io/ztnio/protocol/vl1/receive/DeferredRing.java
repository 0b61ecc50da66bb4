package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.send.Sources;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * Received packets that cannot be judged yet: their sender's identity is unknown, or a handler waits for a credential
 * ({@code protocol.md} 8.9); each kind has a ring of its own. 32 places; when they are taken the newest takes that of the oldest
 * of the source that has most. Tried again every 500 ms and whenever an identity arrives, for 5 s.
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
        final long source;

        Entry(
                byte[] bytes,
                Arrival arrival,
                long receivedMillis,
                boolean opened,
                long packetId,
                int hops,
                Verb verb,
                long source) {
            this.bytes = bytes;
            this.socket = arrival.socket;
            this.from = arrival.from;
            this.ingressNanos = arrival.ingressNanos;
            this.receivedMillis = receivedMillis;
            this.opened = opened;
            this.packetId = packetId;
            this.hops = hops;
            this.verb = verb;
            this.source = source;
        }
    }

    private final Entry[] entries = new Entry[CAPACITY];
    /** When each came, in order. */
    private final long[] arrivals = new long[CAPACITY];

    private final int[] ofSource = new int[CAPACITY];
    private final Sources sources;
    private final Counters counters;
    private long arrived;
    private int size;
    private long nextRetryMillis = Long.MAX_VALUE;

    public DeferredRing(Sources sources, Counters counters) {
        this.sources = sources;
        this.counters = counters;
    }

    /** Keeps a packet as it came from the wire; the bytes are copied. */
    void addSealed(byte[] buffer, int offset, int length, Arrival arrival, long nowMillis) {
        byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
        long source = sources.of(arrival.from, PacketHeader.source(buffer, offset), nowMillis);
        add(new Entry(copy, arrival, nowMillis, false, 0, 0, null, source), nowMillis);
    }

    /** Keeps a packet that has been authenticated; its bytes, header included, are copied. */
    void addOpened(ReceivedPacket packet, Arrival arrival, long nowMillis) {
        Entry entry = new Entry(
                packet.copyBytes(),
                arrival,
                nowMillis,
                true,
                packet.packetId(),
                packet.hops(),
                packet.verb(),
                packet.sender().address());
        add(entry, nowMillis);
    }

    private void add(Entry entry, long nowMillis) {
        int place;
        if (size < CAPACITY) {
            place = freePlace();
            size++;
        } else {
            place = oldestOfLargestSource();
            counters.drop(DropReason.DEFERRED_OVERFLOW);
        }
        entries[place] = entry;
        arrivals[place] = arrived++;
        nextRetryMillis = Math.min(nextRetryMillis, nowMillis + RETRY_MILLIS);
    }

    private int freePlace() {
        int place = 0;
        while (entries[place] != null) {
            place++;
        }
        return place;
    }

    private int oldestOfLargestSource() {
        int most = 0;
        for (int i = 0; i < CAPACITY; i++) {
            ofSource[i] = 0;
            for (Entry other : entries) {
                ofSource[i] += other.source == entries[i].source ? 1 : 0;
            }
            most = Math.max(most, ofSource[i]);
        }
        int oldest = -1;
        for (int i = 0; i < CAPACITY; i++) {
            if (ofSource[i] == most && (oldest < 0 || arrivals[i] < arrivals[oldest])) {
                oldest = i;
            }
        }
        return oldest;
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
