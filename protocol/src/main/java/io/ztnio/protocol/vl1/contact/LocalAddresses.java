package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Topology;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What follows when this machine has other addresses than before, as when a laptop changes its network ({@code protocol.md} 8.6). Thread:
 * confined to the node.
 */
public final class LocalAddresses {
    private final PeerTable peers;
    private final Topology topology;
    private final Contact contact;
    private final DirectPathPush push;
    private Set<InetAddress> known = Set.of();

    public LocalAddresses(PeerTable peers, Topology topology, Contact contact, DirectPathPush push) {
        this.peers = peers;
        this.topology = topology;
        this.contact = contact;
        this.push = push;
    }

    /**
     * The endpoints that this machine has now.
     *
     * @param interrupted addresses that have gone and come again since the last look: in the same network or in one with other NATs
     */
    public void look(List<InetSocketAddress> endpoints, Set<InetAddress> interrupted, long nowMillis) {
        push.localAddresses(endpoints);
        if (endpoints.isEmpty()) {
            // Between two networks: nobody can be told before there is the next one.
            return;
        }
        Set<InetAddress> now = new HashSet<>();
        endpoints.forEach(endpoint -> now.add(endpoint.getAddress()));
        Set<InetAddress> before = known;
        known = now;
        Set<InetAddress> gone = new HashSet<>(before);
        gone.removeIf(address -> now.contains(address) && !interrupted.contains(address));
        boolean differs = !now.equals(before) || !gone.isEmpty();
        // A root is where its planet says, and its thousands of peers find it there.
        if (!before.isEmpty() && differs && !topology.weAreUpstream()) {
            changed(gone, nowMillis);
        }
    }

    /**
     * Roots learn at once where we are now, and tell how they see us. Where an address has gone, ways of its family prove themselves before
     * they are used again; meanwhile packets go through the roots, which relay for whoever sends, so that nothing is lost.
     */
    private void changed(Set<InetAddress> gone, long nowMillis) {
        for (RemotePeer peer : peers.all()) {
            peer.pushSoon();
            boolean root = topology.isUpstream(peer.address());
            for (int i = 0; i < peer.paths().count(); i++) {
                PeerPath path = peer.paths().get(i);
                if (path.isExpired(nowMillis)) {
                    continue;
                }
                InetSocketAddress remote = path.path.remote;
                if (root) {
                    contact.hello(peer, path.path.socket, remote, nowMillis);
                } else if (gone.stream()
                        .anyMatch(address ->
                                address.getClass() == remote.getAddress().getClass())) {
                    path.distrust(nowMillis);
                    contact.probe(peer, path.path.socket, remote, nowMillis);
                }
            }
        }
    }
}
