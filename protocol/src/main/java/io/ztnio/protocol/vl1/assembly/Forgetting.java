package io.ztnio.protocol.vl1.assembly;

import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.contact.Keepalive;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.SurfaceAwareness;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.IdentityRequests;

/** Forgets what nobody needs any longer. Thread: confined to the node. */
final class Forgetting {
    private final PeerTable peers;
    private final PathTable paths;
    private final SurfaceAwareness surface;
    private final IdentityRequests requests;
    private final Keepalive keepalive;
    private final Vl1Listener listener;

    Forgetting(
            PeerTable peers,
            PathTable paths,
            SurfaceAwareness surface,
            IdentityRequests requests,
            Keepalive keepalive,
            Vl1Listener listener) {
        this.peers = peers;
        this.paths = paths;
        this.surface = surface;
        this.requests = requests;
        this.keepalive = keepalive;
        this.listener = listener;
    }

    void run(long nowMillis) {
        for (RemotePeer peer : peers.all()) {
            boolean needed = keepalive.keeps(peer.address()) || peer.isSought();
            if (!needed && nowMillis - peer.lastKnownMillis() > RemotePeer.ACTIVITY_MILLIS) {
                listener.onPeerForgotten(peer.record(), nowMillis);
                peers.remove(peer);
            }
        }
        paths.purge(nowMillis);
        surface.purge(nowMillis);
        requests.purge(nowMillis);
    }
}
