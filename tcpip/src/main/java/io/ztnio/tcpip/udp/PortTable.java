package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.EphemeralPorts;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which endpoints have which local port. Endpoints of one port form a list, the latest first.
 *
 * <p>Thread: confined to the gate.
 */
final class PortTable {
    private final EphemeralPorts ephemeral;
    private final RandomGenerator random;
    private final int seed;
    /** By the high and the low octet of the port. */
    private final UdpEndpoint[][] pages = new UdpEndpoint[256][];

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

    /** Takes the port, or any free one for 0. Returns it, or -1 if it is in use. */
    int take(UdpEndpoint endpoint, InetAddress local, int port) {
        if (port != 0) {
            return isFree(endpoint, local, port) ? insert(endpoint, port) : -1;
        }
        // RFC 6056 3.3.1: a random start, so that ports are hard to guess.
        int count = ephemeral.count();
        int start = random.nextInt(count);
        for (int i = 0; i < count; i++) {
            int candidate = ephemeral.first() + (start + i) % count;
            if (first(candidate) == null) {
                return insert(endpoint, candidate);
            }
        }
        for (int i = 0; i < count; i++) {
            int candidate = ephemeral.first() + (start + i) % count;
            if (isFree(endpoint, local, candidate)) {
                return insert(endpoint, candidate);
            }
        }
        return -1;
    }

    void release(UdpEndpoint endpoint, int port) {
        UdpEndpoint[] page = pages[port >>> 8];
        UdpEndpoint each = page[port & 0xff];
        if (each == endpoint) {
            page[port & 0xff] = endpoint.nextOnPort;
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
        return port;
    }
}
