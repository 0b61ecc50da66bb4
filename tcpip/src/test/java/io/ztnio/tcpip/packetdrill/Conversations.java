package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.PacketSpec;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which connection a line of a script is about. Lines do not say: a SYN of the peer to somebody who listens begins a new
 * one if the last is over or was another listener's, a SYN of the stack does, and everything else belongs to the last.
 */
final class Conversations {
    private static final int FIRST_PEER_PORT = 40_000;
    private static final int PORT = 8080;

    private final Settings settings;
    private final SocketCalls sockets;
    private final Supplier<VirtualHost> host;
    private final List<Conversation> all = new ArrayList<>();
    private Conversation current;

    /** Who listens for the connections of which the last is the current one. */
    private Descriptor acceptor;

    private int nextPeerPort = FIRST_PEER_PORT;

    Conversations(Settings settings, SocketCalls sockets, Supplier<VirtualHost> host) {
        this.settings = settings;
        this.sockets = sockets;
        this.host = host;
    }

    /** The peer sends a packet. */
    void receive(PacketSpec spec) {
        VirtualHost stack = host.get();
        stack.settle();
        stack.sent().forEach(this::notice);
        if (spec instanceof PacketSpec.Tcp tcp) {
            Conversation flow = of(tcp);
            if (tcp.has('S')) {
                flow.onPeerSyn((int) tcp.sequence().orElse(0));
            }
            if (tcp.urgentPointer() != 0) {
                sockets.open().values().forEach(socket -> socket.urgent = true);
            }
            stack.inject(PacketWriter.tcp(tcp, flow));
        } else if (spec instanceof PacketSpec.Udp udp) {
            stack.inject(PacketWriter.udp(udp, currentOrNew(udp.ports())));
        } else if (spec instanceof PacketSpec.Icmp icmp) {
            stack.inject(PacketWriter.icmp(icmp, currentOrNew(PacketSpec.Ports.ANY)));
        }
        stack.sent().forEach(this::notice);
    }

    private Conversation of(PacketSpec.Tcp tcp) {
        Descriptor listening = sockets.listening();
        boolean opens = tcp.has('S') && !tcp.has('.') && !tcp.has('R') && listening != null;
        boolean over = current == null || listening != acceptor || !host.get().isKnown(current);
        if (opens && over && tcp.ports().equals(PacketSpec.Ports.ANY)) {
            current = begin(sockets.boundPort(), nextPeerPort++);
            acceptor = listening;
        }
        return currentOrNew(tcp.ports());
    }

    /** What a line with ports is about, or the last. */
    private Conversation currentOrNew(PacketSpec.Ports peerToStack) {
        if (!peerToStack.equals(PacketSpec.Ports.ANY)) {
            for (Conversation each : all) {
                if (each.remote.getPort() == peerToStack.source()
                        && each.local.getPort() == peerToStack.destination()) {
                    current = each;
                    return each;
                }
            }
            current = begin(peerToStack.destination(), peerToStack.source());
        } else if (current == null) {
            current = begin(sockets.boundPort(), PORT);
        }
        return current;
    }

    private Conversation begin(int localPort, int remotePort) {
        Conversation made = new Conversation(
                new InetSocketAddress(settings.localAddress, localPort),
                new InetSocketAddress(settings.remoteAddress, remotePort));
        all.add(made);
        return made;
    }

    /** The connection of a packet of the stack. */
    Conversation of(Observed sent) {
        for (Conversation each : all) {
            if (each.isBetween(sent.source(), sent.destination())) {
                return each;
            }
        }
        if (!sent.isTcp() && sent.protocol() != Segments.UDP) {
            return currentOrNew(PacketSpec.Ports.ANY);
        }
        Conversation made = new Conversation(sent.source(), sent.destination());
        all.add(made);
        return made;
    }

    /** A packet was sent: by a SYN of the stack its numbers are known. */
    private void notice(Observed sent) {
        if (sent.isTcp() && sent.has('S')) {
            Conversation flow = of(sent);
            flow.onOwnSyn(sent.sequence());
            if (!sent.has('.')) {
                current = flow;
            }
        }
    }

    /**
     * Compares a packet that was sent with a line.
     *
     * @param more the next one, for what is written as one packet and sent as several
     * @throws Difference if it is another one
     */
    void check(PacketMatcher matcher, PacketSpec spec, Observed first, boolean strict, Supplier<Observed> more) {
        notice(first);
        Conversation flow = of(first);
        if (spec instanceof PacketSpec.Tcp tcp) {
            long done = 0;
            Observed sent = first;
            while (!strict && matcher.isPart(tcp, done, sent, flow)) {
                matcher.checkPart(tcp, done, sent, flow);
                done += sent.payloadLength();
                sent = more.get();
            }
            matcher.check(PacketMatcher.rest(tcp, done), sent, flow, sockets.written(flow));
        } else if (spec instanceof PacketSpec.Udp udp) {
            matcher.check(udp, first, flow);
        } else {
            throw new OutOfScope("ICMP messages of the stack");
        }
    }

    /** A field of {@code tcp_info} of the socket that the last connection belongs to. */
    Long field(String name) {
        Endpoint found = null;
        for (Descriptor socket : sockets.open().values()) {
            Endpoint endpoint = socket.stream != null ? socket.stream : socket.listener;
            if (endpoint != null) {
                found = endpoint;
                if (current != null && socket.isBetween(current)) {
                    break;
                }
            }
        }
        if (found == null) {
            return name.equals("tcpi_state") ? Long.valueOf(7) : null;
        }
        return host.get().field(found, name);
    }

    /** Connections in a state, by sockstat's name; sockets without one are closed. */
    int count(String state) {
        if (!state.equals("CLOSED")) {
            return host.get().count(state);
        }
        return (int) sockets.open().values().stream()
                .filter(socket -> socket.stream != null)
                .filter(socket -> host.get().field(socket.stream, "tcpi_state") == 7)
                .count();
    }

    static String text(PacketSpec spec) {
        if (spec instanceof PacketSpec.Tcp tcp) {
            return PacketMatcher.text(tcp);
        }
        return spec instanceof PacketSpec.Udp udp ? "udp (" + udp.length() + ")" : "icmp";
    }
}
