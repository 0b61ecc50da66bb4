package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;

/** What VL1 tells the node that owns it. Thread: called on the node's thread; must not call back into VL1. */
public interface Vl1Listener {
    /** The node came within reach of its roots, or lost them. */
    void onOnline(boolean online, long nowMillis);

    /** A root knows another node with our address: this identity cannot be used. */
    void onIdentityCollision(long nowMillis);

    /** A USER_MESSAGE came. */
    void onUserMessage(long sender, long typeId, Bytes data, long nowMillis);

    /** A peer says what became of a frame or a credential there: a dictionary, of which nothing is checked. */
    void onRemoteTrace(long sender, Bytes trace, long nowMillis);

    /** A peer is now reached directly, at {@code remote}, or, if that is {@code null}, through a relay only. */
    void onPeerPath(Peer peer, InetSocketAddress remote, long nowMillis);

    /** The planet or a moon was replaced by a newer one, which should be stored. */
    void onWorld(World world, long nowMillis);

    /** A peer is about to be forgotten. */
    void onPeerForgotten(PeerRecord peer, long nowMillis);
}
