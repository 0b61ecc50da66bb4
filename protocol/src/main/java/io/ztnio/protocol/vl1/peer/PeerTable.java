package io.ztnio.protocol.vl1.peer;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.path.Path;
import java.util.List;

/** The nodes whose identity we know. Bounded. Thread: confined to the node. */
public final class PeerTable {
    private final LongMap<RemotePeer> peers = new LongMap<>();
    private final Identity self;
    private final int capacity;
    private final Counters counters;

    /** If packets are opened outside of the node too. */
    private OpenKeys openKeys;

    public PeerTable(Identity self, int capacity, Counters counters) {
        this.self = self;
        this.capacity = capacity;
        this.counters = counters;
    }

    /** Keeps these keys up to date from now on. */
    public void publish(OpenKeys keys) {
        openKeys = keys;
        all().forEach(this::publish);
    }

    private void publish(RemotePeer peer) {
        if (openKeys != null) {
            openKeys.put(peer.address(), peer.keys());
        }
    }

    /** Whether these keys are the ones that have been published of a peer. */
    public boolean isCurrent(OpenKeys.Entry keys, RemotePeer peer) {
        return openKeys != null && openKeys.get(peer.address()) == keys;
    }

    /** The peer, or {@code null}. */
    public RemotePeer get(long address) {
        return peers.get(address);
    }

    /** All of them now, in no order. */
    public List<RemotePeer> all() {
        return peers.values();
    }

    public boolean isFull() {
        return peers.size() >= capacity;
    }

    /** Whether nobody more may enter for whom we have not asked: a quarter is for those. */
    public boolean isFullForStrangers() {
        return peers.size() >= capacity - capacity / 4;
    }

    /** The root with this identity, made if its address is unknown or another's, even in a full table. */
    public RemotePeer obtainRoot(Identity identity) {
        RemotePeer known = peers.get(identity.address());
        if (known != null && known.identity().equals(identity)) {
            return known;
        }
        if (known != null) {
            known.closeLane();
        }
        RemotePeer root = new RemotePeer(identity.withoutSecret(), PeerKeys.agree(self, identity), Path.NEVER);
        peers.put(identity.address(), root);
        publish(root);
        return root;
    }

    /** Adds a peer whose keys have been agreed on; {@code null} if the table is full. */
    public RemotePeer add(Identity identity, PeerKeys keys, long nowMillis) {
        if (isFull()) {
            counters.drop(DropReason.TABLE_FULL);
            return null;
        }
        RemotePeer peer = new RemotePeer(identity.withoutSecret(), keys, nowMillis);
        peers.put(identity.address(), peer);
        publish(peer);
        return peer;
    }

    public void remove(RemotePeer peer) {
        peers.remove(peer.address());
        if (openKeys != null) {
            openKeys.remove(peer.address());
        }
        peer.closeLane();
    }
}
