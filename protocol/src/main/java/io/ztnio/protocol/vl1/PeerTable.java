package io.ztnio.protocol.vl1;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import java.util.List;

/** The nodes whose identity we know. Bounded. Thread: confined to the node. */
final class PeerTable {
    private final LongMap<RemotePeer> peers = new LongMap<>();
    private final Identity self;
    private final int capacity;
    private final Counters counters;

    PeerTable(Identity self, int capacity, Counters counters) {
        this.self = self;
        this.capacity = capacity;
        this.counters = counters;
    }

    /** The peer, or {@code null}. */
    RemotePeer get(long address) {
        return peers.get(address);
    }

    List<RemotePeer> all() {
        return peers.values();
    }

    boolean isFull() {
        return peers.size() >= capacity;
    }

    /** The peer with this identity, made if its address is unknown; {@code null} if the table is full. */
    RemotePeer obtain(Identity identity, long nowMillis) {
        RemotePeer known = peers.get(identity.address());
        return known != null ? known : add(identity, PeerKeys.agree(self, identity), nowMillis);
    }

    /** As {@link #obtain}, but roots are taken even into a full table. */
    RemotePeer obtainRoot(Identity identity) {
        RemotePeer known = peers.get(identity.address());
        if (known != null && known.identity().equals(identity)) {
            return known;
        }
        if (known != null) {
            known.closeLane();
        }
        RemotePeer root = new RemotePeer(identity.withoutSecret(), PeerKeys.agree(self, identity));
        peers.put(identity.address(), root);
        return root;
    }

    /** Adds a peer whose keys have been agreed on; {@code null} if the table is full. */
    RemotePeer add(Identity identity, PeerKeys keys, long nowMillis) {
        if (isFull()) {
            counters.drop(DropReason.TABLE_FULL);
            return null;
        }
        RemotePeer peer = new RemotePeer(identity.withoutSecret(), keys);
        peer.knownSinceMillis = nowMillis;
        peers.put(identity.address(), peer);
        return peer;
    }

    void remove(RemotePeer peer) {
        peers.remove(peer.address());
        peer.closeLane();
    }
}
