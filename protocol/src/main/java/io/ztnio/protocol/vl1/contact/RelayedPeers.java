package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Topology;

/**
 * Those who are reached through an upstream only. When one is in reach again, they get a HELLO through it: both ends learn that
 * packets arrive again, and connections that wait for their next retransmission need not. Who has not been heard a moment later gets
 * another one: the upstream may not have known yet where we are now, and have sent the answer, and the peer, where we were.
 *
 * <p>Thread: confined to the node.
 */
public final class RelayedPeers {
    /** At once. */
    private static final int MAX_GREETED = 256;

    /** Longer than a round trip, and than an upstream waits before it corrects what it has told of us. */
    private static final long AGAIN_MILLIS = 1_500;

    private final PeerTable peers;
    private final Topology topology;
    private final Contact contact;
    private long greetedMillis = Path.NEVER;
    private long againMillis = Long.MAX_VALUE;

    public RelayedPeers(PeerTable peers, Topology topology, Contact contact) {
        this.peers = peers;
        this.topology = topology;
        this.contact = contact;
    }

    /** A peer is reached directly again, or by another path than before, perhaps the only one that is left. */
    void onWay(RemotePeer found, long nowMillis) {
        if (topology.isUpstream(found.address()) && greetedMillis != nowMillis) {
            greet(nowMillis, nowMillis);
            greetedMillis = nowMillis;
            againMillis = nowMillis + AGAIN_MILLIS;
        }
    }

    /** Greets once more who is to be; says when to come back. */
    public long poll(long nowMillis) {
        if (nowMillis >= againMillis) {
            againMillis = Long.MAX_VALUE;
            greet(greetedMillis, nowMillis);
        }
        return againMillis;
    }

    private void greet(long heardBeforeMillis, long nowMillis) {
        int greeted = 0;
        for (RemotePeer peer : peers.all()) {
            PeerPath direct = peer.paths().best(nowMillis);
            // A path that nothing has come by may have gone when the upstream had.
            boolean relayed = peer.isActive(nowMillis) && (direct == null || !direct.isAlive(nowMillis));
            boolean silent = peer.lastReceiveMillis() <= heardBeforeMillis;
            if (relayed && silent && !topology.isUpstream(peer.address()) && greeted++ < MAX_GREETED) {
                contact.helloThroughRelay(peer, nowMillis);
            }
        }
    }
}
