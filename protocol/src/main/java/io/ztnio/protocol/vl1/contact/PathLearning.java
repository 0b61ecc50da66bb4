package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerLife;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.PathAdmission;
import io.ztnio.protocol.vl1.send.Transmitter;

/** By which paths peers are reached ({@code protocol.md} 8.3). Thread: confined to the node. */
public final class PathLearning {
    private final PathAdmission admission;
    private final Contact contact;
    private final PeerLife life;
    private final Transmitter transmitter;
    private final RelayedPeers relayed;
    private final Vl1Listener listener;
    private final VerbHandler handler;

    public PathLearning(
            PathAdmission admission,
            Contact contact,
            PeerLife life,
            Transmitter transmitter,
            RelayedPeers relayed,
            Vl1Listener listener,
            VerbHandler handler) {
        this.admission = admission;
        this.contact = contact;
        this.life = life;
        this.transmitter = transmitter;
        this.relayed = relayed;
        this.listener = listener;
        this.handler = handler;
    }

    /**
     * The peer's path that a direct packet came by: known, or learned if the packet is an OK from the very address that we
     * had asked; otherwise {@code null}. The reference learns from any OK; hops and source addresses are not
     * authenticated, so that whoever sees an OK could send it on from elsewhere and have our traffic follow.
     */
    public PeerPath learn(ReceivedPacket packet, Path path, long nowMillis) {
        RemotePeer peer = packet.sender();
        PeerPath known = peer.paths().find(path);
        if (known != null) {
            known.received(nowMillis);
        } else if (packet.isPathProof() && admission.allows(peer.address(), path.remote)) {
            known = peer.paths().learn(path, other -> ask(peer, other, nowMillis), nowMillis);
            peer.expectActiveNotice();
            life.mayBeNew(peer, nowMillis);
            relayed.onWay(peer, nowMillis);
            handler.onPathLearned(packet, nowMillis);
        } else {
            return null;
        }
        if (packet.isPathProof() && peer.admitRedirect(path.remote, nowMillis)) {
            peer.paths().want(known);
        }
        reportDirectness(peer, nowMillis);
        return known;
    }

    private void ask(RemotePeer peer, PeerPath path, long nowMillis) {
        contact.probe(peer, path.path.socket, path.path.remote, nowMillis);
    }

    /** Tells the listener if the peer has become direct, or relayed. */
    void reportDirectness(RemotePeer peer, long nowMillis) {
        PeerPath best = peer.paths().best(nowMillis);
        if (peer.changeDirect(best != null)) {
            listener.onPeerPath(peer, best == null ? null : best.path.remote, nowMillis);
            transmitter.flush(peer.address(), nowMillis);
            if (best != null) {
                relayed.onWay(peer, nowMillis);
            }
        }
    }
}
