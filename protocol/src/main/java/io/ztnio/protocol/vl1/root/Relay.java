package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.PacketEmitter;
import io.ztnio.protocol.vl1.send.WayFinder;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetSocketAddress;

/** Forwards packets for others, and introduces those whom it forwards for ({@code protocol.md} 8.7). Thread: confined to the node. */
public final class Relay {
    private static final int MAX_HOPS = 3;

    private final Topology topology;
    private final PeerTable peers;
    private final PathTable paths;
    private final PacketEmitter emitter;
    private final Introducer introducer;
    private final WayFinder finder;
    private final Counters counters;

    public Relay(
            Topology topology,
            PeerTable peers,
            PathTable paths,
            PacketEmitter emitter,
            Introducer introducer,
            WayFinder finder,
            Counters counters) {
        this.topology = topology;
        this.peers = peers;
        this.paths = paths;
        this.emitter = emitter;
        this.introducer = introducer;
        this.finder = finder;
        this.counters = counters;
    }

    /** Forwards a packet, or the first piece of one. */
    public void onHead(byte[] buffer, int offset, int length, int socket, InetSocketAddress from, long nowMillis) {
        long destination = PacketHeader.destination(buffer, offset);
        long source = PacketHeader.source(buffer, offset);
        if (!admits(PacketHeader.hops(buffer, offset), socket, from, nowMillis)) {
            return;
        }
        PacketHeader.incrementHops(buffer, offset);
        RemotePeer sender = peers.get(source);
        RemotePeer target = peers.get(destination);
        PeerPath path = target == null ? null : target.paths().best(nowMillis);
        boolean viaUpstream = path == null;
        if (viaUpstream) {
            target = topology.best(nowMillis, source);
            path = target == null ? null : target.paths().any(nowMillis);
        }
        if (path == null || leadsBack(target, path, from, nowMillis)) {
            counters.drop(DropReason.NO_ROUTE);
            return;
        }
        emitter.forward(path.path, buffer, offset, length, nowMillis);
        if (viaUpstream) {
            finder.onRelayed(target, path, nowMillis);
        }
        if (sender != null) {
            introducer.introduce(sender, target, nowMillis);
        }
    }

    /** Forwards another piece of a packet. */
    public void onFragment(byte[] buffer, int offset, int length, int socket, InetSocketAddress from, long nowMillis) {
        if (!admits(FragmentHeader.hops(buffer, offset), socket, from, nowMillis)) {
            return;
        }
        FragmentHeader.incrementHops(buffer, offset);
        RemotePeer target = peers.get(FragmentHeader.destination(buffer, offset));
        PeerPath path = target == null ? null : target.paths().best(nowMillis);
        if (path == null) {
            target = topology.best(nowMillis, 0);
            path = target == null ? null : target.paths().any(nowMillis);
        }
        if (path == null || leadsBack(target, path, from, nowMillis)) {
            counters.drop(DropReason.NO_ROUTE);
            return;
        }
        emitter.forward(path.path, buffer, offset, length, nowMillis);
    }

    /**
     * Two roots that both know no way would send a packet to and fro until its hops are used up: by one path, or there by IPv4 and back
     * by IPv6.
     */
    private static boolean leadsBack(RemotePeer target, PeerPath path, InetSocketAddress from, long nowMillis) {
        return path.path.remote.equals(from) || target.paths().leadTo(from, nowMillis);
    }

    /** Roots relay for everybody, other nodes for paths that have proved common membership. */
    private boolean admits(int hops, int socket, InetSocketAddress from, long nowMillis) {
        if (!topology.weAreUpstream()) {
            Path path = paths.find(socket, from);
            if (path == null || !path.isTrusted(nowMillis)) {
                counters.drop(DropReason.NOT_RELAYING);
                return false;
            }
        }
        if (hops >= MAX_HOPS) {
            counters.drop(DropReason.HOP_LIMIT);
            return false;
        }
        return true;
    }
}
