package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.EphemeralPorts;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which endpoints have which local port. Endpoints of one port form a list, the latest first.
 *
 * <p>Thread: confined to the gate.
 */
final class PortTable {
    /** Ports that a {@link Search} looks at closely before it lets others in. */
    static final int PORTS_AT_ONCE = 512;

    /** Returned by {@link #take}: the port, or every port, is in use. */
    static final int IN_USE = -1;

    /** Returned by {@link #take}: call again with the same search. */
    static final int GO_ON = 0;

    private final EphemeralPorts ephemeral;
    private final RandomGenerator random;
    private final int seed;
    /** By the high and the low octet of the port. */
    private final UdpEndpoint[][] pages = new UdpEndpoint[256][];
    /** Those that have endpoints. */
    private final BitSet taken = new BitSet();

    PortTable(EphemeralPorts ephemeral, RandomGenerator random) {
        this.ephemeral = ephemeral;
        this.random = random;
        this.seed = random.nextInt();
    }

    /** The list of a port's endpoints, or {@code null}. */
    UdpEndpoint first(int port) {
        UdpEndpoint[] page = pages[port >>> 8];
        return page == null ? null : page[port & 0xff];
    }

    /**
     * The endpoint that fits best: connected before bound to the address before wildcard. Among equals one of those with
     * SO_REUSEPORT, for the datagrams of one sender always the same while they stay the same; without it the latest.
     */
    UdpEndpoint find(InetAddress local, int port, InetAddress remote, int remotePort) {
        UdpEndpoint best = null;
        int bestScore = -1;
        int sharing = 0;
        for (UdpEndpoint each = first(port); each != null; each = each.nextOnPort) {
            int score = each.score(local, remote, remotePort);
            if (score > bestScore) {
                best = each;
                bestScore = score;
                sharing = each.sharesPort() ? 1 : 0;
            } else if (score == bestScore && score >= 0 && each.sharesPort()) {
                sharing++;
            }
        }
        if (sharing <= 1 || !best.sharesPort()) {
            return best;
        }
        int left = Math.floorMod(spread(local, remote, remotePort), sharing);
        for (UdpEndpoint each = best; each != null; each = each.nextOnPort) {
            if (each.sharesPort() && each.score(local, remote, remotePort) == bestScore && left-- == 0) {
                return each;
            }
        }
        return best;
    }

    /** Every endpoint that has a port. */
    List<UdpEndpoint> all() {
        List<UdpEndpoint> all = new ArrayList<>();
        for (UdpEndpoint[] page : pages) {
            for (int i = 0; page != null && i < page.length; i++) {
                for (UdpEndpoint each = page[i]; each != null; each = each.nextOnPort) {
                    all.add(each);
                }
            }
        }
        return all;
    }

    /** A look at every port when each has endpoints already, for one that can be shared; some at a time. */
    static final class Search {
        private int start;
        private int looked;
    }

    /**
     * Takes the port, or any free one for 0: one that nobody has, or else one that others have on other addresses.
     *
     * @param search of this call and those that go on with it
     * @return the port, {@link #IN_USE} or {@link #GO_ON}
     */
    int take(UdpEndpoint endpoint, InetAddress local, int port, Search search) {
        if (port != 0) {
            return isFree(endpoint, local, port) ? insert(endpoint, port) : IN_USE;
        }
        int count = ephemeral.count();
        if (search.looked == 0) {
            // RFC 6056 3.3.1: a random start, so that ports are hard to guess.
            search.start = random.nextInt(count);
            int unused = unused(ephemeral.first() + search.start);
            if (unused != 0) {
                return insert(endpoint, unused);
            }
        }
        int end = Math.min(count, search.looked + PORTS_AT_ONCE);
        while (search.looked < end) {
            int candidate = ephemeral.first() + (search.start + search.looked) % count;
            search.looked++;
            if (isFree(endpoint, local, candidate)) {
                return insert(endpoint, candidate);
            }
        }
        return end == count ? IN_USE : GO_ON;
    }

    /** An ephemeral port that nobody has, the next from {@code start} on, or 0. */
    private int unused(int start) {
        int end = ephemeral.first() + ephemeral.count();
        int next = taken.nextClearBit(start);
        if (next >= end) {
            next = taken.nextClearBit(ephemeral.first());
        }
        return next < end ? next : 0;
    }

    void release(UdpEndpoint endpoint, int port) {
        UdpEndpoint[] page = pages[port >>> 8];
        UdpEndpoint each = page[port & 0xff];
        if (each == endpoint) {
            page[port & 0xff] = endpoint.nextOnPort;
            taken.set(port, endpoint.nextOnPort != null);
            return;
        }
        while (each != null && each.nextOnPort != endpoint) {
            each = each.nextOnPort;
        }
        if (each != null) {
            each.nextOnPort = endpoint.nextOnPort;
        }
    }

    /** The same for all datagrams of a flow. */
    private int spread(InetAddress local, InetAddress remote, int remotePort) {
        int mixed = ((local.hashCode() * 31 + remote.hashCode()) * 31 + remotePort) * 0x9e37_79b9 ^ seed;
        mixed = (mixed ^ mixed >>> 16) * 0x85eb_ca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2_ae35;
        return mixed ^ mixed >>> 16;
    }

    private boolean isFree(UdpEndpoint endpoint, InetAddress local, int port) {
        for (UdpEndpoint each = first(port); each != null; each = each.nextOnPort) {
            if (each.conflictsWith(endpoint, local)) {
                return false;
            }
        }
        return true;
    }

    private int insert(UdpEndpoint endpoint, int port) {
        UdpEndpoint[] page = pages[port >>> 8];
        if (page == null) {
            page = new UdpEndpoint[256];
            pages[port >>> 8] = page;
        }
        endpoint.nextOnPort = page[port & 0xff];
        page[port & 0xff] = endpoint;
        taken.set(port);
        return port;
    }
}
