package io.ztnio.tcpip.tcp.table;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.ip.IpPath;
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

    /** Not in the table yet. */
    public Flow(FlowGround ground, IpPath path, int localPort, int remotePort) {
        this.ground = ground;
        this.path = path;
        this.local = path.local();
        this.remote = path.remote();
        this.localPort = localPort;
        this.remotePort = remotePort;
        this.use = new PortUse.Local(local, localPort);
        this.hash = ground.flows.hash(local, localPort, remote, remotePort);
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
