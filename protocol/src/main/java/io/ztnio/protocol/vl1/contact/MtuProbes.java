package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.path.MtuSearch;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the paths that packets in several datagrams go by how long a datagram may be ({@code protocol.md} 8.16), by ECHO, where the
 * sockets can forbid fragmentation and nobody has said how long. Thread: confined to the node.
 */
public final class MtuProbes {
    private record Watched(RemotePeer peer, Path path) {}

    private final PathPolicy policy;
    private final PeerTable peers;
    private final PathTable paths;
    private final ControlPackets packets;
    private final List<Watched> watched = new ArrayList<>();
    private long nextMillis = Long.MAX_VALUE;

    public MtuProbes(PathPolicy policy, PeerTable peers, PathTable paths, ControlPackets packets) {
        this.policy = policy;
        this.peers = peers;
        this.paths = paths;
        this.packets = packets;
    }

    /** A packet longer than the usual datagram went by a direct path of its destination. */
    public void onLongPacket(RemotePeer peer, Path path, int bytes, long nowMillis) {
        MtuSearch search = path.mtuSearch();
        if (search == null) {
            if (!packets.canSendWhole() || !peer.answersEcho() || !path.beginMtuSearch(policy)) {
                return;
            }
            search = path.mtuSearch();
        }
        if (search.onLongPacket(bytes, nowMillis)) {
            watched.add(new Watched(peer, path));
            nextMillis = nowMillis;
        }
    }

    /** OK(ECHO) came directly. */
    public void onAnswer(int socket, InetSocketAddress from, long packetId, long nowMillis) {
        Path path = watched.isEmpty() ? null : paths.find(socket, from);
        if (path != null && path.mtuSearch() != null && path.mtuSearch().answered(packetId, nowMillis)) {
            nextMillis = nowMillis;
        }
    }

    /**
     * Asks what is due.
     *
     * @return when to be called next, or {@link Long#MAX_VALUE}
     */
    public long poll(long nowMillis) {
        if (nowMillis < nextMillis) {
            return nextMillis;
        }
        nextMillis = Long.MAX_VALUE;
        for (Watched one : watched) {
            ask(one.peer, one.path, nowMillis);
        }
        watched.removeIf(one -> one.path.mtuSearch().isIdle());
        return nextMillis;
    }

    private void ask(RemotePeer peer, Path path, long nowMillis) {
        MtuSearch search = path.mtuSearch();
        if (peers.get(peer.address()) != peer) {
            search.abandon();
            return;
        }
        int bytes = search.due(path.lastReceiveMillis(), nowMillis);
        while (bytes > 0) {
            long id = send(peer, path, bytes, nowMillis);
            if (id != 0) {
                search.asked(bytes, id, nowMillis);
                break;
            }
            search.tooLong(bytes, nowMillis);
            bytes = search.due(path.lastReceiveMillis(), nowMillis);
        }
        nextMillis = Math.min(nextMillis, search.deadlineMillis(nowMillis));
    }

    /** Sends ECHO of a length; its ID on the wire, or 0 if it does not leave this machine in one piece. */
    private long send(RemotePeer peer, Path path, int bytes, long nowMillis) {
        ByteWriter writer = packets.begin(peer.address(), Verb.ECHO);
        writer.putZeros(bytes - PacketHeader.LENGTH);
        return packets.sendWhole(peer, path.socket, path.remote, nowMillis);
    }
}
