package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import io.ztnio.tcpip.tcp.table.InitialNumbers;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/**
 * An active open on its way: the layer that the connection belongs to, its path, and its port (RFC 9293 3.9.2.3, RFC 6056).
 *
 * <p>Thread: one object per call, on the application's thread, which enters the gate where it says so.
 */
final class StreamConnect {
    /** How often a connect looks for its layer anew when the addresses change under its hands. */
    private static final int MOST_LOOKS = 4;

    private final TcpStream stream;
    private final InetSocketAddress remote;

    StreamConnect(TcpStream stream, InetSocketAddress remote) {
        this.stream = stream;
        this.remote = remote;
    }

    /** Sends the SYN, or throws. An unbound stream whose layer has no port left towards the remote address tries the others. */
    void run() throws IOException {
        stream.checkOpen();
        TcpGroup group = stream.layer().group;
        for (int left = group.size() - 1; ; left--) {
            try {
                connectWhereItBelongs();
                return;
            } catch (BindException noPort) {
                if (left == 0 || stream.localAddress != null) {
                    throw noPort;
                }
                stream.moveTo(group.layer((stream.layer().index + 1) % group.size()));
            }
        }
    }

    private void connectWhereItBelongs() throws IOException {
        IOException[] thrown = new IOException[1];
        boolean[] started = new boolean[1];
        for (int i = 0; i < MOST_LOOKS && !started[0] && thrown[0] == null; i++) {
            TcpLayer owner = owner();
            if (owner != stream.layer()) {
                stream.moveTo(owner);
            }
            owner.gate.run(nowNanos -> {
                try {
                    started[0] = connectInGate(nowNanos);
                } catch (IOException e) {
                    thrown[0] = e;
                }
            });
        }
        if (thrown[0] != null) {
            throw thrown[0];
        }
        if (!started[0]) {
            throw noPort();
        }
    }

    private static BindException noPort() {
        return new BindException("Cannot assign requested address");
    }

    /** The layer that connects: a stream that is bound belongs to one, another finds a port that suits its layer. */
    private TcpLayer owner() throws IOException {
        TcpLayer here = stream.layer();
        InetSocketAddress bound = stream.localAddress;
        if (here.group.size() == 1 || bound == null || stream.connection() != null) {
            return here;
        }
        InetAddress local = path().local();
        return here.group.owner(local, bound.getPort(), remote.getAddress(), remote.getPort());
    }

    private IpPath path() throws IOException {
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

    /** False if the connection would be another layer's: the source address has become another one. */
    private boolean connectInGate(long nowNanos) throws IOException {
        if (!stream.isOpen()) {
            stream.unbind();
            stream.publishLater();
            stream.checkOpen();
        }
        if (stream.connection() != null) {
            throw new SocketException("Already connected");
        }
        stream.onOption(nowNanos);
        IpPath path = path();
        TcpLayer layer = stream.layer();
        TcpConnection made;
        layer.group.ports.lock();
        try {
            if (stream.binding != null
                    && !layer.owns(path.local(), stream.binding.port(), path.remote(), remote.getPort())) {
                return false;
            }
            made = connect(layer, path, nowNanos);
        } finally {
            layer.group.ports.unlock();
        }
        made.open();
        return true;
    }

    /** Inside the gate, and the lock of the ports. */
    private TcpConnection connect(TcpLayer layer, IpPath path, long nowNanos) throws BindException {
        int remotePort = remote.getPort();
        int port = stream.binding != null
                ? stream.binding.port()
                : layer.group.ports.ephemeral(
                        layer.hash.hash(path.local(), 0, path.remote(), remotePort),
                        candidate -> isFree(layer, path, candidate));
        if (port == 0 || layer.ground.flows.find(path.local(), port, path.remote(), remotePort) != null) {
            throw noPort();
        }
        InitialNumbers numbers = layer.ground.numbers;
        long iss = numbers.firstSequence(path.local(), port, path.remote(), remotePort, nowNanos);
        int offset = numbers.timestampOffset(path.local(), port, path.remote(), remotePort);
        Timestamps timestamps = new Timestamps(offset, nowNanos);
        TcpConnection made =
                new TcpConnection(layer.ground, layer.turns, stream, path, port, remotePort, iss, timestamps);
        try {
            layer.ground.flows.add(made);
            stream.connected(made, remote);
        } catch (Throwable e) {
            made.breakOff(nowNanos);
            throw e;
        }
        layer.ground.counters.connectionsOpened++;
        return made;
    }

    private boolean isFree(TcpLayer layer, IpPath path, int port) {
        return layer.owns(path.local(), port, path.remote(), remote.getPort())
                && layer.ground.flows.find(path.local(), port, path.remote(), remote.getPort()) == null;
    }
}
