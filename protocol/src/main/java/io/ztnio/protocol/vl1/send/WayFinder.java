package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.RemotePeer;

/** Told where packets want to go, so that ways are found and kept. Thread: confined to the node. */
public interface WayFinder {
    /** Packets wait for the destination's identity, or for a way there. */
    void onNoWay(long destination, long nowMillis);

    /** A packet to a peer went by no direct path of its own. */
    void onNoDirectPath(RemotePeer peer, long nowMillis);

    /** A packet went, or is about to go, through an upstream by this path of it. */
    void onRelayed(RemotePeer upstream, PeerPath path, long nowMillis);

    /** A packet went by a path that has been silent for a while. */
    void onSilentPath(RemotePeer peer, PeerPath path, long nowMillis);

    /** A packet that is longer than the usual datagram went by a direct path. */
    void onLongPacket(RemotePeer peer, Path path, int bytes, long nowMillis);
}
