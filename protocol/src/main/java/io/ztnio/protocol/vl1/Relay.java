package io.ztnio.protocol.vl1;

import io.ztnio.protocol.message.Rendezvous;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/** Forwards packets for others, and introduces those whom it forwards for ({@code protocol.md} 8.7). Thread: confined to the node. */
final class Relay {
    private static final int MAX_HOPS = 3;

    private final Core core;
    private final Introductions introductions = new Introductions();

    Relay(Core core) {
        this.core = core;
    }

    void onHead(byte[] buffer, int offset, int length, int socket, InetSocketAddress from, long nowMillis) {
        long destination = PacketHeader.destination(buffer, offset);
        long source = PacketHeader.source(buffer, offset);
        if (!admits(PacketHeader.hops(buffer, offset), socket, from, nowMillis)) {
            return;
        }
        PacketHeader.incrementHops(buffer, offset);
        RemotePeer sender = core.peers.get(source);
        RemotePeer target = core.peers.get(destination);
        PeerPath path = target == null ? null : target.bestPath(nowMillis);
        if (path == null) {
            target = core.topology.best(nowMillis, source);
            path = target == null ? null : target.anyPath(nowMillis);
        }
        if (path == null) {
            core.counters.drop(DropReason.NO_ROUTE);
            return;
        }
        core.transmitter.forward(path.path, buffer, offset, length, nowMillis);
        if (sender != null && introductions.admit(source, target.address(), nowMillis)) {
            introduce(sender, target, nowMillis);
        }
    }

    void onFragment(byte[] buffer, int offset, int length, int socket, InetSocketAddress from, long nowMillis) {
        if (!admits(FragmentHeader.hops(buffer, offset), socket, from, nowMillis)) {
            return;
        }
        FragmentHeader.incrementHops(buffer, offset);
        RemotePeer target = core.peers.get(FragmentHeader.destination(buffer, offset));
        PeerPath path = target == null ? null : target.bestPath(nowMillis);
        if (path == null) {
            RemotePeer upstream = core.topology.best(nowMillis, 0);
            path = upstream == null ? null : upstream.anyPath(nowMillis);
        }
        if (path == null) {
            core.counters.drop(DropReason.NO_ROUTE);
            return;
        }
        core.transmitter.forward(path.path, buffer, offset, length, nowMillis);
    }

    /** Roots relay for everybody, other nodes for paths that have proved common membership. */
    private boolean admits(int hops, int socket, InetSocketAddress from, long nowMillis) {
        if (!core.topology.weAreUpstream()) {
            Path path = core.paths.find(socket, from);
            if (path == null || !path.isTrusted(nowMillis)) {
                core.counters.drop(DropReason.NOT_RELAYING);
                return false;
            }
        }
        if (hops >= MAX_HOPS) {
            core.counters.drop(DropReason.HOP_LIMIT);
            return false;
        }
        return true;
    }

    /** Tells each of two peers where the other is, in the best scope and family that both have a path of. */
    private void introduce(RemotePeer one, RemotePeer other, long nowMillis) {
        PeerPath bestOfOne = null;
        PeerPath bestOfOther = null;
        int bestRank = -1;
        for (int i = 0; i < one.pathCount(); i++) {
            PeerPath path = one.path(i);
            // The scope counts first, then IPv6 goes before IPv4.
            int rank = path.path.scope.rank() * 2 + (path.path.isIpv6() ? 1 : 0);
            if (!path.isUsable(nowMillis) || rank < bestRank) {
                continue;
            }
            if (rank == bestRank && path.quality(nowMillis) >= bestOfOne.quality(nowMillis)) {
                continue;
            }
            PeerPath counterpart = bestOf(other, path.path, nowMillis);
            if (counterpart != null) {
                bestRank = rank;
                bestOfOne = path;
                bestOfOther = counterpart;
            }
        }
        if (bestOfOne == null) {
            return;
        }
        if (core.config.random().nextBoolean()) {
            rendezvous(one, bestOfOne.path, other, bestOfOther.path, nowMillis);
            rendezvous(other, bestOfOther.path, one, bestOfOne.path, nowMillis);
        } else {
            rendezvous(other, bestOfOther.path, one, bestOfOne.path, nowMillis);
            rendezvous(one, bestOfOne.path, other, bestOfOther.path, nowMillis);
        }
    }

    private static PeerPath bestOf(RemotePeer peer, Path like, long nowMillis) {
        PeerPath best = null;
        for (int i = 0; i < peer.pathCount(); i++) {
            PeerPath path = peer.path(i);
            if (path.isUsable(nowMillis)
                    && path.path.scope == like.scope
                    && path.path.isIpv6() == like.isIpv6()
                    && (best == null || path.quality(nowMillis) < best.quality(nowMillis))) {
                best = path;
            }
        }
        return best;
    }

    private void rendezvous(RemotePeer to, Path by, RemotePeer about, Path at, long nowMillis) {
        ByteWriter writer = core.transmitter.beginControl(to.address(), Verb.RENDEZVOUS);
        new Rendezvous(0, about.address(), at.remote).write(writer);
        core.transmitter.sendControlTo(to, by.socket, by.remote, false, nowMillis);
    }
}
