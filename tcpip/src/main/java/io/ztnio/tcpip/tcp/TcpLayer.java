package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpLayer;
import io.ztnio.tcpip.ip.TransportInput;
import java.net.InetAddress;
import java.util.random.RandomGenerator;

/** TCP of one stack. Thread: confined to the gate, but endpoints are opened by any thread. */
public final class TcpLayer implements TransportInput {
    final Gate gate;
    final IpLayer ip;
    final TcpConfig config;
    final RandomGenerator random;

    public TcpLayer(Gate gate, IpLayer ip, TcpConfig config, RandomGenerator random) {
        this.gate = gate;
        this.ip = ip;
        this.config = config;
        this.random = random;
    }

    /** An unconnected stream. Thread: any. */
    @SuppressWarnings("DoNotCallSuggester")
    public StreamEndpoint openStream() {
        throw new UnsupportedOperationException();
    }

    /** An unbound listener. Thread: any. */
    @SuppressWarnings("DoNotCallSuggester")
    public ListenerEndpoint openListener() {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a turn: runs due timers, sends what connections have to send, acknowledges, publishes readiness.
     *
     * @return when to call again at the latest, or {@code Long.MAX_VALUE}
     */
    public long turn(long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** Aborts the connections whose addresses or link went. */
    public void onAddressesChanged(long nowNanos) {}

    @Override
    public void onPacket(
            InetAddress source,
            InetAddress destination,
            boolean unicast,
            int trafficClass,
            byte[] buffer,
            int offset,
            int length,
            long pseudoHeaderSum,
            long ingressNanos,
            long nowNanos) {}

    @Override
    public void onError(
            IcmpError error,
            InetAddress local,
            InetAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtuBytes,
            long nowNanos) {}
}
