package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.vl1.peer.RemotePeer;

/** Whom packets are relayed through. Thread: confined to the node. */
@FunctionalInterface
public interface Upstreams {
    /** The best upstream other than {@code except}, which is an address or 0; {@code null} if there is none in reach. */
    RemotePeer best(long nowMillis, long except);
}
