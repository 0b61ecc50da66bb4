package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.path.SurfaceAwareness;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Topology;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/** What follows when somebody tells how it sees us ({@code protocol.md} 8.6). Thread: confined to the node. */
public final class SurfaceReports {
    private final SurfaceAwareness surface;
    private final PathTable paths;
    private final PeerTable peers;
    private final Topology topology;
    private final Contact contact;

    public SurfaceReports(
            SurfaceAwareness surface, PathTable paths, PeerTable peers, Topology topology, Contact contact) {
        this.surface = surface;
        this.paths = paths;
        this.peers = peers;
        this.topology = topology;
        this.contact = contact;
    }

    /** The sender of a direct packet sees us at {@code seen}. */
    public void report(ReceivedPacket packet, InetSocketAddress seen, long nowMillis) {
        long reporter = packet.sender().address();
        Path path = paths.obtain(packet.socket(), packet.from(), reporter, nowMillis);
        if (surface.report(reporter, path, seen, topology.isUpstream(reporter), nowMillis)) {
            distrustPaths(other -> other.isOfKind(path) && other != path, nowMillis);
        }
    }

    /** An address of ours is gone: all paths count only after they have answered, whichever of them went by it. */
    public void addressGone(long nowMillis) {
        distrustPaths(path -> true, nowMillis);
    }

    /** Our address of some scope and family has changed: its paths count only after they have answered. */
    private void distrustPaths(Predicate<Path> affected, long nowMillis) {
        for (RemotePeer peer : peers.all()) {
            for (int i = 0; i < peer.paths().count(); i++) {
                PeerPath path = peer.paths().get(i);
                if (affected.test(path.path)) {
                    path.distrust(nowMillis);
                    contact.probe(peer, path.path.socket, path.path.remote, nowMillis);
                }
            }
        }
    }
}
