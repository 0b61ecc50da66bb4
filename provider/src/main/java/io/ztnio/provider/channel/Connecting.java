package io.ztnio.provider.channel;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * How a socket channel gets connected: the decision for a stack, the wait for it, and the connect there. A blocking
 * connect waits for a pending decision; a non-blocking one never does: the connection is pending, the decision starts
 * the connect on the thread that brings it, and {@code OP_CONNECT} tells of the outcome.
 *
 * <p>Thread: thread-safe. Connecting and finishing hold the channel's two locks, which {@code close} and the decision do
 * not need.
 */
final class Connecting {
    private final ZeroTierSocketChannel channel;
    private final DualSocket<SocketChannel, StreamEndpoint> dual;
    private final Stacks stacks;

    /** The connect that waits for its decision, or whose outcome in the host stack waits to be fetched. */
    private volatile Attempt attempt;

    /** A non-blocking connect whose decision was pending. */
    private static final class Attempt {
        final InetSocketAddress target;
        volatile Registration registration = Registration.NONE;
        volatile Thread waiter;

        /** How it ended before a connection was under way. */
        volatile IOException failure;

        /** The host stack's channel once it connects there. Written after {@code atOnce}. */
        volatile SocketChannel host;

        /** The host stack connected without waiting, of which the JDK's selector says nothing. */
        boolean atOnce;

        Attempt(InetSocketAddress target) {
            this.target = target;
        }

        boolean isSettled() {
            return failure != null || host != null;
        }
    }

    Connecting(ZeroTierSocketChannel channel, DualSocket<SocketChannel, StreamEndpoint> dual, Stacks stacks) {
        this.channel = channel;
        this.dual = dual;
        this.stacks = stacks;
    }

    boolean isPending() {
        return attempt != null;
    }

    /** Where a pending connect goes, or {@code null}. */
    InetSocketAddress target() {
        Attempt current = attempt;
        return current == null ? null : current.target;
    }

    /** The host stack's channel that connects, or {@code null}. */
    SocketChannel host() {
        Attempt current = attempt;
        return current == null ? null : current.host;
    }

    /** The operations to watch that channel for. */
    int hostOps(int interest) {
        Attempt current = attempt;
        return current == null || !current.atOnce ? interest : 0;
    }

    /** Operations for which the outcome is there. */
    int readyOps() {
        Attempt current = attempt;
        if (current == null || !channel.isOpen()) {
            return 0;
        }
        if (current.failure != null) {
            return SelectionKey.OP_READ | SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;
        }
        return current.host != null && current.atOnce ? SelectionKey.OP_CONNECT : 0;
    }

    /** The channel has been closed. */
    void closed() {
        Attempt current = attempt;
        if (current != null) {
            current.registration.close();
            LockSupport.unpark(current.waiter);
        }
    }

    /** Connects in non-blocking mode. Whether the connection is there. */
    boolean connectNow(InetSocketAddress target) throws IOException {
        channel.readLock.lock();
        channel.writeLock.lock();
        try {
            ensureConnectable();
            RoutingDecision decision = stacks.decide(target, false);
            if (!decision.isDecided()) {
                begin(target);
                return false;
            }
            StreamConnection stream = virtual(target, decision);
            if (stream != null) {
                return stream.connect(target, 0);
            }
            SocketChannel host = hostConnecting();
            boolean connected = host.connect(target);
            dual.decideHost();
            channel.keys().attach();
            return connected;
        } catch (IOException e) {
            closeAfter(e);
            throw e;
        } finally {
            channel.writeLock.unlock();
            channel.readLock.unlock();
        }
    }

    /**
     * Decides for a connect in blocking mode, waiting if need be.
     *
     * @param timeoutNanos how long; 0 for as long as it may be pending
     * @return the virtual connection to connect, or {@code null} if the host stack's channel is to connect
     */
    StreamConnection decide(InetSocketAddress target, long timeoutNanos) throws IOException {
        channel.readLock.lock();
        channel.writeLock.lock();
        try {
            ensureConnectable();
            StreamConnection stream = virtual(target, dual.await(target, false, timeoutNanos));
            if (stream == null) {
                dual.decideHost();
                channel.keys().attach();
            }
            return stream;
        } catch (IOException e) {
            closeAfter(e);
            throw e;
        } finally {
            channel.writeLock.unlock();
            channel.readLock.unlock();
        }
    }

    boolean finish() throws IOException {
        channel.readLock.lock();
        channel.writeLock.lock();
        try {
            Attempt current = attempt;
            if (current != null && channel.isOpen()) {
                if (channel.isBlocking()) {
                    await(current);
                }
                if (current.isSettled()) {
                    settle(current);
                } else if (attempt == current) {
                    return false;
                }
            }
        } catch (IOException e) {
            closeAfter(e);
            throw e;
        } finally {
            channel.writeLock.unlock();
            channel.readLock.unlock();
        }
        return finishInStack();
    }

    private boolean finishInStack() throws IOException {
        SocketChannel host = dual.alone();
        if (host != null) {
            try {
                return host.finishConnect();
            } finally {
                channel.follow(host);
            }
        }
        StreamConnection stream = channel.virtual();
        if (stream == null) {
            ensureOpen();
            throw new NoConnectionPendingException();
        }
        return stream.finishConnect();
    }

    private void begin(InetSocketAddress target) {
        Attempt begun = new Attempt(target);
        attempt = begun;
        begun.registration =
                stacks.networks().whenDecided(target.getAddress(), false, decision -> decided(begun, decision));
        if (!channel.isOpen()) {
            begun.registration.close();
        }
    }

    /** Starts the connect in the stack that was decided for. By whoever brings the decision; never waits. */
    private void decided(Attempt begun, RoutingDecision decision) {
        try {
            StreamConnection stream = virtual(begun.target, decision);
            if (stream != null) {
                stream.begin(begun.target);
                attempt = null;
            } else {
                SocketChannel host = hostConnecting();
                begun.atOnce = host.connect(begun.target);
                begun.host = host;
            }
        } catch (IOException e) {
            begun.failure = e;
        } catch (RuntimeException e) {
            begun.failure = new IOException(e);
        }
        LockSupport.unpark(begun.waiter);
        channel.keys().attach();
        channel.keys().signal();
    }

    /** Moves what the host stack has to say of an attempt to the channel. */
    private void settle(Attempt settled) throws IOException {
        if (settled.failure != null) {
            throw settled.failure;
        }
        dual.decideHost();
        attempt = null;
        channel.keys().refresh();
    }

    /** In blocking mode: until the connect is under way, or the channel is closed. */
    private void await(Attempt current) throws IOException {
        boolean completed = false;
        channel.enterBlocking();
        try {
            current.waiter = Thread.currentThread();
            while (channel.isOpen()
                    && attempt == current
                    && !current.isSettled()
                    && !Thread.currentThread().isInterrupted()) {
                LockSupport.park(this);
            }
            completed = attempt != current || current.isSettled();
        } finally {
            current.waiter = null;
            channel.leaveBlocking(completed);
        }
    }

    /** The virtual connection for {@code target}, or {@code null} if it is the host stack's. */
    private StreamConnection virtual(InetSocketAddress target, RoutingDecision decision) throws IOException {
        return dual.decideVirtualFor(target.getAddress(), decision) ? channel.decided() : null;
    }

    /** The host stack's channel, ready for a connect that does not wait. */
    private SocketChannel hostConnecting() throws IOException {
        SocketChannel host = dual.host();
        if (host == null) {
            throw new ClosedChannelException();
        }
        host.configureBlocking(false);
        return host;
    }

    private void ensureConnectable() throws ClosedChannelException {
        ensureOpen();
        if (attempt != null) {
            throw new ConnectionPendingException();
        }
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** A connect that fails closes the channel. */
    private void closeAfter(IOException failure) throws IOException {
        if (!(failure instanceof ClosedChannelException)) {
            channel.close();
        }
    }
}
