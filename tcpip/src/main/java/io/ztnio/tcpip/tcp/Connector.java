package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import io.ztnio.tcpip.tcp.table.InitialNumbers;
import io.ztnio.tcpip.tcp.table.PortTable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/** Finds the layer, the path and the port of a stream that connects. Thread: any, outside the gates. */
final class Connector {
    /** How often a connect looks for its layer anew when the addresses change under its hands. */
    private static final int MOST_LOOKS = 4;

    private final TcpStream stream;

    Connector(TcpStream stream) {
        this.stream = stream;
    }

    /** Begins an active open; an unbound stream whose layer has no port left towards the remote address tries the others. */
    void connect(InetSocketAddress remote) throws IOException {
        TcpGroup group = stream.layer().group;
        for (int left = group.size() - 1; ; left--) {
            try {
                connectWhereItBelongs(remote);
                return;
            } catch (BindException noPort) {
                if (left == 0 || stream.localAddress != null) {
                    throw noPort;
                }
                stream.moveTo(group.layer((stream.layer().index + 1) % group.size()));
            }
        }
    }

    private void connectWhereItBelongs(InetSocketAddress remote) throws IOException {
        IOException[] thrown = new IOException[1];
        boolean[] started = new boolean[1];
        PortTable.Search search = new PortTable.Search();
        for (int i = 0; i < MOST_LOOKS && !started[0] && thrown[0] == null; i += search.isUnderWay() ? 0 : 1) {
            TcpLayer owner = owner(remote);
            if (owner != stream.layer()) {
                stream.moveTo(owner);
            }
            owner.gate.run(nowNanos -> {
                try {
                    started[0] = connectInGate(remote, search, nowNanos);
                } catch (IOException e) {
                    thrown[0] = e;
                }
            });
        }
        if (thrown[0] != null) {
            throw thrown[0];
        }
        if (!started[0]) {
            throw new BindException("Cannot assign requested address");
        }
    }

    /** The layer that connects: a stream that is bound belongs to one, another finds a port that suits its layer. */
    private TcpLayer owner(InetSocketAddress remote) throws IOException {
        TcpLayer here = stream.layer();
        InetSocketAddress bound = stream.localAddress;
        if (here.group.size() == 1 || bound == null || stream.connection() != null) {
            return here;
        }
        InetAddress local = path(remote).local();
        return here.group.owner(local, bound.getPort(), remote.getAddress(), remote.getPort());
    }

    private IpPath path(InetSocketAddress remote) throws IOException {
        InetSocketAddress bound = stream.localAddress;
        InetAddress local = bound == null || bound.getAddress().isAnyLocalAddress() ? null : bound.getAddress();
        IpPath path = stream.layer()
                .ip
                .path(local, remote.getAddress())
                .orElseThrow(() -> new NoRouteToHostException("No route to host"));
        if (!path.isUnicast()) {
            // As Linux: there is nobody who could answer (RFC 9293 3.9.2.3, RFC 1122 4.2.3.10).
            throw new SocketException("Network is unreachable");
        }
        return path;
    }

    /**
     * False if it is to be tried once more: the connection would be another layer's, for the source address has become
     * another one, or none of the ports that were looked at is free.
     */
    private boolean connectInGate(InetSocketAddress remote, PortTable.Search search, long nowNanos) throws IOException {
        stream.beforeConnect(nowNanos);
        IpPath path = path(remote);
        TcpLayer layer = stream.layer();
        TcpConnection made;
        layer.group.ports.lock();
        try {
            if (stream.binding != null
                    && !layer.owns(path.local(), stream.binding.port(), path.remote(), remote.getPort())) {
                return false;
            }
            made = make(layer, path, remote, search, nowNanos);
        } finally {
            layer.group.ports.unlock();
        }
        if (made == null) {
            return false;
        }
        made.open();
        return true;
    }

    /** Inside the gate, and the lock of the ports; {@code null} if no port was found yet. */
    private TcpConnection make(
            TcpLayer layer, IpPath path, InetSocketAddress remote, PortTable.Search search, long nowNanos)
            throws BindException {
        int port = stream.binding != null
                ? stream.binding.port()
                : layer.group.ports.ephemeral(
                        layer.hash.hash(path.local(), 0, path.remote(), remote.getPort()),
                        search,
                        candidate -> layer.owns(path.local(), candidate, path.remote(), remote.getPort())
                                && isFree(layer, path, candidate, remote.getPort()));
        if (port == 0 && search.isUnderWay()) {
            return null;
        }
        if (port == 0 || !isFree(layer, path, port, remote.getPort())) {
            throw new BindException("Cannot assign requested address");
        }
        InitialNumbers numbers = layer.ground.numbers;
        long iss = numbers.firstSequence(path.local(), port, path.remote(), remote.getPort(), nowNanos);
        int offset = numbers.timestampOffset(path.local(), port, path.remote(), remote.getPort());
        Timestamps timestamps = new Timestamps(offset, nowNanos);
        TcpConnection made = new TcpConnection(
                layer.ground,
                layer.turns,
                stream,
                path,
                TrafficSource.ofHost(path.remote()),
                port,
                remote.getPort(),
                iss,
                timestamps);
        try {
            layer.ground.flows.add(made);
            stream.connecting(made, remote);
        } catch (Throwable e) {
            made.breakOff(nowNanos);
            throw e;
        }
        layer.ground.counters.connectionsOpened++;
        return made;
    }

    private static boolean isFree(TcpLayer layer, IpPath path, int port, int remotePort) {
        return layer.ground.flows.find(path.local(), port, path.remote(), remotePort) == null;
    }
}
