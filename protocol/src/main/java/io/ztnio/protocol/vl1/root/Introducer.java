package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.message.Rendezvous;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.Verb;
import java.util.random.RandomGenerator;

/** Tells peers by RENDEZVOUS where those are whom they talk to through us ({@code protocol.md} 8.7). Thread: confined to the node. */
public final class Introducer {
    private final Introductions introductions = new Introductions();
    private final ControlPackets packets;
    private final RandomGenerator random;

    public Introducer(ControlPackets packets, RandomGenerator random) {
        this.packets = packets;
        this.random = random;
    }

    /** Tells each of two peers where the other is, in the best scope and family that both have a path of, if that is due. */
    void introduce(RemotePeer one, RemotePeer other, long nowMillis) {
        long moved = Math.max(one.paths().learnedMillis(), other.paths().learnedMillis());
        if (!introductions.admit(one.address(), other.address(), moved, nowMillis)) {
            return;
        }
        PeerPath bestOfOne = null;
        PeerPath bestOfOther = null;
        int bestRank = -1;
        for (int i = 0; i < one.paths().count(); i++) {
            PeerPath path = one.paths().get(i);
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
        if (random.nextBoolean()) {
            rendezvous(one, bestOfOne.path, other, bestOfOther.path, nowMillis);
            rendezvous(other, bestOfOther.path, one, bestOfOne.path, nowMillis);
        } else {
            rendezvous(other, bestOfOther.path, one, bestOfOne.path, nowMillis);
            rendezvous(one, bestOfOne.path, other, bestOfOther.path, nowMillis);
        }
    }

    private static PeerPath bestOf(RemotePeer peer, Path like, long nowMillis) {
        PeerPath best = null;
        for (int i = 0; i < peer.paths().count(); i++) {
            PeerPath path = peer.paths().get(i);
            if (path.isUsable(nowMillis)
                    && path.path.isOfKind(like)
                    && (best == null || path.quality(nowMillis) < best.quality(nowMillis))) {
                best = path;
            }
        }
        return best;
    }

    private void rendezvous(RemotePeer to, Path by, RemotePeer about, Path at, long nowMillis) {
        new Rendezvous(0, about.address(), at.remote).write(packets.begin(to.address(), Verb.RENDEZVOUS));
        packets.sendTo(to, by.socket, by.remote, false, nowMillis);
    }
}
