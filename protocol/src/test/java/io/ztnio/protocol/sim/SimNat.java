package io.ztnio.protocol.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** A network address translator with one public IP address. */
public final class SimNat {
    /** Who may send to a mapping, and whether each destination gets a mapping of its own (RFC 3489's names). */
    public enum Kind {
        FULL_CONE,
        /** Any port of an address that was sent to. */
        RESTRICTED,
        PORT_RESTRICTED,
        SYMMETRIC
    }

    private static final int FIRST_PORT = 40_000;
    private static final int PORTS = 20_000;

    private record Inside(InetSocketAddress local, InetSocketAddress remote) {}

    private static final class Mapping {
        final Inside inside;
        final int port;
        /** When something was sent last, to whom. */
        final Map<InetSocketAddress, Long> sentMillis = new HashMap<>();

        final Map<InetAddress, Long> sentToHostMillis = new HashMap<>();
        long lastSentMillis;

        Mapping(Inside inside, int port) {
            this.inside = inside;
            this.port = port;
        }
    }

    private final InetAddress publicAddress;
    private final Kind kind;
    private final Map<Inside, Mapping> mappings = new HashMap<>();
    private final Map<Integer, Mapping> byPort = new HashMap<>();
    private final Map<Integer, InetSocketAddress> forwarded = new HashMap<>();
    private long lifeMillis = Long.MAX_VALUE;
    private int nextPort = FIRST_PORT;

    SimNat(InetAddress publicAddress, Kind kind) {
        this.publicAddress = publicAddress;
        this.kind = kind;
    }

    /** Forgets a mapping, and who may answer, when so long nothing went out (RFC 4787 4.3); unless told, it never does. */
    public SimNat forgetsAfter(long millis) {
        lifeMillis = millis;
        return this;
    }

    public Kind kind() {
        return kind;
    }

    public InetAddress publicAddress() {
        return publicAddress;
    }

    /** Translates the source of an outbound datagram. */
    InetSocketAddress outbound(InetSocketAddress local, InetSocketAddress remote, long nowMillis) {
        Inside inside = new Inside(local, kind == Kind.SYMMETRIC ? remote : null);
        Mapping mapping = mappings.get(inside);
        if (mapping == null || isOver(mapping.lastSentMillis, nowMillis)) {
            forgetOld(nowMillis);
            mapping = map(inside, freePort());
        }
        mapping.lastSentMillis = nowMillis;
        mapping.sentMillis.put(remote, nowMillis);
        mapping.sentToHostMillis.put(remote.getAddress(), nowMillis);
        return new InetSocketAddress(publicAddress, mapping.port);
    }

    /** The inside address for an inbound datagram, or {@code null} if it is not let in. */
    InetSocketAddress inbound(InetSocketAddress from, int port, long nowMillis) {
        InetSocketAddress forward = forwarded.get(port);
        if (forward != null) {
            // The connection is tracked: what is answered has the port's address.
            map(new Inside(forward, kind == Kind.SYMMETRIC ? from : null), port).lastSentMillis = nowMillis;
            return forward;
        }
        Mapping mapping = byPort.get(port);
        if (mapping == null || isOver(mapping.lastSentMillis, nowMillis)) {
            return null;
        }
        Long sent = switch (kind) {
            case FULL_CONE -> Long.valueOf(mapping.lastSentMillis);
            case RESTRICTED -> mapping.sentToHostMillis.get(from.getAddress());
            case PORT_RESTRICTED, SYMMETRIC -> mapping.sentMillis.get(from);
        };
        return sent == null || isOver(sent, nowMillis) ? null : mapping.inside.local;
    }

    private Mapping map(Inside inside, int port) {
        Mapping mapping = new Mapping(inside, port);
        mappings.put(inside, mapping);
        byPort.put(port, mapping);
        return mapping;
    }

    /** Maps a port for good, as a router does by UPnP: whoever sends to it, and is answered from it. */
    public void map(int port, InetSocketAddress local) {
        forwarded.put(port, local);
    }

    /** Forgets all mappings: a reboot. */
    public void reset() {
        mappings.clear();
        byPort.clear();
    }

    private boolean isOver(long sentMillis, long nowMillis) {
        return nowMillis - sentMillis > lifeMillis;
    }

    private void forgetOld(long nowMillis) {
        for (Iterator<Mapping> each = mappings.values().iterator(); each.hasNext(); ) {
            Mapping mapping = each.next();
            if (isOver(mapping.lastSentMillis, nowMillis)) {
                byPort.remove(mapping.port);
                each.remove();
            }
            mapping.sentMillis.values().removeIf(sent -> isOver(sent, nowMillis));
            mapping.sentToHostMillis.values().removeIf(sent -> isOver(sent, nowMillis));
        }
    }

    private int freePort() {
        int port;
        do {
            port = nextPort++;
            nextPort = nextPort == FIRST_PORT + PORTS ? FIRST_PORT : nextPort;
        } while (byPort.containsKey(port));
        return port;
    }
}
