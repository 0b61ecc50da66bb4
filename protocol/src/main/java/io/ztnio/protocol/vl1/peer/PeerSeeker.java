package io.ztnio.protocol.vl1.peer;

/** Looks for a peer that is silent. Thread: confined to the node. */
@FunctionalInterface
public interface PeerSeeker {
    /** Asks on every way that there is or was, and through a root. */
    void seek(RemotePeer peer, long nowMillis);
}
