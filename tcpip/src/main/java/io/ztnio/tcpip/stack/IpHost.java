package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.TurnFailures;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.icmp.IcmpLayer;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.udp.UdpLayer;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;

/** A stack without TCP: IP, ICMP and UDP. Threads as for {@link Stack}. */
final class IpHost {
    /** How often a turn goes on with what it has sent to itself before it lets others in. */
    private static final int MAX_LOOPBACK_ROUNDS = 16;

    /** When a part that failed has its next turn. */
    private static final long RETRY_NANOS = 10_000_000;

    final DropCounters drops = new DropCounters();
    final IpCore ip;
    final UdpLayer udp;
    private final LongUnaryOperator ipTurn;
    private final LongUnaryOperator icmpTurn;
    private final LongUnaryOperator udpTurn;
    private final TurnFailures failures = new TurnFailures();
    private final Gate gate;
    private final IcmpLayer icmp;

    /** @param answering whether to answer those who ask for its addresses: one stack of a node does */
    IpHost(Gate gate, boolean answering, EphemeralPorts ephemeral, RandomGenerator random) {
        this.gate = gate;
        ip = new IpCore(drops, answering, random);
        icmp = new IcmpLayer(ip, random);
        udp = new UdpLayer(gate, ip, ephemeral, random);
        ipTurn = ip::turn;
        icmpTurn = icmp::turn;
        udpTurn = nowNanos -> {
            udp.turn();
            return Long.MAX_VALUE;
        };
    }

    boolean ping(InetAddress remote, int length, long timeoutNanos, PingListener listener, long nowNanos) {
        return icmp.ping(remote, length, timeoutNanos, listener, nowNanos);
    }

    void ping(InetAddress remote, int length, long timeoutNanos, PingListener listener) {
        if (length < 0 || length > IcmpLayer.MAX_PING_BYTES) {
            throw new IllegalArgumentException("ping of " + length + " bytes");
        }
        gate.post(nowNanos -> {
            if (!icmp.ping(remote, length, timeoutNanos, listener, nowNanos)) {
                listener.onFailure(new NoRouteToHostException("No route to host"));
            }
        });
    }

    /**
     * As {@link Stack#turn}, with TCP's turn in its place. A part that throws keeps none of the others from having theirs;
     * the first of what was thrown is thrown at the end.
     */
    long turn(long nowNanos, LongUnaryOperator tcpTurn) {
        long next = Long.MAX_VALUE;
        for (int round = 0; round < MAX_LOOPBACK_ROUNDS; round++) {
            next = Math.min(turn(ipTurn, nowNanos), turn(icmpTurn, nowNanos));
            next = Math.min(next, turn(tcpTurn, nowNanos));
            turn(udpTurn, nowNanos);
            if (!ip.hasLoopback()) {
                failures.rethrow();
                return next;
            }
        }
        failures.rethrow();
        return nowNanos;
    }

    private long turn(LongUnaryOperator part, long nowNanos) {
        try {
            return part.applyAsLong(nowNanos);
        } catch (Throwable e) {
            failures.add(e);
            return nowNanos + RETRY_NANOS;
        }
    }
}
