package io.ztnio.protocol.vl1;

import io.ztnio.protocol.message.PushDirectPaths;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.IpScope;
import io.ztnio.protocol.wire.Verb;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** PUSH_DIRECT_PATHS, both sides ({@code protocol.md} 4.17 and 8.5). Thread: confined to the node. */
final class DirectPaths {
    private static final int MAX_PUSHES_IN_WINDOW = 8;
    private static final int MAX_PER_SCOPE_AND_FAMILY = 8;
    private static final int MAX_PACKET_LENGTH = 1176;
    private static final int MAX_RECORD_LENGTH = 23;
    /** What we say at most; a receiver uses 8 of each kind. */
    private static final int MAX_ADVERTISED = 64;

    private final Core core;

    DirectPaths(Core core) {
        this.core = core;
    }

    /** Tells a trusted peer from which something came where else we are, now and then. */
    void onReceived(ReceivedPacket packet, long nowMillis) {
        RemotePeer peer = packet.sender();
        long interval = packet.hops() > 0 ? Timing.PUSH_RELAYED_MILLIS : Timing.PUSH_DIRECT_MILLIS;
        if (!peer.isTrusted(nowMillis) || nowMillis - peer.lastPushSentMillis < interval) {
            return;
        }
        peer.lastPushSentMillis = nowMillis;
        Set<InetSocketAddress> endpoints = new LinkedHashSet<>(core.localAddresses);
        endpoints.addAll(core.surface.surfaces());
        List<PushDirectPaths.Path> records = new ArrayList<>();
        int room = MAX_PACKET_LENGTH - Vl1.HEADER_LENGTH;
        int advertised = 0;
        for (InetSocketAddress endpoint : endpoints) {
            if (!core.config.pathPolicy().allows(peer.address(), endpoint) || advertised == MAX_ADVERTISED) {
                continue;
            }
            if (room < MAX_RECORD_LENGTH) {
                push(packet, records, nowMillis);
                records.clear();
                room = MAX_PACKET_LENGTH - Vl1.HEADER_LENGTH;
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
        ByteWriter writer = core.transmitter.beginControl(peer.address(), Verb.PUSH_DIRECT_PATHS);
        new PushDirectPaths(records).write(writer);
        core.transmitter.sendControlTo(peer, packet.socket(), packet.from(), false, nowMillis);
    }

    VerbHandler.Outcome onPush(ReceivedPacket packet, long nowMillis) {
        RemotePeer peer = packet.sender();
        boolean sameWindow = nowMillis - peer.lastPushReceivedMillis <= Timing.PUSH_WINDOW_MILLIS;
        peer.pushesInWindow = sameWindow ? peer.pushesInWindow + 1 : 0;
        peer.lastPushReceivedMillis = nowMillis;
        if (peer.pushesInWindow >= MAX_PUSHES_IN_WINDOW) {
            core.counters.drop(DropReason.RATE_LIMITED);
            return VerbHandler.Outcome.RECEIVED;
        }
        PushDirectPaths push = PushDirectPaths.read(packet.payload()).orElse(null);
        if (push == null) {
            core.counters.drop(DropReason.MALFORMED);
            return VerbHandler.Outcome.IGNORED;
        }
        int[] used = new int[IpScope.values().length * 2];
        for (PushDirectPaths.Path record : push.paths()) {
            InetSocketAddress endpoint = record.endpoint();
            if ((record.flags() & PushDirectPaths.Path.FLAG_FORGET) != 0
                    || endpoint == null
                    || endpoint.getPort() == 0
                    || !core.mayUse(peer.address(), endpoint)
                    || hasPathTo(peer, endpoint, nowMillis)) {
                continue;
            }
            int kind = IpScope.of(endpoint.getAddress()).rank() * 2;
            kind += endpoint.getAddress() instanceof Inet6Address ? 1 : 0;
            if (used[kind]++ < MAX_PER_SCOPE_AND_FAMILY) {
                core.contact.probe(peer, DatagramSender.ALL_SOCKETS, endpoint, nowMillis);
            }
        }
        return VerbHandler.Outcome.RECEIVED;
    }

    private static boolean hasPathTo(RemotePeer peer, InetSocketAddress endpoint, long nowMillis) {
        for (int i = 0; i < peer.pathCount(); i++) {
            if (peer.path(i).path.remote.equals(endpoint) && peer.path(i).isUsable(nowMillis)) {
                return true;
            }
        }
        return false;
    }
}
