package io.ztnio.protocol.relay;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;

/**
 * Who has sent something to a client of the relay within 300 s, and so may be answered: the latest {@value #MOST} ({@code protocol.md}
 * 8.13). A peer that is told by a root where the client is now asks there; until it is answered it sends where the client was.
 *
 * <p>Thread: confined to the relay's.
 */
final class RelayCallers {
    static final int MOST = 128;

    private static final long LATELY_NANOS = 300_000_000_000L;

    /** When each was heard last; who was heard longest ago comes first. */
    private final LinkedHashMap<InetSocketAddress, Long> heardNanos = new LinkedHashMap<>();

    /** A datagram has come from there. */
    void heard(InetSocketAddress from, long nowNanos) {
        boolean known = heardNanos.remove(from) != null;
        if (!known && heardNanos.size() >= MOST) {
            heardNanos.remove(heardNanos.keySet().iterator().next());
        }
        heardNanos.put(from, nowNanos);
    }

    boolean mayBeAnswered(InetSocketAddress to, long nowNanos) {
        Long heard = heardNanos.get(to);
        return heard != null && nowNanos - heard < LATELY_NANOS;
    }
}
