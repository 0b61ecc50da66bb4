package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.message.PushDirectPaths;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.path.SurfaceAwareness;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells peers where else we are, by PUSH_DIRECT_PATHS ({@code protocol.md} 4.17 and 8.5). Thread: confined to the node. */
public final class DirectPathPush {
    private static final long RELAYED_INTERVAL_MILLIS = 15_000;
    private static final long DIRECT_INTERVAL_MILLIS = 120_000;
    private static final int MAX_PACKET_LENGTH = 1176;
    private static final int MAX_RECORD_LENGTH = 23;
    /** What we say at most; a receiver uses 8 of each kind. */
    private static final int MAX_ADVERTISED = 64;

    private final PathPolicy policy;
    private final SurfaceAwareness surface;
    private final ControlPackets packets;
    private List<InetSocketAddress> localAddresses = List.of();

    public DirectPathPush(PathPolicy policy, SurfaceAwareness surface, ControlPackets packets) {
        this.policy = policy;
        this.surface = surface;
        this.packets = packets;
    }

    /**
     * Local endpoints to advertise, as the driver told.
     *
     * @return whether one that there was is gone
     */
    public boolean localAddresses(List<InetSocketAddress> endpoints) {
        boolean gone = !endpoints.containsAll(localAddresses);
        localAddresses = List.copyOf(endpoints);
        return gone;
    }

    /** Tells a trusted peer from which something came where else we are, now and then. */
    void onReceived(ReceivedPacket packet, long nowMillis) {
        RemotePeer peer = packet.sender();
        long interval = packet.hops() > 0 ? RELAYED_INTERVAL_MILLIS : DIRECT_INTERVAL_MILLIS;
        if (!peer.isTrusted(nowMillis) || !peer.admitPush(interval, nowMillis)) {
            return;
        }
        Set<InetSocketAddress> endpoints = new LinkedHashSet<>(localAddresses);
        endpoints.addAll(surface.surfaces());
        List<PushDirectPaths.Path> records = new ArrayList<>();
        int room = MAX_PACKET_LENGTH - PacketHeader.LENGTH;
        int advertised = 0;
        for (InetSocketAddress endpoint : endpoints) {
            if (!policy.allows(peer.address(), endpoint) || advertised == MAX_ADVERTISED) {
                continue;
            }
            if (room < MAX_RECORD_LENGTH) {
                push(packet, records, nowMillis);
                records.clear();
                room = MAX_PACKET_LENGTH - PacketHeader.LENGTH;
            }
            records.add(PushDirectPaths.Path.of(0, endpoint));
            room -= MAX_RECORD_LENGTH;
            advertised++;
        }
        if (!records.isEmpty()) {
            push(packet, records, nowMillis);
        }
    }

    private void push(ReceivedPacket packet, List<PushDirectPaths.Path> records, long nowMillis) {
        RemotePeer peer = packet.sender();
        new PushDirectPaths(records).write(packets.begin(peer.address(), Verb.PUSH_DIRECT_PATHS));
        packets.sendTo(peer, packet.socket(), packet.from(), false, nowMillis);
    }
}
