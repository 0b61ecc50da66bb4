package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/**
 * What follows from an authentic packet that counts as received: who is alive, by which path, and whom to tell
 * ({@code protocol.md} 8.3). Thread: confined to the node.
 */
final class PathLearning {
    private final Core core;

    PathLearning(Core core) {
        this.core = core;
    }

    void received(ReceivedPacket packet, boolean trusted, long nowMillis) {
        RemotePeer peer = packet.sender();
        peer.lastReceiveMillis = nowMillis;
        if (isNontrivial(packet.verb())) {
            peer.lastNontrivialMillis = nowMillis;
        }
        if (trusted) {
            peer.lastTrustedMillis = nowMillis;
        }
        if (packet.hops() == 0) {
            Path path = core.paths.obtain(packet.socket(), packet.from());
            path.lastReceiveMillis = nowMillis;
            if (trusted) {
                path.lastTrustedMillis = nowMillis;
            }
            if (learn(packet, path, nowMillis) == null && core.mayUse(peer.address(), path.remote)) {
                core.contact.confirm(peer, path, nowMillis);
            }
        }
        core.directPaths.onReceived(packet, nowMillis);
        if (nowMillis - peer.lastActiveNoticeMillis >= Timing.PEER_ACTIVE_NOTICE_MILLIS) {
            peer.lastActiveNoticeMillis = nowMillis;
            core.handler.onPeerActive(peer, nowMillis);
        }
        core.maintenance.noticeOnline(peer, nowMillis);
    }

    /** Whether a verb shows that the peer is worth keeping paths to; {@code null} stands for a verb that we do not know. */
    private static boolean isNontrivial(Verb verb) {
        return verb == Verb.FRAME
                || verb == Verb.EXT_FRAME
                || verb == Verb.NETWORK_CONFIG_REQUEST
                || verb == Verb.NETWORK_CONFIG
                || verb == Verb.MULTICAST_FRAME;
    }

    /**
     * The peer's path that a direct packet came by: known, or learned if the packet is an OK from the very address that we
     * had asked; otherwise {@code null}. The reference learns from any OK; hops and source addresses are not
     * authenticated, so that whoever sees an OK could send it on from elsewhere and have our traffic follow.
     */
    PeerPath learn(ReceivedPacket packet, Path path, long nowMillis) {
        RemotePeer peer = packet.sender();
        PeerPath known = peer.find(path);
        if (known != null) {
            known.received(nowMillis);
        } else if (packet.isPathProof() && core.mayUse(peer.address(), path.remote)) {
            known = peer.learn(path, nowMillis);
            peer.lastActiveNoticeMillis = Path.NEVER;
            core.life.mayBeNew(peer, nowMillis);
        } else {
            return null;
        }
        reportDirectness(peer, nowMillis);
        return known;
    }

    /** Tells the listener if the peer has become direct, or relayed. */
    void reportDirectness(RemotePeer peer, long nowMillis) {
        PeerPath best = peer.bestPath(nowMillis);
        if ((best != null) != peer.reportedDirect) {
            peer.reportedDirect = best != null;
            InetSocketAddress remote = best == null ? null : best.path.remote;
            core.listener.onPeerPath(peer, remote, nowMillis);
            core.queue.flush(peer.address(), core.transmitter, nowMillis);
        }
    }
}
