package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.tcp.TcpGroup;
import io.ztnio.tcpip.tcp.TcpLayer;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import io.ztnio.tcpip.wire.IpProtocol;
import java.net.InetAddress;
import java.util.function.LongUnaryOperator;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;

/** A TCP/IP stack with one gate. Threads as for {@link Stack}. */
public final class IpStack implements Stack {
    private final IpHost host;
    private final TcpLayer tcp;
    private final LongUnaryOperator tcpTurn;

    public IpStack(Gate gate, StackConfig config, RandomGenerator random) {
        this(gate, config.tcp(), random);
    }

    IpStack(Gate gate, TcpConfig config, RandomGenerator random) {
        this(gate, new TcpGroup(config, 1, random), true, random);
    }

    /** The next stack of several that share a node's connections; they do not answer for their addresses. */
    IpStack(Gate gate, TcpGroup group, RandomGenerator random) {
        this(gate, group, false, random);
    }

    private IpStack(Gate gate, TcpGroup group, boolean answering, RandomGenerator random) {
        host = new IpHost(gate, answering, group.ephemeralPorts(), random);
        tcp = new TcpLayer(gate, host.ip, group, random);
        tcpTurn = tcp::turn;
        host.ip.register(IpProtocol.TCP, tcp);
        host.ip.addListener(tcp::onAddressesChanged);
        host.ip.addNeighborListener(tcp);
    }

    @Override
    public LinkPort attach(Link link) {
        return host.ip.attach(link);
    }

    @Override
    public StreamEndpoint openStream() {
        return tcp.openStream();
    }

    @Override
    public ListenerEndpoint openListener() {
        return tcp.openListener();
    }

    @Override
    public DatagramEndpoint openDatagram() {
        return host.udp.open();
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return host.ip.isLocal(address);
    }

    @Override
    public boolean isReachable(InetAddress address) {
        return host.ip.route(null, address) != null;
    }

    @Override
    public boolean ping(InetAddress remote, int length, long timeoutNanos, PingListener listener, long nowNanos) {
        return host.ping(remote, length, timeoutNanos, listener, nowNanos);
    }

    @Override
    public void ping(InetAddress remote, int length, long timeoutNanos, PingListener listener) {
        host.ping(remote, length, timeoutNanos, listener);
    }

    @Override
    public long turn(long nowNanos) {
        return host.turn(nowNanos, tcpTurn);
    }

    @Override
    public void resume(long nowNanos) {
        tcp.resume();
        host.udp.resume(nowNanos);
    }

    @Override
    public void closeConnections(long nowNanos) {
        tcp.closeAll(nowNanos);
    }

    @Override
    public int unfinishedConnections(long nowNanos) {
        return tcp.unfinished(nowNanos);
    }

    @Override
    public boolean awaitsAcknowledgment() {
        return tcp.awaitsAcknowledgment();
    }

    @Override
    public boolean awaitsNeighbors() {
        return host.ip.awaitsNeighbors();
    }

    @Override
    public int abortConnections(long nowNanos) {
        return tcp.abortAll(nowNanos);
    }

    @Override
    public void closeEndpoints(long nowNanos) {
        tcp.closeListeners();
        host.udp.closeAll(nowNanos);
    }

    /** TCP connections, half-open ones and those in TIME-WAIT included. Inside the gate. */
    int connections() {
        return tcp.flowCount();
    }

    /** What was discarded, and why, but for what TCP discarded. */
    public DropCounters drops() {
        return host.drops;
    }

    @Override
    public long drops(DropReason reason) {
        return host.drops.value(reason);
    }

    long drops(TcpDropReason reason) {
        return tcp.counters().drops(reason);
    }

    @Override
    public void forEachDrop(ObjLongConsumer<? super Enum<?>> action) {
        for (DropReason reason : DropReason.values()) {
            action.accept(reason, drops(reason));
        }
        for (TcpDropReason reason : TcpDropReason.values()) {
            action.accept(reason, drops(reason));
        }
    }
}
