package io.ztnio.tcpip.neighbor;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.link.Link;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The neighbours of one link and IP version.
 *
 * <p>An entry is made when a packet is to be sent, or when a neighbour that is on the link is heard (its reply then
 * needs no request). It is trusted for {@link #REACHABLE_NANOS} after the last word from the neighbour, used and
 * probed after that, and forgotten when nothing answers.
 *
 * <p>Thread: confined to the gate.
 */
public final class NeighborCache {
    static final long REACHABLE_NANOS = 30_000_000_000L;
    static final long REQUEST_INTERVAL_NANOS = 1_000_000_000L;
    static final int MAX_REQUESTS = 3;
    static final int MAX_NEIGHBORS = 1024;
    /** Enough for one datagram of 64 KiB in fragments, and then some. */
    static final int MAX_WAITING_BYTES = 128 * 1024;

    static final int MAX_WAITING_PACKETS = 64;

    private final Link link;
    private final int etherType;
    private final LinkAddresses addresses;
    private final Solicitor solicitor;
    private final UnresolvedPackets unresolved;
    private final DropCounters drops;
    private final Map<InetAddress, Neighbor> neighbors = new HashMap<>();
    /** Those with a request under way. */
    private final List<Neighbor> pending = new ArrayList<>();

    private Neighbor lastHeard;

    NeighborCache(
            Link link,
            int etherType,
            LinkAddresses addresses,
            Solicitor solicitor,
            UnresolvedPackets unresolved,
            DropCounters drops) {
        this.link = link;
        this.etherType = etherType;
        this.addresses = addresses;
        this.solicitor = solicitor;
        this.unresolved = unresolved;
        this.drops = drops;
    }

    /** The neighbour to send to. Makes room by forgetting the one that was unused for longest. */
    public Neighbor neighbor(InetAddress address, long nowNanos) {
        Neighbor known = neighbors.get(address);
        if (known != null) {
            return known;
        }
        if (neighbors.size() >= MAX_NEIGHBORS) {
            forgetOldest();
        }
        return insert(address, nowNanos);
    }

    /** What is known of an address, or {@code null}. */
    public Neighbor find(InetAddress address) {
        return neighbors.get(address);
    }

    /** An IP packet came from {@code address}: confirms a known MAC address, never changes it. */
    public void onHeard(InetAddress address, long mac, long nowNanos) {
        Neighbor neighbor = lastHeard;
        if (neighbor == null || neighbor.isEvicted() || !neighbor.address().equals(address)) {
            neighbor = neighbors.get(address);
            if (neighbor == null) {
                neighbor = insertIfRoom(address, nowNanos);
                if (neighbor == null) {
                    return;
                }
            }
            lastHeard = neighbor;
        }
        if (!neighbor.isResolved() || neighbor.mac() == mac) {
            neighbor.confirm(mac, nowNanos);
        }
    }

    /** A neighbour stated its MAC address in a request to us: makes or changes the entry. */
    void onStated(InetAddress address, long mac, long nowNanos) {
        Neighbor neighbor = neighbors.get(address);
        if (neighbor == null) {
            neighbor = insertIfRoom(address, nowNanos);
        }
        if (neighbor != null) {
            neighbor.confirm(mac, nowNanos);
        }
    }

    /** A neighbour answered or announced its MAC address: changes an existing entry only. */
    void onAnswered(InetAddress address, long mac, long nowNanos) {
        Neighbor neighbor = neighbors.get(address);
        if (neighbor != null) {
            neighbor.confirm(mac, nowNanos);
        }
    }

    /** Repeats and ends requests. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    public long turn(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (int i = pending.size() - 1; i >= 0; i--) {
            if (i >= pending.size()) {
                continue; // a report of unresolved packets made senders push others out
            }
            Neighbor neighbor = pending.get(i);
            if (neighbor.deadlineNanos() <= nowNanos) {
                neighbor.onDeadline(nowNanos);
            }
            if (!neighbor.isEvicted()) {
                next = Math.min(next, neighbor.deadlineNanos());
            }
        }
        return next;
    }

    /** Forgets everybody, such as when the link's addresses changed. */
    public void clear() {
        for (Neighbor neighbor : List.copyOf(neighbors.values())) {
            evict(neighbor);
            neighbor.discardWaiting();
        }
    }

    /** Forgets those that are no neighbours any more. */
    public void forgetOffLink() {
        for (Neighbor neighbor : List.copyOf(neighbors.values())) {
            if (!addresses.isOnLink(neighbor.address())) {
                evict(neighbor);
                neighbor.discardWaiting();
            }
        }
    }

    public int size() {
        return neighbors.size();
    }

    Link link() {
        return link;
    }

    int etherType() {
        return etherType;
    }

    long impliedMac(Neighbor neighbor) {
        return solicitor.impliedMac(neighbor);
    }

    void solicit(Neighbor neighbor, boolean unicast, long nowNanos) {
        solicitor.solicit(neighbor, unicast, nowNanos);
    }

    void pending(Neighbor neighbor) {
        pending.add(neighbor);
    }

    void settled(Neighbor neighbor) {
        pending.remove(neighbor);
    }

    void evict(Neighbor neighbor) {
        neighbors.remove(neighbor.address());
        pending.remove(neighbor);
        neighbor.evicted();
    }

    void unresolved(byte[] packet, long nowNanos) {
        drops.count(DropReason.NEIGHBOUR_UNRESOLVED);
        int length = packet.length - Link.HEADROOM - Link.TAILROOM;
        unresolved.onUnresolved(packet, Link.HEADROOM, length, nowNanos);
    }

    void drop(DropReason reason) {
        drops.count(reason);
    }

    private Neighbor insertIfRoom(InetAddress address, long nowNanos) {
        if (neighbors.size() >= MAX_NEIGHBORS || !addresses.isOnLink(address) || addresses.isOwn(address)) {
            return null;
        }
        return insert(address, nowNanos);
    }

    private Neighbor insert(InetAddress address, long nowNanos) {
        Neighbor neighbor = new Neighbor(this, address, nowNanos);
        neighbors.put(address, neighbor);
        return neighbor;
    }

    private void forgetOldest() {
        Neighbor oldest = null;
        for (Neighbor neighbor : neighbors.values()) {
            if (oldest == null || neighbor.usedNanos() < oldest.usedNanos()) {
                oldest = neighbor;
            }
        }
        if (oldest != null) {
            evict(oldest);
            oldest.discardWaiting();
        }
    }
}
