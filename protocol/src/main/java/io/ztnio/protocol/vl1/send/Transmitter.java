package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.PathRules;
import io.ztnio.protocol.vl1.SendLane;
import io.ztnio.protocol.vl1.SendStage;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.vl1.bond.Bond;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;

/**
 * Chooses the way of a packet: direct, through a relay, by the lane of its peer's data, or later ({@code protocol.md} 8.8).
 *
 * <p>Thread: confined to the node.
 */
public final class Transmitter {
    private static final long QUEUE_CHECK_MILLIS = 500;

    private final long self;
    private final PeerTable peers;
    private final Upstreams upstreams;
    private final WayFinder finder;
    private final PathPolicy policy;
    private final PacketEmitter emitter;
    private final Counters counters;
    private final TransmitQueue queue;
    /** Of the packet in hand, if it takes several. */
    private final Path[] ways = new Path[Bond.MAX_MEMBERS];

    private SendStage stage;
    private long nextQueueCheckMillis = Path.NEVER;

    /** @param self our own address */
    public Transmitter(
            long self,
            PeerTable peers,
            Upstreams upstreams,
            WayFinder finder,
            PathPolicy policy,
            PacketEmitter emitter,
            Counters counters) {
        this.self = self;
        this.peers = peers;
        this.upstreams = upstreams;
        this.finder = finder;
        this.policy = policy;
        this.emitter = emitter;
        this.counters = counters;
        this.queue = new TransmitQueue(counters);
    }

    /** Where data is sealed from now on; {@code null} for this thread. */
    public void stage(SendStage replacement) {
        stage = replacement;
    }

    /**
     * Sends a packet in the clear by the best way, or keeps a copy until there is one.
     *
     * @return the on-wire packet ID, or 0 if it waits or was dropped
     */
    long send(long destination, byte[] buffer, int offset, int length, long nowMillis) {
        if (destination == self) {
            counters.drop(DropReason.NO_ROUTE);
            return 0;
        }
        if (length > PacketHeader.MAX_PACKET_LENGTH) {
            counters.drop(DropReason.UNSENDABLE);
            return 0;
        }
        RemotePeer peer = peers.get(destination);
        long id = peer == null ? 0 : route(peer, buffer, offset, length, nowMillis);
        if (id == 0) {
            queue.add(destination, buffer, offset, length, nowMillis);
            finder.onNoWay(destination, nowMillis);
        }
        return id;
    }

    /** As {@link Vl1#datagramBytes}. */
    public int datagramBytes(long destination, long nowMillis) {
        RemotePeer peer = peers.get(destination);
        int inUse = peer == null || peer.bond() == null ? 0 : peer.bond().inUse(ways, nowMillis);
        if (inUse > 0) {
            int shortest = PathRules.MAX_MTU;
            for (int i = 0; i < inUse; i++) {
                shortest = Math.min(shortest, ways[i].directMtu(policy));
            }
            return shortest;
        }
        PeerPath best = peer == null ? null : peer.paths().best(nowMillis);
        return best == null ? PathPolicy.DEFAULT_MTU : best.path.directMtu(policy);
    }

    /** As {@link Vl1#isCongested}. */
    public boolean isCongested(long destination) {
        RemotePeer peer = stage == null ? null : peers.get(destination);
        return peer != null && peer.isCongested();
    }

    /** Sends what waits for a destination and can go now. */
    public void flush(long destination, long nowMillis) {
        queue.flush(destination, this, nowMillis);
    }

    /** Whether frames wait for an identity or a way. */
    public boolean holdsFrames() {
        return queue.holdsFrames();
    }

    /** Tries what waits again, if that is due. */
    public void poll(long nowMillis) {
        if (queue.isEmpty() || nowMillis < nextQueueCheckMillis) {
            return;
        }
        nextQueueCheckMillis = nowMillis + QUEUE_CHECK_MILLIS;
        queue.flush(TransmitQueue.ALL, this, nowMillis);
        for (long destination : queue.destinations()) {
            finder.onNoWay(destination, nowMillis);
        }
    }

    /** When {@link #poll} is due, or {@link Long#MAX_VALUE}. */
    public long deadlineMillis() {
        return queue.isEmpty() ? Long.MAX_VALUE : nextQueueCheckMillis;
    }

    /** Sends a packet that has waited, if that is possible now. */
    boolean trySend(long destination, byte[] buffer, int offset, int length, long nowMillis) {
        RemotePeer peer = peers.get(destination);
        return peer != null && route(peer, buffer, offset, length, nowMillis) != 0;
    }

    private long route(RemotePeer peer, byte[] buffer, int offset, int length, long nowMillis) {
        Bond bond = peer.bond();
        boolean data = isData(buffer, offset);
        if (bond != null && data) {
            bond.frame(nowMillis);
            int copies = bond.broadcast(ways, nowMillis);
            if (copies > 0) {
                long id = emitter.sealForAll(peer, ways, copies, buffer, offset, length, nowMillis);
                for (int i = 0; i < copies && length > PathPolicy.DEFAULT_MTU; i++) {
                    finder.onLongPacket(peer, ways[i], length, nowMillis);
                }
                return id;
            }
        }
        PeerPath bonded = bond == null ? null : bond.choose(buffer, offset, length, nowMillis);
        PeerPath direct = bonded != null ? bonded : peer.paths().best(nowMillis);
        RemotePeer upstream = direct == null ? upstreams.best(nowMillis, peer.address()) : null;
        PeerPath relay = upstream == null ? null : upstream.paths().best(nowMillis);
        PeerPath way =
                direct != null ? direct : relay != null ? relay : peer.paths().any(nowMillis);
        if (way == null) {
            return 0;
        }
        Path path = way.path;
        long trustedId = policy.trustedPathId(path.remote);
        CipherSuite suite = peer.suite();
        if (trustedId != 0) {
            suite = CipherSuite.TRUSTED_PATH;
            PacketHeader.mac(buffer, offset, trustedId);
        }
        SendLane lane = data ? peer.lane(stage) : null;
        int mtu = direct == null ? path.mtu(policy) : path.directMtu(policy);
        long id = lane == null
                ? emitter.seal(peer, suite, path, mtu, buffer, offset, length, true, nowMillis)
                : emitter.sealOnLane(peer, lane, suite, path, mtu, buffer, offset, length);
        path.sent(nowMillis);
        if (bonded != null && lane == null) {
            bond.sent(bonded, id, nowMillis);
        }
        way.sent(nowMillis);
        if (direct != null && length > PathPolicy.DEFAULT_MTU) {
            finder.onLongPacket(peer, path, length, nowMillis);
        }
        // Only now: what these send may be written where this packet was.
        if (direct == null) {
            finder.onNoDirectPath(peer, nowMillis);
            if (relay != null) {
                finder.onRelayed(upstream, relay, nowMillis);
            }
        } else if (direct.isSilent(nowMillis)) {
            finder.onSilentPath(peer, direct, nowMillis);
        }
        return id;
    }

    /** Frames: they are the bulk, nobody waits for an OK to them, and nothing depends on what overtakes them. */
    private static boolean isData(byte[] buffer, int offset) {
        int verb = PacketHeader.verbCode(buffer, offset);
        return verb == Verb.FRAME.code() || verb == Verb.EXT_FRAME.code();
    }
}
