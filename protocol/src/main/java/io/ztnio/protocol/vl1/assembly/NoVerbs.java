package io.ztnio.protocol.vl1.assembly;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;

/** Stands for VL2 while none is attached: a node that is only a root. Thread-safe. */
final class NoVerbs implements VerbHandler {
    @Override
    public Outcome onPacket(InboundPacket packet, long nowMillis) {
        return Outcome.RECEIVED;
    }

    @Override
    public Outcome onOk(InboundPacket packet, Verb inReVerb, long inRePacketId, long nowMillis) {
        return Outcome.RECEIVED;
    }

    @Override
    public Outcome onError(InboundPacket packet, Verb inReVerb, long inRePacketId, ErrorCode code, long nowMillis) {
        return Outcome.RECEIVED;
    }

    @Override
    public void onIdentity(Identity identity, long nowMillis) {}

    @Override
    public void onPeerActive(Peer peer, long nowMillis) {}

    @Override
    public long poll(long nowMillis) {
        return Long.MAX_VALUE;
    }
}
