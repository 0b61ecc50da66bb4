package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.share.Largest;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Path MTUs that ICMP reported (RFC 1191, RFC 8201) and a transport confirmed, forgotten after ten minutes. When there are
 * {@link #MAX_ENTRIES}, the neighbour that reported most of them makes room.
 *
 * <p>Thread: confined to the gate.
 */
final class PathMtus {
    static final int MIN_IPV4_BYTES = 576;
    static final int MIN_IPV6_BYTES = 1280;
    static final long LIFETIME_NANOS = 600_000_000_000L;
    static final int MAX_ENTRIES = 1024;

    private record Entry(InetAddress remote, int mtuBytes, long reporterMac, long expiryNanos) {}

    private final Map<InetAddress, Entry> entries = new LinkedHashMap<>();
    private long nextExpiryNanos = Long.MAX_VALUE;
    private int generation;

    /** Changes with every change of an entry. */
    int generation() {
        return generation;
    }

    /** The MTU towards {@code remote}, at most {@code linkMtuBytes}. */
    int mtuBytes(InetAddress remote, int linkMtuBytes) {
        Entry entry = entries.get(remote);
        return entry == null ? linkMtuBytes : Math.min(linkMtuBytes, entry.mtuBytes());
    }

    int size() {
        return entries.size();
    }

    /** Takes a reported MTU if it is lower than {@code currentBytes}. */
    void lower(InetAddress remote, int mtuBytes, int currentBytes, long reporterMac, long nowNanos) {
        if (mtuBytes >= currentBytes) {
            return;
        }
        if (entries.size() >= MAX_ENTRIES && !entries.containsKey(remote)) {
            Largest.share(entries.values(), Entry::reporterMac).forEach(entry -> entries.remove(entry.remote()));
        }
        long expiryNanos = nowNanos + LIFETIME_NANOS;
        entries.put(remote, new Entry(remote, mtuBytes, reporterMac, expiryNanos));
        nextExpiryNanos = Math.min(nextExpiryNanos, expiryNanos);
        generation++;
    }

    /** Forgets what is old. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    long turn(long nowNanos) {
        if (nowNanos < nextExpiryNanos) {
            return nextExpiryNanos;
        }
        nextExpiryNanos = Long.MAX_VALUE;
        Iterator<Entry> all = entries.values().iterator();
        while (all.hasNext()) {
            Entry entry = all.next();
            if (entry.expiryNanos() <= nowNanos) {
                all.remove();
                generation++;
            } else {
                nextExpiryNanos = Math.min(nextExpiryNanos, entry.expiryNanos());
            }
        }
        return nextExpiryNanos;
    }
}
