package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.link.Route;
import io.ztnio.tcpip.sim.SimGate;
import io.ztnio.tcpip.stack.ConfiguredStack;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.tcp.TcpInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** The stack under test: one link, virtual time, and bounds, so that no script goes on for ever. */
final class VirtualHost {
    private static final long START_NANOS = 1_000_000_000_000L;
    private static final int MOST_TURNS = 500_000;
    private static final int PREFIX_V4 = 16;
    private static final int PREFIX_V6 = 64;

    private final SimGate gate = new SimGate();
    private final ScriptLink link = new ScriptLink();
    private final Stack stack;
    private final LinkPort port;

    /** Never used by a script: by it one looks at the connections. */
    private final StreamEndpoint window;

    private long now;
    private long deadline = Long.MAX_VALUE;
    private int turns;

    /** @param seed of everything that is random */
    VirtualHost(Settings settings, long nowNanos, long seed) {
        now = nowNanos;
        gate.nowNanos(now);
        stack = ConfiguredStack.of(gate, settings.build(), new Random(seed));
        port = stack.attach(link);
        InetAddress own = settings.localAddress;
        IpPrefix prefix = new IpPrefix(own, settings.v6 ? PREFIX_V6 : PREFIX_V4);
        Route all = new Route(new IpPrefix(any(settings.v6), 0), Optional.of(gateway(own)));
        gate.run(nanos -> port.configure(new LinkConfig(List.of(prefix), List.of(all), settings.mtuBytes), nanos));
        window = stack.openStream();
        settle();
        link.sent().clear();
    }

    /** When the first of a script's stacks begins. */
    static long startNanos() {
        return START_NANOS;
    }

    private static InetAddress any(boolean v6) {
        return address(new byte[v6 ? 16 : 4]);
    }

    /** A neighbour of the stack's address. */
    private static InetAddress gateway(InetAddress own) {
        byte[] bytes = own.getAddress();
        bytes[bytes.length - 1] ^= (byte) 0x7e;
        return address(bytes);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    long now() {
        return now;
    }

    /** Packets that no line has been compared with yet. */
    Queue<Observed> sent() {
        return link.sent();
    }

    StreamEndpoint openStream() {
        return stack.openStream();
    }

    ListenerEndpoint openListener() {
        return stack.openListener();
    }

    DatagramEndpoint openDatagram() {
        return stack.openDatagram();
    }

    boolean isKnown(Conversation flow) {
        return TcpInfo.isKnown(window, flow.local, flow.remote);
    }

    int count(String state) {
        return TcpInfo.count(window, state);
    }

    Long field(Endpoint endpoint, String name) {
        return TcpInfo.field(endpoint, name);
    }

    /** A packet arrives now. */
    void inject(byte[] packet) {
        receive(packet[0] >>> 4 == 6 ? ScriptLink.IPV6 : ScriptLink.IPV4, packet);
        settle();
    }

    private void receive(int etherType, byte[] frame) {
        gate.run(nanos ->
                port.onFrame(ScriptLink.PEER_MAC, ScriptLink.OWN_MAC, etherType, frame, 0, frame.length, nanos));
    }

    /** Lets the stack do all that it has to do now. */
    void settle() {
        do {
            if (++turns > MOST_TURNS) {
                throw new IllegalStateException("the stack asks for turns without end");
            }
            gate.run(nanos -> deadline = stack.turn(nanos));
            while (!link.arpReplies().isEmpty()) {
                receive(ScriptLink.ARP, link.arpReplies().remove());
                deadline = now;
            }
        } while (deadline <= now);
    }

    /** Lets time pass, deadline by deadline, until a moment or until something holds. */
    void advance(long untilNanos, BooleanSupplier done) {
        settle();
        while (!done.getAsBoolean() && now < untilNanos) {
            now = Math.min(untilNanos, Math.max(now, deadline));
            gate.nowNanos(now);
            settle();
        }
    }

    /** Where a socket is that was given no address. */
    static InetSocketAddress wildcard(boolean v6, int localPort) {
        return new InetSocketAddress(any(v6), localPort);
    }
}
