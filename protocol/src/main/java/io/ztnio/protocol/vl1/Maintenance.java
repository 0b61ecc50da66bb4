package io.ztnio.protocol.vl1;

import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.transport.DatagramSender;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done by the clock: roots, keepalives, forgetting ({@code protocol.md} 8.1 and 8.2). Where the reference keeps the way
 * to its roots open by asking them WHOIS every 5 s, this sends ECHO over upstream paths that were idle for 14 s.
 *
 * <p>Thread: confined to the node.
 */
final class Maintenance {
    private final Core core;
    private long nextPingCheckMillis = Path.NEVER;
    private long nextHousekeepingMillis = Path.NEVER;
    private long nextQueueCheckMillis = Path.NEVER;
    private long lastUpstreamReceiveMillis = Path.NEVER;
    private boolean online;

    Maintenance(Core core) {
        this.core = core;
    }

    boolean isOnline(long nowMillis) {
        return core.topology.weAreUpstream() || nowMillis - lastUpstreamReceiveMillis <= Timing.OFFLINE_MILLIS;
    }

    /** Does what is due, and says when to come back. */
    long poll(long nowMillis) {
        if (nowMillis >= nextPingCheckMillis) {
            nextPingCheckMillis = nowMillis + Timing.PING_CHECK_MILLIS;
            pingCheck(nowMillis);
        }
        if (nowMillis >= nextHousekeepingMillis) {
            nextHousekeepingMillis = nowMillis + Timing.HOUSEKEEPING_MILLIS;
            housekeeping(nowMillis);
        }
        if (!core.queue.isEmpty() && nowMillis >= nextQueueCheckMillis) {
            nextQueueCheckMillis = nowMillis + Timing.QUEUE_CHECK_MILLIS;
            core.queue.flush(0, core.transmitter, nowMillis);
            for (long destination : core.queue.destinations()) {
                core.whois.request(destination, nowMillis);
            }
        }
        core.receiver.settle(nowMillis);
        long handlerDeadline = core.handler.poll(nowMillis);
        long queueDeadline = core.queue.isEmpty() ? Long.MAX_VALUE : nextQueueCheckMillis;
        long own = Math.min(Math.min(nextPingCheckMillis, nextHousekeepingMillis), queueDeadline);
        return Math.max(nowMillis, Math.min(Math.min(own, core.deferred.deadlineMillis()), handlerDeadline));
    }

    /** Something was received from a peer; from an upstream that means that we are online. */
    void noticeOnline(RemotePeer peer, long nowMillis) {
        if (core.topology.isUpstream(peer.address())) {
            lastUpstreamReceiveMillis = nowMillis;
            reportOnline(nowMillis);
        }
    }

    private void reportOnline(long nowMillis) {
        boolean now = isOnline(nowMillis);
        if (now != online) {
            online = now;
            core.listener.onOnline(now, nowMillis);
        }
    }

    private void pingCheck(long nowMillis) {
        for (Topology.Upstream upstream : core.topology.upstreams()) {
            keepUpstream(upstream, nowMillis);
        }
        for (long address : core.contacts) {
            keepContact(address, nowMillis);
        }
        for (long seed : core.topology.seedAddresses()) {
            keepContact(seed, nowMillis);
        }
        for (RemotePeer peer : core.peers.all()) {
            if (!core.topology.isUpstream(peer.address())
                    && nowMillis - peer.lastNontrivialMillis < Timing.PEER_ACTIVITY_MILLIS) {
                pingPaths(peer, Timing.PEER_PING_MILLIS, nowMillis);
            }
            peer.prunePaths(nowMillis);
            core.learning.reportDirectness(peer, nowMillis);
        }
        core.life.check(nowMillis);
        reportOnline(nowMillis);
    }

    private void keepUpstream(Topology.Upstream upstream, long nowMillis) {
        RemotePeer peer = upstream.peer();
        boolean lost =
                peer.bestPath(nowMillis) == null || nowMillis - peer.lastReceiveMillis > Timing.UPSTREAM_SILENCE_MILLIS;
        boolean reached = pingPaths(peer, Timing.UPSTREAM_HELLO_MILLIS, nowMillis);
        if (!lost) {
            return;
        }
        List<InetSocketAddress> ipv4 = new ArrayList<>();
        List<InetSocketAddress> ipv6 = new ArrayList<>();
        for (InetSocketAddress endpoint : upstream.endpoints()) {
            if (core.config.pathPolicy().allows(peer.address(), endpoint)) {
                (endpoint.getAddress() instanceof Inet6Address ? ipv6 : ipv4).add(endpoint);
            }
        }
        for (List<InetSocketAddress> family : List.of(ipv4, ipv6)) {
            if (!family.isEmpty()) {
                InetSocketAddress endpoint = family.get(core.config.random().nextInt(family.size()));
                core.contact.hello(peer, DatagramSender.ALL_SOCKETS, endpoint, nowMillis);
                peer.lastHelloMillis = nowMillis;
                reached = true;
            }
        }
        if (!reached) {
            core.contact.helloThroughRelay(peer, nowMillis);
        }
    }

    private void keepContact(long address, long nowMillis) {
        RemotePeer peer = core.peers.get(address);
        if (peer == null) {
            core.whois.request(address, nowMillis);
            return;
        }
        if (core.topology.isUpstream(address) || address == core.address) {
            return;
        }
        boolean reached = pingPaths(peer, Timing.CONTACT_HELLO_MILLIS, nowMillis);
        if (!reached && nowMillis - peer.lastHelloMillis > Timing.CONTACT_HELLO_MILLIS) {
            core.contact.helloThroughRelay(peer, nowMillis);
        }
    }

    /**
     * Sends HELLO over every path of a peer if that is due, else ECHO over those that were idle.
     *
     * @return whether there was a path
     */
    private boolean pingPaths(RemotePeer peer, long helloIntervalMillis, long nowMillis) {
        boolean helloDue = nowMillis - peer.lastHelloMillis >= helloIntervalMillis;
        boolean any = false;
        for (int i = 0; i < peer.pathCount(); i++) {
            PeerPath path = peer.path(i);
            if (nowMillis - path.lastReceiveMillis >= Timing.PATH_EXPIRATION_MILLIS) {
                continue;
            }
            any = true;
            if (helloDue) {
                core.contact.hello(peer, path.path.socket, path.path.remote, nowMillis);
            } else if (nowMillis - path.path.lastSendMillis >= Timing.PATH_HEARTBEAT_MILLIS) {
                core.contact.probe(peer, path.path.socket, path.path.remote, nowMillis);
            }
        }
        if (any && helloDue) {
            peer.lastHelloMillis = nowMillis;
        }
        return any;
    }

    private void housekeeping(long nowMillis) {
        for (RemotePeer peer : core.peers.all()) {
            long last = Math.max(peer.lastReceiveMillis, peer.knownSinceMillis);
            boolean needed = core.topology.isUpstream(peer.address())
                    || core.contacts.contains(peer.address())
                    || PeerLife.isSought(peer);
            if (!needed && nowMillis - last > Timing.PEER_ACTIVITY_MILLIS) {
                core.listener.onPeerForgotten(record(peer), nowMillis);
                core.peers.remove(peer);
            }
        }
        core.paths.purge(nowMillis);
        core.surface.purge(nowMillis);
        core.whois.purge(nowMillis);
    }

    /** What is to be stored of a peer. */
    static PeerRecord record(RemotePeer peer) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < peer.pathCount(); i++) {
            if (!addresses.contains(peer.path(i).path.remote)) {
                addresses.add(peer.path(i).path.remote);
            }
        }
        SoftwareVersion version = peer.version == null ? new SoftwareVersion(0, 0, 0, 0) : peer.version;
        return new PeerRecord(peer.identity(), version, addresses);
    }
}
