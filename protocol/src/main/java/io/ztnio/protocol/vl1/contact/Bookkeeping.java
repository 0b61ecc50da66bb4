package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.OnlineWatch;
import io.ztnio.protocol.vl1.root.PathAdmission;
import io.ztnio.protocol.wire.Verb;

/**
 * What follows from an authentic packet that counts as received: who is alive, by which path, and whom to tell
 * ({@code protocol.md} 8.3). Thread: confined to the node.
 */
public final class Bookkeeping {
    private final PathTable paths;
    private final PathAdmission admission;
    private final PathLearning learning;
    private final Contact contact;
    private final DirectPathPush push;
    private final Bonds bonds;
    private final OnlineWatch online;
    private final VerbHandler handler;

    public Bookkeeping(
            PathTable paths,
            PathAdmission admission,
            PathLearning learning,
            Contact contact,
            DirectPathPush push,
            Bonds bonds,
            OnlineWatch online,
            VerbHandler handler) {
        this.paths = paths;
        this.admission = admission;
        this.learning = learning;
        this.contact = contact;
        this.push = push;
        this.bonds = bonds;
        this.online = online;
        this.handler = handler;
    }

    /**
     * A packet counts as received.
     *
     * @param trusted whether it proves common membership
     */
    public void received(ReceivedPacket packet, boolean trusted, long nowMillis) {
        RemotePeer peer = packet.sender();
        peer.received(isNontrivial(packet.verb()), trusted, nowMillis);
        if (packet.hops() == 0) {
            Path path = paths.obtain(packet.socket(), packet.from(), peer.address(), nowMillis);
            path.received(trusted, nowMillis);
            PeerPath known = learning.learn(packet, path, nowMillis);
            if (known != null && peer.bond() != null) {
                peer.bond().received(known, packet.packetId(), packet.verb(), nowMillis);
            }
            if (known == null
                    && admission.allows(peer.address(), path.remote)
                    && contact.confirm(peer, path, nowMillis)) {
                handler.onPathAsked(packet, nowMillis);
            }
        }
        if (trusted) {
            bonds.onTrusted(peer);
        }
        push.onReceived(packet, nowMillis);
        if (peer.admitActiveNotice(nowMillis)) {
            handler.onPeerActive(peer, nowMillis);
        }
        online.received(peer, nowMillis);
    }

    /** Whether a verb shows that the peer is worth keeping paths to; {@code null} stands for a verb that we do not know. */
    private static boolean isNontrivial(Verb verb) {
        return verb == Verb.FRAME
                || verb == Verb.EXT_FRAME
                || verb == Verb.NETWORK_CONFIG_REQUEST
                || verb == Verb.NETWORK_CONFIG
                || verb == Verb.MULTICAST_FRAME;
    }
}
