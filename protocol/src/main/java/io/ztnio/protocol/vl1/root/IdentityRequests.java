package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.limit.TokenBucket;
import io.ztnio.protocol.limit.TokenBuckets;
import io.ztnio.protocol.message.Whois;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.vl1.send.Sources;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The identities that we ask roots for by WHOIS ({@code protocol.md} 4.5 and 8.9): those that we need ourselves, and apart from
 * them, in a table of their own, those that packets of others make us ask for, which are limited by source and all together.
 * Bounded. Thread: confined to the node.
 */
public final class IdentityRequests {
    static final int MAX_PENDING = 4096;
    static final int MAX_FOR_OTHERS = 512;
    /** What the packets of one source, and those of all, may make us ask. */
    static final int BURST_PER_SOURCE = 8;

    static final int BURST_FOR_OTHERS = 64;
    private static final double PER_SECOND_AND_SOURCE = 2;
    private static final double PER_SECOND_FOR_OTHERS = 50;
    private static final int SOURCES = 4096;

    private static final long RETRY_MILLIS = 500;
    /** How long an answer is awaited, as that to any packet. */
    private static final long LIFE_MILLIS = 60_000;
    /** As long as a packet waits for its sender's identity. */
    private static final long LIFE_FOR_OTHERS_MILLIS = 5_000;

    private static final class Pending {
        final long address;
        final long source;
        long lastAskedMillis;

        Pending(long address, long source, long lastAskedMillis) {
            this.address = address;
            this.source = source;
            this.lastAskedMillis = lastAskedMillis;
        }
    }

    private final long self;
    private final PeerTable peers;
    private final Topology topology;
    private final Sources sources;
    private final ControlPackets packets;
    private final Counters counters;
    private final LongMap<Pending> pending = new LongMap<>();
    /** Least lately asked first. */
    private final Map<Long, Pending> forOthers = new LinkedHashMap<>();

    private final TokenBuckets bySource;
    private final TokenBucket together = new TokenBucket(BURST_FOR_OTHERS, PER_SECOND_FOR_OTHERS);

    /**
     * @param self our own address
     * @param random salts what strangers could aim at
     */
    public IdentityRequests(
            long self,
            PeerTable peers,
            Topology topology,
            Sources sources,
            ControlPackets packets,
            Counters counters,
            RandomGenerator random) {
        this.self = self;
        this.peers = peers;
        this.topology = topology;
        this.sources = sources;
        this.packets = packets;
        this.counters = counters;
        this.bySource = new TokenBuckets(SOURCES, BURST_PER_SOURCE, PER_SECOND_AND_SOURCE, random.nextLong());
    }

    /** Asks the best upstream for an identity that we need, unless it was asked less than 500 ms ago. */
    public void request(long address, long nowMillis) {
        Pending known = pending.get(address);
        if (!isWorthAsking(address, known, nowMillis)) {
            return;
        }
        if (known == null && pending.size() >= MAX_PENDING) {
            counters.drop(DropReason.TABLE_FULL);
            return;
        }
        if (!ask(address, nowMillis)) {
            return;
        }
        if (known == null) {
            pending.put(address, new Pending(address, 0, nowMillis));
        } else {
            known.lastAskedMillis = nowMillis;
        }
    }

    /** As {@link #request}, because of a packet that came from {@code from}: as often as that source may make us ask. */
    public void requestFor(InetSocketAddress from, long address, long nowMillis) {
        Pending known = forOthers.get(address);
        if (!isWorthAsking(address, known, nowMillis) || isRecent(pending.get(address), nowMillis)) {
            return;
        }
        long source = sources.of(from, address, nowMillis);
        if (!bySource.admit(source, nowMillis) || !together.admit(nowMillis)) {
            counters.drop(DropReason.RATE_LIMITED);
            return;
        }
        if (!ask(address, nowMillis)) {
            return;
        }
        forOthers.remove(address);
        expireForOthers(nowMillis);
        forOthers.put(address, new Pending(address, source, nowMillis));
    }

    private boolean isWorthAsking(long address, Pending known, long nowMillis) {
        return address != self && peers.get(address) == null && !isRecent(known, nowMillis);
    }

    private static boolean isRecent(Pending request, long nowMillis) {
        return request != null && nowMillis - request.lastAskedMillis < RETRY_MILLIS;
    }

    private boolean ask(long address, long nowMillis) {
        RemotePeer upstream = topology.best(nowMillis, address);
        if (upstream == null || upstream.paths().any(nowMillis) == null) {
            return false;
        }
        new Whois(List.of(address)).write(packets.begin(upstream.address(), Verb.WHOIS));
        packets.send(upstream.address(), nowMillis);
        return true;
    }

    /** Whether this identity was asked for, and has not come. */
    public boolean isAwaited(long address) {
        return pending.get(address) != null || forOthers.containsKey(address);
    }

    /** Whether it was asked for because of others only. */
    public boolean isForOthers(long address) {
        return pending.get(address) == null;
    }

    /** Who made us ask for what {@link #isForOthers}, as {@link Sources} has it; otherwise 0. */
    public long source(long address) {
        Pending request = forOthers.get(address);
        return request == null ? 0 : request.source;
    }

    /** An identity that was asked for has come, whatever becomes of it. */
    public void arrived(long address) {
        pending.remove(address);
        forOthers.remove(address);
    }

    /** Forgets requests whose answer is no longer awaited. */
    public void purge(long nowMillis) {
        for (Pending request : pending.values()) {
            if (nowMillis - request.lastAskedMillis > LIFE_MILLIS) {
                pending.remove(request.address);
            }
        }
        expireForOthers(nowMillis);
    }

    private void expireForOthers(long nowMillis) {
        Iterator<Pending> oldest = forOthers.values().iterator();
        while (oldest.hasNext()) {
            boolean expired = nowMillis - oldest.next().lastAskedMillis > LIFE_FOR_OTHERS_MILLIS;
            if (!expired && forOthers.size() < MAX_FOR_OTHERS) {
                return;
            }
            oldest.remove();
        }
    }
}
