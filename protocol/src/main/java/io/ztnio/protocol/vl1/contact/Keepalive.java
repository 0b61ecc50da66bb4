package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.IdentityRequests;
import io.ztnio.protocol.vl1.root.Topology;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Keeps roots, contacts and active peers in reach ({@code protocol.md} 8.1 and 8.2). Where the reference keeps the way to its
 * roots open by asking them WHOIS every 5 s, this sends ECHO over upstream paths that were idle for 14 s.
 *
 * <p>Thread: confined to the node.
 */
public final class Keepalive {
    private static final long HEARTBEAT_MILLIS = 14_000;

    /** Between full HELLOs: 14 s times 2 for contacts, times 16 for upstreams. */
    private static final long CONTACT_HELLO_MILLIS = 28_000;

    private static final long UPSTREAM_HELLO_MILLIS = 224_000;
    private static final long PEER_HELLO_MILLIS = 60_000;

    /**
     * An upstream that was silent for so long, although it got an ECHO every 14 to 19 s, is looked for at its stable
     * endpoints again.
     */
    private static final long UPSTREAM_SILENCE_MILLIS = 24_000;

    /** Between the HELLOs to the endpoints of upstreams while none is in reach, in the first minutes of that. */
    private static final long SEEK_MILLIS = 2_000;

    private static final long SEEK_TIME_MILLIS = 300_000;

    /**
     * Between the first HELLOs of a node that starts: a root of the reference drops a stranger's if it has checked another one
     * of that network less than 2 s ago ({@code protocol.md} 4.2), and says nothing.
     */
    private static final long FIRST_SEEK_MILLIS = 700;

    /** After so many of them that time is over. */
    private static final int FIRST_SEEKS = 3;

    /** Between two looks whether any is in reach: a node at rest is not to be woken more often than it is anyhow. */
    private static final long LOOK_MILLIS = 5_000;

    private final PeerTable peers;
    private final Topology topology;
    private final IdentityRequests requests;
    private final Contact contact;
    private final PathLearning learning;
    private final PathPolicy policy;
    private final RandomGenerator random;
    private Set<Long> contacts = Set.of();
    private long lastInReachMillis = Path.NEVER;
    private long nextSeekMillis = Path.NEVER;
    /** HELLOs that may follow the first one soon. */
    private int firstSeeks = FIRST_SEEKS;

    public Keepalive(
            PeerTable peers,
            Topology topology,
            IdentityRequests requests,
            Contact contact,
            PathLearning learning,
            PathPolicy policy,
            RandomGenerator random) {
        this.peers = peers;
        this.topology = topology;
        this.requests = requests;
        this.contact = contact;
        this.learning = learning;
        this.policy = policy;
        this.random = random;
    }

    /** Further peers to keep in contact with, as VL2 told. */
    public void contacts(Set<Long> addresses) {
        contacts = Set.copyOf(addresses);
    }

    /** Whether a peer is kept in reach whatever it does, and so is not to be forgotten. */
    public boolean keeps(long address) {
        return topology.isUpstream(address) || contacts.contains(address);
    }

    /**
     * Looks for upstreams while none is in reach: whoever is relayed waits for that.
     *
     * @return when to be called next
     */
    public long seek(long nowMillis) {
        if (nowMillis < nextSeekMillis) {
            return nextSeekMillis;
        }
        nextSeekMillis = nowMillis + LOOK_MILLIS;
        if (topology.upstreams().isEmpty() || isAnyInReach(nowMillis)) {
            lastInReachMillis = nowMillis;
            firstSeeks = 0;
        } else if (lastInReachMillis == Path.NEVER) {
            // The first HELLO has just been sent.
            lastInReachMillis = nowMillis;
            nextSeekMillis = nowMillis + FIRST_SEEK_MILLIS;
        } else if (firstSeeks > 0) {
            firstSeeks--;
            nextSeekMillis = nowMillis + (firstSeeks > 0 ? FIRST_SEEK_MILLIS : SEEK_MILLIS);
            seekAll(FIRST_SEEK_MILLIS, nowMillis);
        } else if (nowMillis - lastInReachMillis < SEEK_TIME_MILLIS) {
            nextSeekMillis = nowMillis + SEEK_MILLIS;
            seekAll(SEEK_MILLIS, nowMillis);
        }
        return nextSeekMillis;
    }

    /** HELLO to all upstreams to which the last one is so long ago. */
    private void seekAll(long intervalMillis, long nowMillis) {
        for (Topology.Upstream upstream : topology.upstreams()) {
            if (upstream.peer().sinceHelloMillis(nowMillis) >= intervalMillis) {
                helloToEndpoints(upstream, nowMillis);
            }
        }
    }

    private boolean isAnyInReach(long nowMillis) {
        return topology.upstreams().stream().anyMatch(upstream -> !isLost(upstream.peer(), nowMillis));
    }

    private static boolean isLost(RemotePeer upstream, long nowMillis) {
        return !upstream.hasDirectPath(nowMillis) || nowMillis - upstream.lastReceiveMillis() > UPSTREAM_SILENCE_MILLIS;
    }

    /** Sends what is due; to be called every few seconds. */
    public void check(long nowMillis) {
        for (Topology.Upstream upstream : topology.upstreams()) {
            keepUpstream(upstream, nowMillis);
        }
        for (long address : contacts) {
            keepContact(address, nowMillis);
        }
        for (long seed : topology.seedAddresses()) {
            keepContact(seed, nowMillis);
        }
        for (RemotePeer peer : peers.all()) {
            boolean upstream = topology.isUpstream(peer.address());
            if (upstream || peer.isActive(nowMillis)) {
                peer.tally().latency(peer.latencyMillis());
            }
            if (!upstream && peer.isActive(nowMillis)) {
                pingPaths(peer, PEER_HELLO_MILLIS, nowMillis);
            }
            peer.paths().prune(nowMillis);
            learning.reportDirectness(peer, nowMillis);
        }
    }

    /**
     * Asks the root that is to send us a moon by HELLO, which names what is wanted; one that is not known yet is asked when it is.
     *
     * @param anew whether it has not been asked for this moon before; otherwise it is as often as an upstream is sought
     */
    public void askSeed(long address, boolean anew, long nowMillis) {
        RemotePeer peer = peers.get(address);
        if (peer == null) {
            requests.request(address, nowMillis);
        } else if ((anew || peer.sinceHelloMillis(nowMillis) >= SEEK_MILLIS) && !pingPaths(peer, 0, nowMillis)) {
            contact.helloThroughRelay(peer, nowMillis);
        }
    }

    private void keepUpstream(Topology.Upstream upstream, long nowMillis) {
        RemotePeer peer = upstream.peer();
        // A moon comes with the answer to HELLO.
        boolean isSeed = topology.seedAddresses().contains(peer.address());
        boolean reached = pingPaths(peer, isSeed ? CONTACT_HELLO_MILLIS : UPSTREAM_HELLO_MILLIS, nowMillis);
        if (isLost(peer, nowMillis)) {
            reached |= helloToEndpoints(upstream, nowMillis);
            if (!reached) {
                contact.helloThroughRelay(peer, nowMillis);
            }
        }
    }

    /** Sends HELLO to an endpoint of each family, by chance; false if there is none. */
    private boolean helloToEndpoints(Topology.Upstream upstream, long nowMillis) {
        RemotePeer peer = upstream.peer();
        List<InetSocketAddress> ipv4 = new ArrayList<>();
        List<InetSocketAddress> ipv6 = new ArrayList<>();
        for (InetSocketAddress endpoint : upstream.endpoints()) {
            if (policy.allows(peer.address(), endpoint)) {
                (endpoint.getAddress() instanceof Inet6Address ? ipv6 : ipv4).add(endpoint);
            }
        }
        for (List<InetSocketAddress> family : List.of(ipv4, ipv6)) {
            if (!family.isEmpty()) {
                InetSocketAddress endpoint = family.get(random.nextInt(family.size()));
                contact.hello(peer, DatagramSender.ALL_SOCKETS, endpoint, nowMillis);
                peer.helloSent(nowMillis);
            }
        }
        return !ipv4.isEmpty() || !ipv6.isEmpty();
    }

    private void keepContact(long address, long nowMillis) {
        RemotePeer peer = peers.get(address);
        if (peer == null) {
            requests.request(address, nowMillis);
            return;
        }
        if (topology.isUpstream(address)) {
            return;
        }
        boolean reached = pingPaths(peer, CONTACT_HELLO_MILLIS, nowMillis);
        if (!reached && peer.sinceHelloMillis(nowMillis) > CONTACT_HELLO_MILLIS) {
            contact.helloThroughRelay(peer, nowMillis);
        }
    }

    /**
     * Sends HELLO over every path of a peer if that is due, else ECHO over those that were idle.
     *
     * @return whether there was a path
     */
    private boolean pingPaths(RemotePeer peer, long helloIntervalMillis, long nowMillis) {
        boolean helloDue = peer.sinceHelloMillis(nowMillis) >= helloIntervalMillis;
        boolean any = false;
        for (int i = 0; i < peer.paths().count(); i++) {
            PeerPath peerPath = peer.paths().get(i);
            if (peerPath.isExpired(nowMillis)) {
                continue;
            }
            any = true;
            Path path = peerPath.path;
            if (helloDue) {
                contact.hello(peer, path.socket, path.remote, nowMillis);
            } else if (nowMillis - path.lastSendMillis() >= HEARTBEAT_MILLIS || isUnheard(peer, peerPath, nowMillis)) {
                contact.probe(peer, path.socket, path.remote, nowMillis);
            }
        }
        if (any && helloDue) {
            peer.helloSent(nowMillis);
        }
        return any;
    }

    /** What we send through an upstream to others makes it answer nothing. */
    private boolean isUnheard(RemotePeer peer, PeerPath path, long nowMillis) {
        return topology.isUpstream(peer.address()) && nowMillis - path.lastReceiveMillis() >= HEARTBEAT_MILLIS;
    }
}
