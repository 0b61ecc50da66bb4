package io.ztnio.protocol.vl1.assembly;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/** VL2 as VL1's parts see it: what has been attached, or {@link NoVerbs}. Thread: confined to the node. */
final class AttachedNetworks implements VerbHandler {
    private VerbHandler attached = new NoVerbs();

    void attach(VerbHandler handler) {
        attached = handler;
    }

    @Override
    public Outcome onPacket(InboundPacket packet, long nowMillis) {
        return attached.onPacket(packet, nowMillis);
    }

    @Override
    public Outcome onOk(InboundPacket packet, Verb inReVerb, long inRePacketId, long nowMillis) {
        return attached.onOk(packet, inReVerb, inRePacketId, nowMillis);
    }

    @Override
    public Outcome onError(InboundPacket packet, Verb inReVerb, long inRePacketId, ErrorCode code, long nowMillis) {
        return attached.onError(packet, inReVerb, inRePacketId, code, nowMillis);
    }

    @Override
    public void onIdentity(Identity identity, long nowMillis) {
        attached.onIdentity(identity, nowMillis);
    }

    @Override
    public void onPeerActive(Peer peer, long nowMillis) {
        attached.onPeerActive(peer, nowMillis);
    }

    @Override
    public void onPathAsked(InboundPacket packet, long nowMillis) {
        attached.onPathAsked(packet, nowMillis);
    }

    @Override
    public void onPathLearned(InboundPacket packet, long nowMillis) {
        attached.onPathLearned(packet, nowMillis);
    }

    @Override
    public void onSurfaceChanged(InboundPacket packet, InetSocketAddress surface, long nowMillis) {
        attached.onSurfaceChanged(packet, surface, nowMillis);
    }

    @Override
    public long poll(long nowMillis) {
        return attached.poll(nowMillis);
    }
}
