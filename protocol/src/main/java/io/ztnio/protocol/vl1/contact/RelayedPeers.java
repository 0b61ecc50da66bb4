package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Topology;

/**
 * Those who are reached through an upstream only. When one is in reach again, they get a HELLO through it: both ends learn that
 * packets arrive again, and connections that wait for their next retransmission need not. Thread: confined to the node.
 */
public final class RelayedPeers {
    /** At once. */
    private static final int MAX_GREETED = 256;

    private final PeerTable peers;
    private final Topology topology;
    private final Contact contact;

    public RelayedPeers(PeerTable peers, Topology topology, Contact contact) {
        this.peers = peers;
        this.topology = topology;
        this.contact = contact;
    }

    /** A peer is reached directly again. */
    void onDirect(RemotePeer found, long nowMillis) {
        if (!topology.isUpstream(found.address())) {
            return;
        }
        int greeted = 0;
        for (RemotePeer peer : peers.all()) {
            boolean relayed = peer.isActive(nowMillis) && !peer.hasDirectPath(nowMillis);
            if (relayed && !topology.isUpstream(peer.address()) && greeted++ < MAX_GREETED) {
                contact.helloThroughRelay(peer, nowMillis);
            }
        }
    }
}
