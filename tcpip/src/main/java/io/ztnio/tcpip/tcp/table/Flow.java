package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import io.ztnio.tcpip.timer.TimerWheel;
import java.net.InetAddress;

/** Whatever owns a pair of socket addresses: a connection, a half-open one, or the memory of one in TIME-WAIT. */
public abstract class Flow extends TimerWheel.Timer {
    public final FlowGround ground;
    public final InetAddress local;
    public final InetAddress remote;
    public final int localPort;
    public final int remotePort;
    final int hash;

    /** Made beforehand, so that a flow without memory can still end. */
    final PortUse.Local use;

    public IpPath path;
    private TrafficSource source;

    /**
     * Not in the table yet.
     *
     * @param source who is at the other end, as far as that is known
     */
    public Flow(FlowGround ground, IpPath path, TrafficSource source, int localPort, int remotePort) {
        this.ground = ground;
        this.source = source;
        this.path = path;
        this.local = path.local();
        this.remote = path.remote();
        this.localPort = localPort;
        this.remotePort = remotePort;
        this.use = new PortUse.Local(local, localPort);
        this.hash = ground.flows.hash(local, localPort, remote, remotePort);
    }

    /** Who is at the other end, and answers for what this takes. */
    public final TrafficSource source() {
        return source;
    }

    /** The other end has shown who it is. */
    protected final void source(TrafficSource shown) {
        source = shown;
    }

    boolean matches(InetAddress ownAddress, int ownPort, InetAddress peerAddress, int peerPort) {
        return localPort == ownPort && remotePort == peerPort && remote.equals(peerAddress) && local.equals(ownAddress);
    }

    /**
     * Ends it at once, after something was thrown in the middle of its work. Allocates as little as it can, and may be
     * called again.
     */
    public abstract void breakOff(long nowNanos);

    /** The way to the peer has changed. */
    public void onPath(IpPath other) {
        path = other;
    }

    /** A segment of this flow has come; it is valid during the call. */
    public abstract void onSegment(TcpSegment segment, long nowNanos);

    /**
     * ICMP says that a segment of this flow did not arrive.
     *
     * @param sequence the sequence number that the error quotes
     */
    public abstract void onError(IcmpError error, int sequence, int mtuBytes, long nowNanos);

    /** Whether something is sent again unless the peer acknowledges it. */
    public boolean awaitsAcknowledgment() {
        return false;
    }

    /** There is no way to the peer any more. */
    public abstract void onUnreachable(long nowNanos);
}
