package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.packet.Compression;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.peer.PeerLife;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.peer.ReplayFilter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;

/** Takes whole packets for us: opens them, drops copies, decompresses ({@code protocol.md} 4.0). Thread: confined to the node. */
public final class PacketIntake {
    private final Opening opening;
    private final PeerLife life;
    private final PacketSink sink;
    private final DeferredRing deferred;
    private final Counters counters;
    private final ReplayFilter replays = new ReplayFilter();
    private final ReceivedPacket packet = new ReceivedPacket();
    private final byte[] decompressed = new byte[PacketHeader.MAX_PACKET_LENGTH];

    public PacketIntake(Opening opening, PeerLife life, PacketSink sink, DeferredRing deferred, Counters counters) {
        this.opening = opening;
        this.life = life;
        this.sink = sink;
        this.deferred = deferred;
        this.counters = counters;
    }

    /** Takes a packet as it came from the wire. */
    void onSealed(byte[] buffer, int offset, int length, Arrival arrival, long nowMillis) {
        RemotePeer sender = opening.authenticate(buffer, offset, length, arrival, nowMillis);
        if (sender != null) {
            onAuthentic(sender, buffer, offset, length, arrival, nowMillis);
        }
    }

    /** Takes a packet that is authentic, and decrypted. */
    void onAuthentic(RemotePeer sender, byte[] buffer, int offset, int length, Arrival arrival, long nowMillis) {
        long packetId = PacketHeader.id(buffer, offset);
        Verb verb = PacketHeader.verb(buffer, offset);
        counters.authenticated(verb);
        sender.tally().received();
        if (!replays.admit(packetId, replaySalt(sender, verb, arrival))) {
            counters.drop(DropReason.REPLAYED);
            return;
        }
        if (!isSalted(verb) || replays.admit(packetId, sender.address())) {
            life.heard(sender, verb, nowMillis);
        }
        int hops = PacketHeader.hops(buffer, offset);
        packet.set(sender, packetId, verb, hops, false)
                .arrival(arrival.socket, arrival.from, arrival.ingressNanos, length)
                .held(arrival.heldMillis)
                .bytes(buffer, offset, length);
        if (PacketHeader.isCompressed(buffer, offset)) {
            int fullLength = Compression.decompress(buffer, offset, length, decompressed);
            if (fullLength < 0) {
                counters.drop(DropReason.BAD_COMPRESSION);
                return;
            }
            packet.bytes(decompressed, 0, fullLength);
        }
        if (sink.onPacket(packet, nowMillis) == VerbHandler.Outcome.NOT_YET) {
            deferred.addOpened(packet, arrival, nowMillis);
        }
    }

    /** Takes a packet again that has been opened. */
    VerbHandler.Outcome onOpened(RemotePeer sender, DeferredRing.Entry entry, long nowMillis) {
        packet.set(sender, entry.packetId, entry.verb, entry.hops, true)
                .arrival(entry.socket, entry.from, entry.ingressNanos, entry.bytes.length)
                .bytes(entry.bytes, 0, entry.bytes.length);
        return sink.onPacket(packet, nowMillis);
    }

    private static boolean isSalted(Verb verb) {
        return verb == Verb.HELLO || verb == Verb.ECHO;
    }

    /** HELLO and ECHO may leave their sender by several sockets with one ID, and each wants its answer. */
    private static long replaySalt(RemotePeer sender, Verb verb, Arrival arrival) {
        if (!isSalted(verb)) {
            return sender.address();
        }
        return sender.address() ^ ((long) (arrival.from.hashCode() * 31 + arrival.socket) << 40);
    }
}
