package io.ztnio.protocol.vl1;

import io.ztnio.protocol.message.ErrorHeader;
import io.ztnio.protocol.message.OkHello;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;

/** Receives OK and ERROR ({@code protocol.md} 4.3 and 4.4). Thread: confined to the node. */
final class OkProtocol {
    private static final int MAX_LATENCY_MILLIS = 65_535;

    private final Core core;

    OkProtocol(Core core) {
        this.core = core;
    }

    VerbHandler.Outcome onOk(ReceivedPacket packet, long nowMillis) {
        ByteReader reader = packet.payload();
        int inReCode = reader.getByte();
        long inRePacketId = reader.getLong();
        if (!reader.ok()) {
            core.counters.drop(DropReason.MALFORMED);
            return VerbHandler.Outcome.IGNORED;
        }
        InetSocketAddress sentTo =
                core.replies.sentTo(inRePacketId, packet.sender().address(), nowMillis);
        if (sentTo == null && !packet.isRetry()) {
            core.counters.drop(DropReason.UNEXPECTED_OK);
            return VerbHandler.Outcome.IGNORED;
        }
        if (packet.from().equals(sentTo)) {
            packet.provesPath();
        }
        Verb inReVerb = Verb.of(inReCode);
        if (inReVerb == null) {
            return VerbHandler.Outcome.RECEIVED;
        }
        return switch (inReVerb) {
            case HELLO -> onOkHello(packet, reader, nowMillis);
            case WHOIS -> core.whois.onOk(packet, reader, nowMillis);
            case NOP, ECHO, RENDEZVOUS, PUSH_DIRECT_PATHS, USER_MESSAGE -> VerbHandler.Outcome.RECEIVED;
            default -> core.handler.onOk(packet, inReVerb, inRePacketId, nowMillis);
        };
    }

    private VerbHandler.Outcome onOkHello(ReceivedPacket packet, ByteReader reader, long nowMillis) {
        OkHello ok = OkHello.read(reader).orElse(null);
        if (ok == null) {
            core.counters.drop(DropReason.MALFORMED);
            return VerbHandler.Outcome.IGNORED;
        }
        if (ok.version().protocol() < HelloProtocol.MIN_PROTOCOL) {
            core.counters.drop(DropReason.OLD_PROTOCOL);
            return VerbHandler.Outcome.IGNORED;
        }
        RemotePeer peer = packet.sender();
        peer.version = ok.version();
        int latency = (int) Math.max(0, Math.min(nowMillis - ok.timestamp(), MAX_LATENCY_MILLIS));
        if (packet.hops() == 0) {
            Path path = core.paths.obtain(packet.socket(), packet.from());
            PeerPath learned = core.learning.learn(packet, path, nowMillis);
            if (learned != null) {
                learned.sampleLatency(latency);
            }
            if (ok.source() != null) {
                core.hello.reportSurface(packet, ok.source(), nowMillis);
            }
        } else {
            peer.relayedLatency(latency);
        }
        if (!ok.worldUpdates().isEmpty() && core.topology.mayOffer(peer.address())) {
            for (World world : ok.worlds()) {
                if (core.topology.offer(world, peer.address())) {
                    core.listener.onWorld(world, nowMillis);
                }
            }
        }
        return VerbHandler.Outcome.RECEIVED;
    }

    VerbHandler.Outcome onError(ReceivedPacket packet, long nowMillis) {
        ErrorHeader header = ErrorHeader.read(packet.payload()).orElse(null);
        if (header == null) {
            core.counters.drop(DropReason.MALFORMED);
            return VerbHandler.Outcome.IGNORED;
        }
        ErrorCode code = header.code();
        Verb inReVerb = header.inReVerb();
        if (code == null || inReVerb == null) {
            return VerbHandler.Outcome.RECEIVED;
        }
        long sender = packet.sender().address();
        if (code == ErrorCode.IDENTITY_COLLISION) {
            // The reference does not ask for an expected ID here; a claim of this weight should at least answer us.
            if (core.topology.isUpstream(sender) && core.replies.isExpected(header.inRePacketId(), sender, nowMillis)) {
                core.listener.onIdentityCollision(nowMillis);
            }
            // A root that refuses us is no root in reach.
            return VerbHandler.Outcome.IGNORED;
        }
        return core.handler.onError(packet, inReVerb, header.inRePacketId(), code, nowMillis);
    }
}
