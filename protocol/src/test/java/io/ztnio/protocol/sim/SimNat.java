package io.ztnio.protocol.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A network address translator with one public IP address. */
public final class SimNat {
    /** Who may send to a mapping, and whether each destination gets a mapping of its own (RFC 3489's names). */
    public enum Kind {
        FULL_CONE,
        PORT_RESTRICTED,
        SYMMETRIC
    }

    private record Inside(InetSocketAddress local, InetSocketAddress remote) {}

    private final InetAddress publicAddress;
    private final Kind kind;
    private final Map<Inside, Integer> ports = new HashMap<>();
    private final Map<Integer, Inside> mappings = new HashMap<>();
    private final Map<Integer, Set<InetSocketAddress>> permitted = new HashMap<>();
    private final Map<Integer, InetSocketAddress> forwarded = new HashMap<>();
    private int nextPort = 40_000;

    SimNat(InetAddress publicAddress, Kind kind) {
        this.publicAddress = publicAddress;
        this.kind = kind;
    }

    /** Translates the source of an outbound datagram. */
    InetSocketAddress outbound(InetSocketAddress local, InetSocketAddress remote) {
        Inside inside = new Inside(local, kind == Kind.SYMMETRIC ? remote : null);
        int port = ports.computeIfAbsent(inside, key -> nextPort++);
        mappings.put(port, inside);
        permitted.computeIfAbsent(port, key -> new HashSet<>()).add(remote);
        return new InetSocketAddress(publicAddress, port);
    }

    /** The inside address for an inbound datagram, or {@code null} if it is not let in. */
    InetSocketAddress inbound(InetSocketAddress from, int port) {
        InetSocketAddress forward = forwarded.get(port);
        if (forward != null) {
            // The connection is tracked: what is answered has the port's address.
            ports.put(new Inside(forward, kind == Kind.SYMMETRIC ? from : null), port);
            return forward;
        }
        Inside inside = mappings.get(port);
        if (inside == null || (kind != Kind.FULL_CONE && !permitted.get(port).contains(from))) {
            return null;
        }
        return inside.local;
    }

    /** Maps a port for good, as a router does by UPnP: whoever sends to it, and is answered from it. */
    public void map(int port, InetSocketAddress local) {
        forwarded.put(port, local);
    }

    /** Forgets all mappings: a reboot. */
    public void reset() {
        ports.clear();
        mappings.clear();
        permitted.clear();
    }
}
