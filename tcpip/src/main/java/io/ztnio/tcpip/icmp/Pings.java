package io.ztnio.tcpip.icmp;

import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.OutputPath;
import io.ztnio.tcpip.wire.IcmpHeader;
import io.ztnio.tcpip.wire.IpProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Echo requests under way. Thread: confined to the gate. */
final class Pings {
    private static final int MAX_PENDING = 4096;

    private record Pending(
            int sequence, InetAddress remote, int length, long sentNanos, long deadlineNanos, PingListener listener) {}

    private final IpCore ip;
    private final int identifier;
    private final Map<Integer, Pending> pending = new HashMap<>();
    private int nextSequence;

    Pings(IpCore ip, int identifier) {
        this.ip = ip;
        this.identifier = identifier;
    }

    /** Sends a request with {@code length} data bytes. */
    void send(OutputPath path, int length, long timeoutNanos, PingListener listener, long nowNanos) {
        if (pending.size() >= MAX_PENDING) {
            listener.onFailure(new SocketTimeoutException("Too many pings"));
            return;
        }
        int sequence = nextSequence;
        while (pending.containsKey(sequence)) {
            sequence = (sequence + 1) & 0xffff;
        }
        nextSequence = (sequence + 1) & 0xffff;
        pending.put(
                sequence, new Pending(sequence, path.remote(), length, nowNanos, nowNanos + timeoutNanos, listener));
        boolean v6 = path.headerLength() == 40;
        byte[] scratch = ip.scratch();
        int at = path.transportOffset();
        for (int i = 0; i < length; i++) {
            scratch[at + IcmpHeader.LENGTH + i] = (byte) i;
        }
        int total = IcmpHeader.LENGTH + length;
        int protocol = v6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP;
        int type = v6 ? IcmpHeader.V6_ECHO_REQUEST : IcmpHeader.V4_ECHO_REQUEST;
        long sum = v6 ? path.pseudoHeaderSum(protocol, total) : 0;
        IcmpHeader.write(scratch, at, type, 0, identifier << 16 | sequence, total, sum);
        path.send(protocol, total, 0, true, nowNanos);
    }

    void onReply(InetAddress source, byte[] buffer, int offset, int length, long ingressNanos) {
        Pending ping = take(source, IcmpHeader.rest(buffer, offset));
        if (ping == null) {
            return;
        }
        if (length - IcmpHeader.LENGTH != ping.length()) {
            pending.put(ping.sequence(), ping);
            return;
        }
        ping.listener().onReply(source, Math.max(0, ingressNanos - ping.sentNanos()));
    }

    /** Whether an echo request that an error quotes is one of those under way. */
    boolean isPending(InetAddress remote, byte[] buffer, int offset) {
        return find(remote, IcmpHeader.rest(buffer, offset)) != null;
    }

    /** An error that quotes an echo request. */
    void onError(IcmpError error, InetAddress remote, byte[] buffer, int offset) {
        Pending ping = take(remote, IcmpHeader.rest(buffer, offset));
        if (ping != null) {
            ping.listener().onFailure(exception(error));
        }
    }

    long turn(long nowNanos) {
        if (pending.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long next = Long.MAX_VALUE;
        Collection<Pending> all = List.copyOf(pending.values());
        for (Pending ping : all) {
            if (ping.deadlineNanos() <= nowNanos) {
                pending.remove(ping.sequence());
                ping.listener().onFailure(new SocketTimeoutException("Ping timed out"));
            } else {
                next = Math.min(next, ping.deadlineNanos());
            }
        }
        return next;
    }

    private static IOException exception(IcmpError error) {
        return switch (error) {
            case PORT_UNREACHABLE -> new PortUnreachableException("Port unreachable");
            case NETWORK_UNREACHABLE -> new NoRouteToHostException("Network is unreachable");
            case PROTOCOL_UNREACHABLE -> new NoRouteToHostException("Protocol not available");
            case ADMINISTRATIVELY_PROHIBITED -> new NoRouteToHostException("Communication prohibited");
            case TIME_EXCEEDED -> new NoRouteToHostException("Time exceeded");
            case HOST_UNREACHABLE, NEIGHBOUR_UNRESOLVED, PACKET_TOO_BIG ->
                new NoRouteToHostException("No route to host");
        };
    }

    private Pending take(InetAddress remote, int identifierAndSequence) {
        Pending ping = find(remote, identifierAndSequence);
        if (ping != null) {
            pending.remove(ping.sequence());
        }
        return ping;
    }

    private Pending find(InetAddress remote, int identifierAndSequence) {
        Pending ping = identifierAndSequence >>> 16 == identifier ? pending.get(identifierAndSequence & 0xffff) : null;
        return ping != null && ping.remote().equals(remote) ? ping : null;
    }
}
