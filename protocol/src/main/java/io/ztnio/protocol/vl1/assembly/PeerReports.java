package io.ztnio.protocol.vl1.assembly;

import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is told of the peers: to people, and to the store. Thread: confined to the node. */
final class PeerReports {
    private final PeerTable peers;
    private final Topology topology;
    private final PathPolicy policy;

    PeerReports(PeerTable peers, Topology topology, PathPolicy policy) {
        this.peers = peers;
        this.topology = topology;
        this.policy = policy;
    }

    /** What is worth storing of the peers: those that are no roots and were heard of. */
    List<PeerRecord> records() {
        List<PeerRecord> records = new ArrayList<>();
        for (RemotePeer peer : peers.all()) {
            if (isWorthStoring(peer)) {
                records.add(peer.record());
            }
        }
        return records;
    }

    /** What is worth storing of one peer; empty for a root, or a peer that was never heard of. */
    Optional<PeerRecord> record(long address) {
        return Optional.ofNullable(peers.get(address))
                .filter(this::isWorthStoring)
                .map(RemotePeer::record);
    }

    private boolean isWorthStoring(RemotePeer peer) {
        return !topology.isUpstream(peer.address()) && peer.lastReceiveMillis() != Path.NEVER;
    }

    /** The peers as they are now. */
    List<PeerStatus> status(long nowMillis) {
        List<PeerStatus> result = new ArrayList<>();
        for (RemotePeer peer : peers.all()) {
            result.add(status(peer, nowMillis));
        }
        return result;
    }

    private PeerStatus status(RemotePeer peer, long nowMillis) {
        PeerPath best = peer.paths().best(nowMillis);
        PeerPath preferred = peer.bond() == null ? best : peer.bond().preferred(best, nowMillis);
        List<PeerStatus.PathStatus> paths = new ArrayList<>();
        for (int i = 0; i < peer.paths().count(); i++) {
            PeerPath path = peer.paths().get(i);
            paths.add(new PeerStatus.PathStatus(
                    path.path.socket,
                    path.path.remote,
                    Math.max(path.path.lastSendMillis(), -1),
                    path.lastReceiveMillis(),
                    path.latencyMillis(),
                    path.isUsable(nowMillis),
                    path == preferred,
                    path.path.directMtu(policy)));
        }
        return new PeerStatus(
                peer.address(),
                peer.version() == null ? "" : peer.version().toString(),
                peer.protocolVersion(),
                topology.role(peer.address()),
                peer.latencyMillis(),
                best != null,
                peer.lastReceiveMillis() == Path.NEVER ? -1 : peer.lastReceiveMillis(),
                paths,
                Optional.ofNullable(peer.bond()).map(bond -> bond.status(nowMillis)),
                peer.tally().snapshot());
    }
}
