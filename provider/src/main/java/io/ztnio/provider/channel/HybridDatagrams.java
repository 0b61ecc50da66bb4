package io.ztnio.provider.channel;

import io.ztnio.provider.dual.Alternation;
import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualWait;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A datagram channel that may use both stacks: each datagram goes to the stack of its target, and datagrams of both are
 * received. Bound to a virtual address it has only the virtual half; connected, only the peer's half is used.
 *
 * <p>Thread: thread-safe. Receivers and senders serialise on a lock each; connecting holds both.
 */
final class HybridDatagrams {
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ZeroTierDatagramChannel channel;
    private final Stacks stacks;
    private final ProtocolFamily family;
    private final DualSocket<DatagramChannel, DatagramEndpoint> dual;
    private final DualWait readWait;
    private final DualWait writeWait;

    /** Guarded by readLock. */
    private final Alternation<ByteBuffer, SocketAddress> receives;

    private volatile boolean bound;

    /** The peer while connected. */
    private volatile InetSocketAddress remote;

    private volatile boolean remoteIsVirtual;

    HybridDatagrams(
            ZeroTierDatagramChannel channel,
            Stacks stacks,
            ProtocolFamily family,
            DualSocket<DatagramChannel, DatagramEndpoint> dual) {
        this.channel = channel;
        this.stacks = stacks;
        this.family = family;
        this.dual = dual;
        this.readWait = new DualWait(channel, SelectionKey.OP_READ, () -> isReady(Endpoint.READABLE));
        this.writeWait = new DualWait(channel, SelectionKey.OP_WRITE, () -> isReady(Endpoint.WRITABLE));
        this.receives = new Alternation<>(
                readWait, this::receiveVirtual, this::receiveHost, this::watchedHost, "Receive timed out");
    }

    boolean isBound() {
        return bound;
    }

    InetSocketAddress remote() {
        return remote;
    }

    boolean isConnectedToVirtual() {
        return remote != null && remoteIsVirtual;
    }

    /** Operations to watch the host stack's half for: none while connected to a virtual peer. */
    int hostOps(int interest) {
        return isConnectedToVirtual() ? 0 : interest;
    }

    int readyOps() {
        if (!channel.isOpen()) {
            return 0;
        }
        if (!bound) {
            // The first send binds, so it can be done.
            return SelectionKey.OP_WRITE;
        }
        DatagramEndpoint endpoint = dual.virtual();
        if (endpoint == null || (remote != null && !remoteIsVirtual)) {
            return 0;
        }
        int readiness = endpoint.readiness();
        return (readiness & Endpoint.FAILED) != 0
                ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                : readiness & (SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /** Binds; the channel becomes the host stack's alone if one of its addresses is meant. */
    void bind(InetSocketAddress address) throws IOException {
        boolean own = stacks.isOwn(address.getAddress());
        try {
            dual.bind(address, own, DatagramChannel::bind, this::bindVirtual);
        } catch (BindException | ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(Level.WARNING, "bound in the host stack only: " + e.getMessage());
            dual.ensureHostHalf(address, DatagramChannel::bind);
        }
        bound = true;
    }

    void connect(InetSocketAddress target) throws IOException {
        boolean toVirtual = isVirtual(target);
        readLock.lock();
        writeLock.lock();
        try {
            ensureOpen();
            if (remote != null) {
                throw new AlreadyConnectedException();
            }
            ensureBound();
            if (toVirtual) {
                ensureVirtual().connect(target);
            } else {
                ensureHost().connect(target);
            }
            remoteIsVirtual = toVirtual;
            remote = target;
            drainOther();
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    void disconnect() throws IOException {
        readLock.lock();
        writeLock.lock();
        try {
            if (remote == null || !channel.isOpen()) {
                return;
            }
            drainOther();
            if (remoteIsVirtual) {
                dual.virtual().disconnect();
            } else {
                dual.hostHalf().disconnect();
            }
            remote = null;
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    int send(ByteBuffer source, InetSocketAddress target, boolean blocking) throws IOException {
        boolean toVirtual = isVirtual(target);
        writeLock.lock();
        try {
            ensureOpen();
            InetSocketAddress peer = remote;
            if (peer != null) {
                if (!peer.equals(target)) {
                    throw new AlreadyConnectedException();
                }
                return sendNow(source, null, remoteIsVirtual, blocking);
            }
            ensureBound();
            return sendNow(source, target, toVirtual, blocking);
        } finally {
            writeLock.unlock();
        }
    }

    int write(ByteBuffer source, boolean blocking) throws IOException {
        writeLock.lock();
        try {
            ensureConnected();
            return sendNow(source, null, remoteIsVirtual, blocking);
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Receives one datagram.
     *
     * @param connected whether being connected is required
     * @param timeoutNanos how long to wait if {@code blocking}; 0 for ever
     * @return the sender, or {@code null} if not blocking
     */
    SocketAddress receive(ByteBuffer destination, boolean connected, boolean blocking, long timeoutNanos)
            throws IOException {
        readLock.lock();
        try {
            if (connected) {
                ensureConnected();
            }
            ensureOpen();
            ensureBound();
            return blocking ? receives.take(destination, timeoutNanos) : receives.poll(destination);
        } finally {
            readLock.unlock();
        }
    }

    /** Takes note of the mode, after transfers in progress, for which the JDK's {@code configureBlocking} waits too. */
    void configureBlocking(boolean block) {
        readLock.lock();
        writeLock.lock();
        try {
            dual.blocking(block);
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    void close() throws IOException {
        dual.close();
        readWait.shutDown();
        writeWait.shutDown();
    }

    private boolean isVirtual(InetSocketAddress target) {
        return dual.isVirtualAlone() || stacks.isVirtual(target.getAddress());
    }

    private boolean isReady(int mask) {
        DatagramEndpoint endpoint = dual.virtual();
        return endpoint != null
                && (remote == null || remoteIsVirtual)
                && (endpoint.readiness() & (mask | Endpoint.FAILED)) != 0;
    }

    private DatagramChannel watchedHost() {
        return isConnectedToVirtual() ? null : dual.hostHalf();
    }

    private int sendNow(ByteBuffer source, InetSocketAddress target, boolean toVirtual, boolean blocking)
            throws IOException {
        int size = source.remaining();
        if (blocking) {
            writeWait.check();
        }
        while (true) {
            int sent;
            try {
                sent = toVirtual ? ensureVirtual().send(source, target) : sendHost(source, target);
            } catch (IOException e) {
                writeWait.check();
                throw e;
            }
            if (sent > 0 || size == 0 || !blocking) {
                return sent;
            }
            writeWait.await(toVirtual ? null : dual.hostHalf(), Long.MAX_VALUE);
        }
    }

    private int sendHost(ByteBuffer source, InetSocketAddress target) throws IOException {
        DatagramChannel half = ensureHost();
        return target == null ? half.write(source) : half.send(source, target);
    }

    private SocketAddress receiveVirtual(ByteBuffer destination) throws IOException {
        DatagramEndpoint endpoint = dual.virtual();
        return endpoint == null || (remote != null && !remoteIsVirtual) ? null : endpoint.receive(destination);
    }

    private SocketAddress receiveHost(ByteBuffer destination) throws IOException {
        DatagramChannel half = watchedHost();
        return half == null ? null : half.receive(destination);
    }

    /** Discards what the half that is not connected has received. By both locks. */
    private void drainOther() throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate(1);
        DatagramEndpoint endpoint = dual.virtual();
        DatagramChannel half = dual.hostHalf();
        if (remoteIsVirtual && half != null) {
            while (half.receive(scratch) != null) {
                scratch.clear();
            }
        } else if (!remoteIsVirtual && endpoint != null) {
            while (endpoint.receive(scratch) != null) {
                scratch.clear();
            }
        }
    }

    private void ensureBound() throws IOException {
        if (!bound) {
            ensureOpen();
            try {
                bind(SocketAddresses.local(null, family));
            } catch (AlreadyBoundException e) {
                // By another thread in this moment.
                bound = true;
            }
            channel.keys().attach();
        }
    }

    /** Binds an endpoint, by the lock of the {@link DualSocket}. */
    private void bindVirtual(DatagramEndpoint endpoint, InetSocketAddress address) throws IOException {
        endpoint.readinessListener(newlySet -> {
            readWait.wake();
            writeWait.wake();
            channel.keys().signal();
        });
        endpoint.bind(address);
        channel.joinedGroups().replay(endpoint);
    }

    /**
     * The virtual half. A wildcard bind that was to listen elsewhere only gets one with a port of its own when it sends,
     * so that nothing listens where it should not.
     */
    private DatagramEndpoint ensureVirtual() throws IOException {
        DatagramEndpoint existing = dual.virtual();
        return existing != null
                ? existing
                : dual.ensureVirtualHalf(SocketAddresses.local(null, family), this::bindVirtual);
    }

    private DatagramChannel ensureHost() throws IOException {
        DatagramChannel half = dual.hostHalf();
        if (half == null) {
            half = dual.ensureHostHalf(SocketAddresses.local(null, family), DatagramChannel::bind);
            channel.keys().attach();
        }
        return half;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void ensureConnected() throws ClosedChannelException {
        ensureOpen();
        if (remote == null) {
            throw new NotYetConnectedException();
        }
    }
}
