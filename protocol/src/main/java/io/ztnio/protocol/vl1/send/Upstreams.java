package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.vl1.peer.RemotePeer;
import java.net.InetSocketAddress;

/** Whom packets are relayed through. Thread: confined to the node. */
public interface Upstreams {
    /** The best upstream other than {@code except}, which is an address or 0; {@code null} if there is none in reach. */
    RemotePeer best(long nowMillis, long except);

    /** Whether one of them is at this physical address, as far as we know: what comes from there may be of anybody. */
    boolean areAt(InetSocketAddress remote, long nowMillis);
}
