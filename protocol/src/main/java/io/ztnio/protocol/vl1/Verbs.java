package io.ztnio.protocol.vl1;

import io.ztnio.protocol.message.Rendezvous;
import io.ztnio.protocol.message.UserMessage;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;

/** Gives an authentic packet to whom its verb concerns ({@code protocol.md} 4). Thread: confined to the node. */
final class Verbs {
    private final Core core;

    Verbs(Core core) {
        this.core = core;
    }

    /** What became of the packet; the bookkeeping is done, {@code NOT_YET} is the caller's. */
    VerbHandler.Outcome dispatch(ReceivedPacket packet, long nowMillis) {
        VerbHandler.Outcome outcome = handle(packet, nowMillis);
        if (outcome == VerbHandler.Outcome.RECEIVED || outcome == VerbHandler.Outcome.TRUSTED) {
            core.learning.received(packet, outcome == VerbHandler.Outcome.TRUSTED, nowMillis);
        }
        return outcome;
    }

    private VerbHandler.Outcome handle(ReceivedPacket packet, long nowMillis) {
        if (packet.verb() == null) {
            core.counters.drop(DropReason.IGNORED_VERB);
            return VerbHandler.Outcome.RECEIVED;
        }
        return switch (packet.verb()) {
            case NOP, REMOTE_TRACE -> VerbHandler.Outcome.RECEIVED;
            case HELLO -> core.hello.onHello(packet, nowMillis);
            case OK -> core.ok.onOk(packet, nowMillis);
            case ERROR -> core.ok.onError(packet, nowMillis);
            case WHOIS -> core.whois.onRequest(packet, nowMillis);
            case RENDEZVOUS -> onRendezvous(packet, nowMillis);
            case ECHO -> onEcho(packet, nowMillis);
            case PUSH_DIRECT_PATHS -> core.directPaths.onPush(packet, nowMillis);
            case USER_MESSAGE -> onUserMessage(packet, nowMillis);
            case ACK, QOS_MEASUREMENT, PATH_NEGOTIATION_REQUEST -> {
                core.counters.drop(DropReason.IGNORED_VERB);
                yield VerbHandler.Outcome.IGNORED;
            }
            default -> core.handler.onPacket(packet, nowMillis);
        };
    }

    private VerbHandler.Outcome onEcho(ReceivedPacket packet, long nowMillis) {
        Path path = core.paths.obtain(packet.socket(), packet.from());
        if (nowMillis - path.lastEchoReplyMillis < Timing.ECHO_REPLY_MILLIS) {
            core.counters.drop(DropReason.RATE_LIMITED);
            return VerbHandler.Outcome.IGNORED;
        }
        path.lastEchoReplyMillis = nowMillis;
        ByteReader payload = packet.payload();
        ByteWriter writer = core.transmitter.beginControlOk(packet);
        if (payload.remaining() > writer.remaining()) {
            core.counters.drop(DropReason.UNSENDABLE);
            return VerbHandler.Outcome.RECEIVED;
        }
        writer.putBytes(payload.array(), payload.position(), payload.remaining());
        core.transmitter.sendControlReply(packet, nowMillis);
        return VerbHandler.Outcome.RECEIVED;
    }

    private VerbHandler.Outcome onRendezvous(ReceivedPacket packet, long nowMillis) {
        if (!core.topology.isUpstream(packet.sender().address())) {
            core.counters.drop(DropReason.NOT_UPSTREAM);
            return VerbHandler.Outcome.RECEIVED;
        }
        Rendezvous rendezvous = Rendezvous.read(packet.payload()).orElse(null);
        if (rendezvous == null) {
            core.counters.drop(DropReason.MALFORMED);
            return VerbHandler.Outcome.IGNORED;
        }
        RemotePeer peer = core.peers.get(rendezvous.peer());
        if (peer == null) {
            // The reference gives up here, and the first RENDEZVOUS between strangers is lost. Its identity is
            // certainly on the way: whoever made the root introduce us has asked for ours too.
            core.whois.request(rendezvous.peer(), nowMillis);
            return VerbHandler.Outcome.NOT_YET;
        }
        if (rendezvous.endpoint().getPort() != 0 && core.mayUse(rendezvous.peer(), rendezvous.endpoint())) {
            core.contact.probe(peer, packet.socket(), rendezvous.endpoint(), nowMillis);
        }
        return VerbHandler.Outcome.RECEIVED;
    }

    private VerbHandler.Outcome onUserMessage(ReceivedPacket packet, long nowMillis) {
        UserMessage message = UserMessage.read(packet.payload()).orElse(null);
        if (message == null) {
            core.counters.drop(DropReason.MALFORMED);
            return VerbHandler.Outcome.IGNORED;
        }
        core.listener.onUserMessage(packet.sender().address(), message.type(), message.data(), nowMillis);
        core.handler.onPacket(packet, nowMillis);
        return VerbHandler.Outcome.RECEIVED;
    }
}
