package io.ztnio.protocol.vl1;

import io.ztnio.protocol.crypto.PeerKeys;

/**
 * Seals and sends packets of data elsewhere than on the node's thread. The node still decides everything: the packet's
 * ID, its suite, its path and into how many datagrams it goes.
 *
 * <p>Thread: called on the node's thread.
 */
public interface SendStage {
    /**
     * Opens the way of one peer's data.
     *
     * @param address of the peer
     * @param keys the node's own, to be copied
     */
    SendLane lane(long address, PeerKeys keys);
}
