package io.ztnio.tcpip.neighbor;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.link.Link;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The neighbours of one link and IP version.
 *
 * <p>An entry is made when a packet is to be sent, or when a neighbour that is on the link is heard (its reply then
 * needs no request). It is trusted for {@link #REACHABLE_NANOS} after the last word from the neighbour, used and
 * probed after that, and forgotten when nothing answers. An address whose owner the link knows takes no other station; of
 * other addresses the known station is asked before another one gets them.
 *
 * <p>When there are {@link #MAX_NEIGHBORS}, a station with more than its share of them makes room, so that one which claims many
 * addresses pushes out its own. If there is none, that makes room for a packet to send which was not used for longest, and
 * for a claim nobody does.
 *
 * <p>Thread: confined to the gate.
 */
public final class NeighborCache {
    static final long REACHABLE_NANOS = 30_000_000_000L;
    static final long REQUEST_INTERVAL_NANOS = 1_000_000_000L;
    static final int MAX_REQUESTS = 3;
    static final int MAX_NEIGHBORS = 1024;
    private static final int FORGOTTEN_FRACTION = 8;
    /** After a station has answered that an address is its own, claims to it are only counted. */
    static final long UNDISPUTED_NANOS = 5_000_000_000L;

    private final Link link;
    private final int etherType;
    private final LinkAddresses addresses;
    private final Solicitor solicitor;
    private final UnresolvedPackets unresolved;
    private final WaitingPackets waiting;
    private final DropCounters drops;
    private final Map<InetAddress, Neighbor> neighbors = new HashMap<>();
    private final Stations stations = new Stations();
    /** Those with a request under way. */
    private final List<Neighbor> pending = new ArrayList<>();

    private Neighbor lastHeard;

    NeighborCache(
            Link link,
            int etherType,
            LinkAddresses addresses,
            Solicitor solicitor,
            UnresolvedPackets unresolved,
            WaitingPackets waiting,
            DropCounters drops) {
        this.link = link;
        this.etherType = etherType;
        this.addresses = addresses;
        this.solicitor = solicitor;
        this.unresolved = unresolved;
        this.waiting = waiting;
        this.drops = drops;
    }

    /** The neighbour to send to. */
    public Neighbor neighbor(InetAddress address, long nowNanos) {
        Neighbor known = neighbors.get(address);
        if (known != null) {
            return known;
        }
        if (neighbors.size() >= MAX_NEIGHBORS) {
            makeRoom();
        }
        return insert(new Neighbor(this, address, nowNanos));
    }

    /** What is known of an address, or {@code null}. */
    public Neighbor find(InetAddress address) {
        return neighbors.get(address);
    }

    /**
     * An IP packet came from {@code address}: confirms a known MAC address, never changes it, unless the link knows whose
     * address it is.
     *
     * @return false, and counted, if the address is another station's: the packet is a lie
     */
    public boolean onHeard(InetAddress address, long mac, long nowNanos) {
        Neighbor neighbor = lastHeard;
        if (neighbor == null || neighbor.isEvicted() || !neighbor.address().equals(address)) {
            neighbor = neighbors.get(address);
            if (neighbor == null) {
                neighbor = new Neighbor(this, address, nowNanos);
                if (!mayHave(neighbor, mac)) {
                    drops.count(DropReason.NEIGHBOUR_NOT_OWNER);
                    return false;
                }
                neighbor = insertClaimed(neighbor, mac);
                if (neighbor == null) {
                    return true;
                }
            }
            lastHeard = neighbor;
        }
        if (neighbor.isResolved() && neighbor.mac() == mac) {
            neighbor.confirm(mac, nowNanos);
            return true;
        }
        long owner = link.ownerMac(neighbor.addressBytes());
        if (owner != Link.UNKNOWN_MAC && owner != mac) {
            drops.count(DropReason.NEIGHBOUR_NOT_OWNER);
            return false;
        }
        if (owner == mac || !neighbor.isResolved()) {
            neighbor.confirm(mac, nowNanos);
        }
        return true;
    }

    /** A neighbour stated its MAC address in a request to us: makes or changes the entry. */
    void onStated(InetAddress address, long mac, long nowNanos) {
        Neighbor neighbor = neighbors.get(address);
        if (neighbor == null) {
            neighbor = new Neighbor(this, address, nowNanos);
            if (mayHave(neighbor, mac)) {
                neighbor = insertClaimed(neighbor, mac);
            }
        }
        if (neighbor != null) {
            onClaim(neighbor, mac, true, nowNanos);
        }
    }

    /**
     * A neighbour answered or announced its MAC address: changes an existing entry only.
     *
     * @param mayReplace whether the address may be another station's from now on
     */
    void onAnswered(InetAddress address, long mac, boolean mayReplace, long nowNanos) {
        Neighbor neighbor = neighbors.get(address);
        if (neighbor != null) {
            onClaim(neighbor, mac, mayReplace, nowNanos);
        }
    }

    private void onClaim(Neighbor neighbor, long mac, boolean mayReplace, long nowNanos) {
        if (!mayHave(neighbor, mac)) {
            drops.count(DropReason.NEIGHBOUR_NOT_OWNER);
        } else if (!neighbor.isResolved() || neighbor.mac() == mac || isOwner(neighbor, mac)) {
            neighbor.confirm(mac, nowNanos);
        } else {
            neighbor.dispute(mac, mayReplace, nowNanos);
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
        List.copyOf(neighbors.values()).forEach(this::forget);
    }

    /** Forgets those that are no neighbours any more, and those whose address implied what it does not imply now. */
    public void reconsider() {
        for (Neighbor neighbor : List.copyOf(neighbors.values())) {
            boolean other = neighbor.isImplied() && solicitor.impliedMac(neighbor) != neighbor.mac();
            if (other || !addresses.isOnLink(neighbor.address())) {
                forget(neighbor);
            }
        }
    }

    /** The station is gone: whoever sends to one of its addresses asks anew. */
    public void forget(long mac) {
        List.copyOf(stations.of(mac)).forEach(this::forget);
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

    WaitingPackets waiting() {
        return waiting;
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
        stations.remove(neighbor);
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

    /** Whether the station may have the address as far as the link knows. */
    boolean mayHave(Neighbor neighbor, long mac) {
        long owner = link.ownerMac(neighbor.addressBytes());
        return owner == Link.UNKNOWN_MAC || owner == mac;
    }

    private boolean isOwner(Neighbor neighbor, long mac) {
        return mac == link.ownerMac(neighbor.addressBytes());
    }

    /** Takes in one that says that it has an address, if it can have it and there is room; else {@code null}. */
    private Neighbor insertClaimed(Neighbor claimed, long mac) {
        InetAddress address = claimed.address();
        if (!addresses.isOnLink(address) || !addresses.mayBeNeighbor(address)) {
            return null;
        }
        if (neighbors.size() >= MAX_NEIGHBORS) {
            Set<Neighbor> its = stations.of(mac);
            if (its.size() >= Stations.SHARE) {
                forget(its.iterator().next());
            } else if (stations.isAnyHeavy()) {
                forgetSome(stations.largest(true));
            } else {
                return null;
            }
        }
        claimed.imply();
        return insert(claimed);
    }

    private Neighbor insert(Neighbor neighbor) {
        neighbors.put(neighbor.address(), neighbor);
        stations.add(neighbor);
        return neighbor;
    }

    private void makeRoom() {
        Set<Neighbor> largest = stations.largest(false);
        if (largest.size() > Stations.SHARE) {
            forgetSome(largest);
            return;
        }
        Neighbor oldest = null;
        for (Neighbor neighbor : neighbors.values()) {
            if (oldest == null || neighbor.usedNanos() < oldest.usedNanos()) {
                oldest = neighbor;
            }
        }
        if (oldest != null) {
            forget(oldest);
        }
    }

    /** Some at once, so that a full cache is looked through seldom. */
    private void forgetSome(Set<Neighbor> ofStation) {
        List<Neighbor> all = List.copyOf(ofStation);
        all.subList(0, Math.max(1, all.size() / FORGOTTEN_FRACTION)).forEach(this::forget);
    }

    /** It has another MAC address from now on, or is not kept. */
    void leaves(Neighbor neighbor) {
        stations.remove(neighbor);
    }

    void comes(Neighbor neighbor) {
        if (neighbors.get(neighbor.address()) == neighbor) {
            stations.add(neighbor);
        }
    }

    private void forget(Neighbor neighbor) {
        evict(neighbor);
        neighbor.discardWaiting();
    }
}
