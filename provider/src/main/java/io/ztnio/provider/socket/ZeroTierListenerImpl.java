package io.ztnio.provider.socket;

import io.ztnio.provider.dual.Alternation;
import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.DualWait;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a {@code ServerSocket} delegates to: one of the JDK's own, a virtual listener, or, bound to the wildcard address,
 * both on the same port. Of both, the JDK's accepts on a {@link HostAcceptor thread of its own}; of one, there is no such
 * thread.
 *
 * <p>Thread: thread-safe. {@code close} never waits.
 */
public class ZeroTierListenerImpl extends DualSocketImpl<ListenerEndpoint> {
    private final ReentrantLock acceptLock = new ReentrantLock();
    private final DualWait wait =
            new DualWait(this, Interruption.OF_SOCKETS, 0, () -> dual().waiting(), this::mayAccept);

    /** Guarded by acceptLock. */
    private final Alternation<Void, Accepted> accepts =
            new Alternation<>(wait, none -> acceptVirtual(), none -> acceptHost(), () -> null, "Accept timed out");

    /** Of both stacks, once a connection was asked for. */
    private volatile HostAcceptor hostAcceptor;

    /** A connection that has not been given to a socket. */
    @FunctionalInterface
    private interface Accepted {
        void giveTo(ZeroTierSocketImpl socket) throws IOException;
    }

    /** A listener that is not created. */
    protected ZeroTierListenerImpl(SocketStacks stacks) {
        super(stacks, JdkSockets.LISTENERS, () -> openEndpoint(stacks), Wildcard.DECIDES, false);
    }

    /** Whether listeners share their address with what is left of old connections is a matter of the platform. */
    private static ListenerEndpoint openEndpoint(SocketStacks stacks) throws IOException {
        ListenerEndpoint listener = stacks.stacks().openListener(null);
        listener.option(
                StandardSocketOptions.SO_REUSEADDR,
                JdkSockets.LISTENERS.defaultOption(StandardSocketOptions.SO_REUSEADDR));
        return listener;
    }

    @Override
    protected void bind(InetAddress address, int port) throws IOException {
        bind(address, port, true, (listener, local) -> {
            listener.readinessListener(newlySet -> wait.wake());
            listener.bind(local);
        });
    }

    @Override
    protected void listen(int backlog) throws IOException {
        ensureBound();
        JdkSocket host = host() != null ? host() : dual().hostHalf();
        if (host != null) {
            host.listen(backlog);
        }
        ListenerEndpoint virtual = dual().virtual();
        if (virtual != null) {
            virtual.listen(backlog);
        }
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        JdkSocket host = host();
        if (host != null) {
            acceptFrom(host, accepted);
            return;
        }
        ensureBound();
        Deadline deadline = new Deadline(TimeUnit.MILLISECONDS.toNanos(timeoutMillis()), "Accept timed out");
        deadline.lock(acceptLock);
        try {
            startHostAcceptor();
            Accepted taken = accepts.take(null, deadline.leftOrZero());
            if (!(accepted instanceof ZeroTierSocketImpl socket)) {
                throw new SocketException(
                        "a connection in both stacks is accepted with one of ztnio's sockets only, not "
                                + accepted.getClass().getName());
            }
            taken.giveTo(socket);
        } catch (IOException e) {
            throw ImplFailures.translate(e);
        } finally {
            acceptLock.unlock();
        }
    }

    private static void acceptFrom(JdkSocket host, SocketImpl accepted) throws IOException {
        if (accepted instanceof ZeroTierSocketImpl socket) {
            JdkSocket connection = JdkSocket.forAccept();
            host.accept(connection.impl());
            socket.accepted(connection);
        } else {
            host.accept(accepted);
        }
    }

    private void ensureBound() throws SocketException {
        ensureOpen();
        if (host() == null && dual().virtual() == null) {
            throw new SocketException("Not bound");
        }
    }

    /** By acceptLock. */
    private void startHostAcceptor() {
        JdkSocket half = dual().hostHalf();
        if (half != null && hostAcceptor == null) {
            HostAcceptor started = new HostAcceptor(half, wait::wake);
            hostAcceptor = started;
            if (isOpen()) {
                started.start(getLocalPort());
            }
        }
    }

    private boolean mayAccept() {
        HostAcceptor acceptor = hostAcceptor;
        ListenerEndpoint listener = dual().virtual();
        return (acceptor != null && acceptor.isReady())
                || (listener != null
                        && (listener.readiness() & (Endpoint.ACCEPTABLE | Endpoint.FAILED | Endpoint.HUNG_UP)) != 0);
    }

    private Accepted acceptVirtual() throws IOException {
        StreamEndpoint endpoint = dual().virtual().accept();
        return endpoint == null ? null : socket -> socket.accepted(endpoint);
    }

    private Accepted acceptHost() throws IOException {
        HostAcceptor acceptor = hostAcceptor;
        if (acceptor == null) {
            return null;
        }
        boolean cannotWait = Thread.currentThread().isInterrupted() && Interruption.OF_SOCKETS.endsWait();
        JdkSocket connection = cannotWait ? acceptor.pollLeniently() : acceptor.poll();
        return connection == null ? null : socket -> socket.accepted(connection);
    }

    @Override
    void closeOnce() throws IOException {
        dual().close();
        wait.shutDown();
        HostAcceptor acceptor = hostAcceptor;
        if (acceptor != null) {
            acceptor.close();
        }
        JdkSocket host = host();
        if (host != null) {
            host.close();
        }
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        throw notAClient();
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        throw notAClient();
    }

    @Override
    protected void connect(SocketAddress remote, int timeoutMillis) throws IOException {
        throw notAClient();
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        throw notAClient();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        throw notAClient();
    }

    @Override
    protected int available() throws IOException {
        throw notAClient();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw notAClient();
    }

    private static SocketException notAClient() {
        return new SocketException("a listener");
    }
}
