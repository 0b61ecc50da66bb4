package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.path.SurfaceAwareness;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Topology;
import java.net.InetSocketAddress;

/** What follows when somebody tells how it sees us ({@code protocol.md} 8.6). Thread: confined to the node. */
public final class SurfaceReports {
    private final SurfaceAwareness surface;
    private final PathTable paths;
    private final PeerTable peers;
    private final Topology topology;
    private final Contact contact;
    private final VerbHandler handler;

    public SurfaceReports(
            SurfaceAwareness surface,
            PathTable paths,
            PeerTable peers,
            Topology topology,
            Contact contact,
            VerbHandler handler) {
        this.surface = surface;
        this.paths = paths;
        this.peers = peers;
        this.topology = topology;
        this.contact = contact;
        this.handler = handler;
    }

    /** The sender of a direct packet sees us at {@code seen}. */
    public void report(ReceivedPacket packet, InetSocketAddress seen, long nowMillis) {
        long reporter = packet.sender().address();
        Path path = paths.obtain(packet.socket(), packet.from(), reporter, nowMillis);
        if (surface.report(reporter, path, seen, topology.isUpstream(reporter), nowMillis)) {
            handler.onSurfaceChanged(packet, seen, nowMillis);
            distrustPaths(path, nowMillis);
        }
    }

    /** Our address of some scope and family has changed: its paths count only after they have answered. */
    private void distrustPaths(Path like, long nowMillis) {
        for (RemotePeer peer : peers.all()) {
            for (int i = 0; i < peer.paths().count(); i++) {
                PeerPath path = peer.paths().get(i);
                if (path.path.isOfKind(like) && path.path != like) {
                    path.distrust(nowMillis);
                    contact.probe(peer, path.path.socket, path.path.remote, nowMillis);
                }
            }
        }
    }
}
