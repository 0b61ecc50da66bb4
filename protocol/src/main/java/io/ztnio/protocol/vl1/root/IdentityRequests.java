package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.message.Whois;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.Verb;
import java.util.List;

/** The identities that we ask roots for by WHOIS ({@code protocol.md} 4.5 and 8.9). Bounded. Thread: confined to the node. */
public final class IdentityRequests {
    private static final int MAX_PENDING = 4096;
    private static final long RETRY_MILLIS = 500;
    /** How long an answer is awaited, as that to any packet. */
    private static final long LIFE_MILLIS = 60_000;

    private static final class Pending {
        final long address;
        long lastAskedMillis;

        Pending(long address, long lastAskedMillis) {
            this.address = address;
            this.lastAskedMillis = lastAskedMillis;
        }
    }

    private final long self;
    private final PeerTable peers;
    private final Topology topology;
    private final ControlPackets packets;
    private final Counters counters;
    private final LongMap<Pending> pending = new LongMap<>();

    /** @param self our own address */
    public IdentityRequests(long self, PeerTable peers, Topology topology, ControlPackets packets, Counters counters) {
        this.self = self;
        this.peers = peers;
        this.topology = topology;
        this.packets = packets;
        this.counters = counters;
    }

    /** Asks the best upstream for an identity, unless it was asked less than 500 ms ago. */
    public void request(long address, long nowMillis) {
        if (address == self || peers.get(address) != null) {
            return;
        }
        Pending known = pending.get(address);
        if (known != null && nowMillis - known.lastAskedMillis < RETRY_MILLIS) {
            return;
        }
        RemotePeer upstream = topology.best(nowMillis, address);
        if (upstream == null || upstream.paths().any(nowMillis) == null) {
            return;
        }
        if (known != null) {
            known.lastAskedMillis = nowMillis;
        } else if (pending.size() < MAX_PENDING) {
            pending.put(address, new Pending(address, nowMillis));
        } else {
            counters.drop(DropReason.TABLE_FULL);
            return;
        }
        new Whois(List.of(address)).write(packets.begin(upstream.address(), Verb.WHOIS));
        packets.send(upstream.address(), nowMillis);
    }

    /** Whether this identity was asked for, and has not come. */
    public boolean isAwaited(long address) {
        return pending.get(address) != null;
    }

    /** An identity that was asked for has come, whatever becomes of it. */
    public void arrived(long address) {
        pending.remove(address);
    }

    /** Forgets requests whose answer is no longer awaited. */
    public void purge(long nowMillis) {
        for (Pending request : pending.values()) {
            if (nowMillis - request.lastAskedMillis > LIFE_MILLIS) {
                pending.remove(request.address);
            }
        }
    }
}
