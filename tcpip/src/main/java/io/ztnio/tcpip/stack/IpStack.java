package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.icmp.IcmpLayer;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.tcp.TcpConfig;
import io.ztnio.tcpip.tcp.TcpDropReason;
import io.ztnio.tcpip.tcp.TcpLayer;
import io.ztnio.tcpip.udp.UdpLayer;
import io.ztnio.tcpip.wire.IpProtocol;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;

/**
 * A TCP/IP stack.
 *
 * <p>Whoever leaves the gate after frames were taken in, tasks ran or a deadline passed calls {@link #turn} first: it
 * sends what there is to send and announces readiness.
 *
 * <p>Thread: {@link #attach}, {@link #turn}, the {@link #ping(InetAddress, int, long, PingListener, long) ping} that takes
 * a time and the methods that say so inside the gate; the rest is thread-safe.
 */
public final class IpStack {
    /** How often a turn goes on with what it has sent to itself before it lets others in. */
    private static final int MAX_LOOPBACK_ROUNDS = 16;

    private final Gate gate;
    private final DropCounters drops = new DropCounters();
    private final IpCore ip;
    private final IcmpLayer icmp;
    private final UdpLayer udp;
    private final TcpLayer tcp;

    public IpStack(Gate gate, StackConfig config, RandomGenerator random) {
        this(gate, config.tcp(), random);
    }

    IpStack(Gate gate, TcpConfig config, RandomGenerator random) {
        this.gate = gate;
        ip = new IpCore(drops, random);
        icmp = new IcmpLayer(ip, random);
        udp = new UdpLayer(gate, ip, random);
        tcp = new TcpLayer(gate, ip, config, random);
        ip.register(IpProtocol.TCP, tcp);
        ip.addListener(tcp::onAddressesChanged);
    }

    /** Adds a link, which has no addresses until it is configured. */
    public LinkPort attach(Link link) {
        return ip.attach(link);
    }

    /** An unconnected TCP endpoint. */
    public StreamEndpoint openStream() {
        return tcp.openStream();
    }

    /** An unbound TCP listener. */
    public ListenerEndpoint openListener() {
        return tcp.openListener();
    }

    /** An unbound UDP endpoint. */
    public DatagramEndpoint openDatagram() {
        return udp.open();
    }

    /** Whether the address is one of this stack's own. */
    public boolean isLocal(InetAddress address) {
        return ip.isLocal(address);
    }

    /** Whether a link leads to the address. */
    public boolean isReachable(InetAddress address) {
        return ip.route(null, address) != null;
    }

    /**
     * Sends an echo request.
     *
     * @param length data bytes, 0 to 65507
     * @return false if no link leads to {@code remote}; the listener is not called then
     */
    public boolean ping(InetAddress remote, int length, long timeoutNanos, PingListener listener, long nowNanos) {
        return icmp.ping(remote, length, timeoutNanos, listener, nowNanos);
    }

    /**
     * As {@link #ping(InetAddress, int, long, PingListener, long)}, from any thread. The listener is always called, with
     * {@code NoRouteToHostException} if no link leads to {@code remote}.
     */
    public void ping(InetAddress remote, int length, long timeoutNanos, PingListener listener) {
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
     * Ends a turn: delivers what the stack sent to itself, does what is due, sends, announces readiness.
     *
     * @return when to call again at the latest, or {@code Long.MAX_VALUE}
     */
    public long turn(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (int round = 0; round < MAX_LOOPBACK_ROUNDS; round++) {
            next = Math.min(ip.turn(nowNanos), icmp.turn(nowNanos));
            next = Math.min(next, tcp.turn(nowNanos));
            udp.turn();
            if (!ip.hasLoopback()) {
                return next;
            }
        }
        return nowNanos;
    }

    /** A link that was congested takes more: the next turn goes on with what it held back. Inside the gate. */
    public void resume(long nowNanos) {
        tcp.resume();
        udp.resume(nowNanos);
    }

    /** Closes every TCP connection as its application would. Inside the gate. */
    public void closeConnections() {
        tcp.closeAll();
    }

    /** TCP connections that are closed but whose last bytes the peer has not acknowledged. Inside the gate. */
    public int unfinishedConnections() {
        return tcp.unfinished();
    }

    /** What was discarded, and why, but for what TCP discarded. */
    public DropCounters drops() {
        return drops;
    }

    /** Tells every reason that something was discarded for, TCP's among them, with how often that happened. */
    public void forEachDrop(ObjLongConsumer<? super Enum<?>> action) {
        for (DropReason reason : DropReason.values()) {
            tell(action, reason, drops.value(reason));
        }
        for (TcpDropReason reason : TcpDropReason.values()) {
            tell(action, reason, tcp.counters().drops(reason));
        }
    }

    private static void tell(ObjLongConsumer<? super Enum<?>> action, Enum<?> reason, long count) {
        if (count > 0) {
            action.accept(reason, count);
        }
    }
}
