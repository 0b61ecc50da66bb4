package io.ztnio.protocol.vl1;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;

/** WHOIS, both sides ({@code protocol.md} 4.5 and 8.9). Thread: confined to the node. */
final class WhoisProtocol {
    private static final int MAX_PENDING = 4096;
    /** So that an answer goes without fragments. */
    private static final int MAX_ANSWER_LENGTH = 1300;
    /** Unknown addresses of one request that a root asks another root for. */
    private static final int MAX_FORWARDED = 8;

    private static final class Pending {
        final long address;
        long lastAskedMillis;

        Pending(long address, long lastAskedMillis) {
            this.address = address;
            this.lastAskedMillis = lastAskedMillis;
        }
    }

    private final Core core;
    private final LongMap<Pending> pending = new LongMap<>();

    WhoisProtocol(Core core) {
        this.core = core;
    }

    /** Asks the best upstream for an identity, unless it was asked less than 500 ms ago. */
    void request(long address, long nowMillis) {
        if (address == core.address || core.peers.get(address) != null) {
            return;
        }
        Pending known = pending.get(address);
        if (known != null && nowMillis - known.lastAskedMillis < Timing.WHOIS_RETRY_MILLIS) {
            return;
        }
        RemotePeer upstream = core.topology.best(nowMillis, address);
        if (upstream == null || upstream.anyPath(nowMillis) == null) {
            return;
        }
        if (known != null) {
            known.lastAskedMillis = nowMillis;
        } else if (pending.size() < MAX_PENDING) {
            pending.put(address, new Pending(address, nowMillis));
        } else {
            core.counters.drop(DropReason.TABLE_FULL);
            return;
        }
        ByteWriter writer = core.transmitter.beginControl(upstream.address(), Verb.WHOIS);
        writer.putAddress(address);
        core.transmitter.sendControl(upstream.address(), nowMillis);
    }

    /** Forgets requests whose answer is no longer awaited. */
    void purge(long nowMillis) {
        for (Pending request : pending.values()) {
            if (nowMillis - request.lastAskedMillis > Timing.REPLY_MILLIS) {
                pending.remove(request.address);
            }
        }
    }

    VerbHandler.Outcome onRequest(ReceivedPacket packet, long nowMillis) {
        RemotePeer sender = packet.sender();
        if (!core.topology.weAreUpstream() && nowMillis - sender.lastWhoisReplyMillis < Timing.WHOIS_REPLY_MILLIS) {
            core.counters.drop(DropReason.RATE_LIMITED);
            return VerbHandler.Outcome.IGNORED;
        }
        sender.lastWhoisReplyMillis = nowMillis;
        ByteReader reader = packet.payload();
        long[] unknown = new long[MAX_FORWARDED];
        int unknownCount = 0;
        int found = 0;
        ByteWriter writer = core.transmitter.beginControlOk(packet);
        while (reader.remaining() >= 5 && writer.length() + Identity.PUBLIC_LENGTH <= MAX_ANSWER_LENGTH) {
            long wanted = reader.getAddress();
            RemotePeer peer = core.peers.get(wanted);
            if (wanted == core.address) {
                core.self.write(writer);
                found++;
            } else if (peer != null) {
                peer.identity().write(writer);
                found++;
            } else if (unknownCount < MAX_FORWARDED) {
                unknown[unknownCount++] = wanted;
            }
        }
        if (found > 0) {
            core.transmitter.sendControlReply(packet, nowMillis);
        }
        for (int i = 0; i < unknownCount && core.topology.weAreUpstream(); i++) {
            request(unknown[i], nowMillis);
        }
        return VerbHandler.Outcome.RECEIVED;
    }

    /**
     * Takes the identities that we asked for. Unlike the reference it checks that the key belongs to the address, so
     * that not even a root can put its own key in a stranger's place.
     */
    VerbHandler.Outcome onOk(ReceivedPacket packet, ByteReader reader, long nowMillis) {
        if (!core.topology.isUpstream(packet.sender().address())) {
            core.counters.drop(DropReason.NOT_UPSTREAM);
            return VerbHandler.Outcome.RECEIVED;
        }
        while (reader.remaining() > 0) {
            Identity identity = Identity.read(reader).orElse(null);
            if (identity == null) {
                core.counters.drop(DropReason.MALFORMED);
                return VerbHandler.Outcome.IGNORED;
            }
            long address = identity.address();
            if (pending.get(address) == null || core.peers.get(address) != null) {
                continue;
            }
            if (!identity.locallyValid()) {
                core.counters.drop(DropReason.INVALID_IDENTITY);
                continue;
            }
            pending.remove(address);
            if (core.peers.obtain(identity, nowMillis) != null) {
                core.receiver.identityArrived(identity.withoutSecret());
            }
        }
        return VerbHandler.Outcome.RECEIVED;
    }
}
