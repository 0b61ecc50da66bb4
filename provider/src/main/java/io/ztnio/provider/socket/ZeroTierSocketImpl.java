package io.ztnio.provider.socket;

import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a {@code Socket} delegates to: one of the JDK's own or a virtual connection, by the address that is bound or
 * connected, or by the listener that accepts. Once it is the JDK's, that does everything.
 *
 * <p>Thread: thread-safe. {@code close} waits for SO_LINGER only.
 */
public class ZeroTierSocketImpl extends DualSocketImpl<StreamEndpoint> {
    private final ReentrantLock connectLock = new ReentrantLock();

    /** The virtual connection, if that is the decision. */
    private volatile VirtualStream virtual;

    /** Whether this is not a stream, which a deprecated constructor of {@code Socket} asks for. */
    private volatile boolean datagrams;

    /** A socket that is not created. */
    protected ZeroTierSocketImpl(SocketStacks stacks) {
        super(stacks, JdkSockets.CLIENTS, () -> stacks.stacks().openStream(null), Wildcard.RESERVES, true);
    }

    /** Becomes one of the JDK's, which one of the JDK's listeners is about to fill. */
    JdkSocket acceptFromHost() throws SocketException {
        JdkSocket accepted = JdkSocket.forAccept();
        ensureNew();
        dual().startAlone(accepted);
        return accepted;
    }

    /** Becomes what one of the JDK's listeners has accepted. */
    void accepted(JdkSocket connection) throws IOException {
        try {
            ensureNew();
        } catch (SocketException e) {
            connection.close();
            throw e;
        }
        dual().startAlone(connection);
    }

    /** Becomes what a virtual listener has accepted. */
    void accepted(StreamEndpoint connection) throws SocketException {
        try {
            ensureNew();
        } catch (SocketException e) {
            connection.close();
            throw e;
        }
        dual().startVirtual(connection);
        virtual = new VirtualStream(this, connection, true);
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (stream) {
            super.create(true);
        } else {
            createDatagrams();
            datagrams = true;
        }
    }

    private void ensureNew() throws SocketException {
        if (!startAccepted()) {
            throw new SocketException("a connection is accepted with a new socket only");
        }
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        connect(new InetSocketAddress(address, port), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int timeoutMillis) throws IOException {
        Deadline deadline = new Deadline(TimeUnit.MILLISECONDS.toNanos(timeoutMillis), "Connect timed out");
        try {
            ensureOpen();
            if (!connectVirtual(remote, deadline)) {
                // Whole milliseconds, and no timeout at all is 0.
                long left = TimeUnit.NANOSECONDS.toMillis(deadline.leftOrZero() + 999_999);
                hostTakesOver().connect(remote, timeoutMillis == 0 ? 0 : (int) left);
            }
        } catch (IOException e) {
            close();
            throw ImplFailures.translateConnect(e);
        }
    }

    /** Decides for a stack and connects if that is the virtual one. */
    private boolean connectVirtual(SocketAddress remote, Deadline deadline) throws IOException {
        connectLock.lock();
        try {
            // What the JDK's complains of stays so.
            if (remote instanceof InetSocketAddress inet && !inet.isUnresolved()) {
                InetSocketAddress target = stacks().target(SocketAddresses.remote(inet, null));
                RoutingDecision decision = dual().await(target, false, deadline.leftOrZero());
                if (datagrams && decision.verdict() == Verdict.VIRTUAL) {
                    throw new NoRouteToHostException(target.getAddress().getHostAddress()
                            + " is on a virtual network, where a Socket is a stream: use a DatagramSocket, or name the"
                            + " target in ztnio.bypass");
                }
                if (dual().decideVirtualFor(target.getAddress(), decision)) {
                    follow().connect(target, deadline.leftOrZero());
                    return true;
                }
            }
            dual().decideHost();
            return false;
        } finally {
            connectLock.unlock();
        }
    }

    private VirtualStream follow() throws SocketException {
        VirtualStream stream = virtual;
        if (stream == null) {
            stream = new VirtualStream(this, dual().virtual(), false);
            virtual = stream;
            ensureOpen();
        }
        return stream;
    }

    @Override
    protected void bind(InetAddress address, int port) throws IOException {
        bind(address, port, false, StreamEndpoint::bind);
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException("not a listener");
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        throw new SocketException("not a listener");
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        JdkSocket host = host();
        return host != null ? host.input() : new VirtualInput(this, connection());
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        JdkSocket host = host();
        return host != null ? host.output() : new VirtualOutput(this, connection());
    }

    @Override
    protected int available() throws IOException {
        JdkSocket host = host();
        return host != null ? host.available() : connection().available();
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        JdkSocket host = host();
        if (host != null) {
            host.sendUrgent(data);
        } else {
            connection().sendUrgent(data);
        }
    }

    @Override
    protected void shutdownInput() throws IOException {
        JdkSocket host = host();
        if (host != null) {
            host.shutdownInput();
        } else {
            connection().shutdownInput();
        }
    }

    @Override
    protected void shutdownOutput() throws IOException {
        JdkSocket host = host();
        if (host != null) {
            host.shutdownOutput();
        } else {
            connection().shutdownOutput();
        }
    }

    @Override
    protected InetAddress getInetAddress() {
        VirtualStream stream = virtual;
        InetSocketAddress remote = stream == null ? null : stream.endpoint().remoteAddress();
        return remote == null ? super.getInetAddress() : remote.getAddress();
    }

    @Override
    protected int getPort() {
        JdkSocket host = host();
        VirtualStream stream = virtual;
        InetSocketAddress remote = stream == null ? null : stream.endpoint().remoteAddress();
        return host != null ? host.port() : remote == null ? 0 : remote.getPort();
    }

    @Override
    void closeOnce() throws IOException {
        VirtualStream stream = virtual;
        Runnable lingering = stream == null ? () -> {} : stream.lingering();
        if (stream != null) {
            stream.endOutput();
        }
        dual().close();
        // A connect may have begun in this moment.
        stream = virtual;
        if (stream != null) {
            stream.wake();
            lingering.run();
        }
        JdkSocket host = host();
        if (host != null) {
            host.close();
        }
    }

    private VirtualStream connection() throws SocketException {
        VirtualStream stream = virtual;
        if (stream == null) {
            ensureOpen();
            throw new SocketException("Not connected");
        }
        return stream;
    }

    /** Reads from the virtual stack. Thread: as the connection. */
    private static final class VirtualInput extends InputStream {
        private final ZeroTierSocketImpl socket;
        private final VirtualStream stream;

        VirtualInput(ZeroTierSocketImpl socket, VirtualStream stream) {
            this.socket = socket;
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return stream.read(bytes, offset, length, socket.timeoutMillis());
        }

        @Override
        public int available() throws IOException {
            return stream.available();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Writes to the virtual stack. Thread: as the connection. */
    private static final class VirtualOutput extends OutputStream {
        private final ZeroTierSocketImpl socket;
        private final VirtualStream stream;

        VirtualOutput(ZeroTierSocketImpl socket, VirtualStream stream) {
            this.socket = socket;
            this.stream = stream;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            stream.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
