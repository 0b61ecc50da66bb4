package io.ztnio.provider.channel;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A datagram channel that may use both worlds: each datagram goes to the world of its target, and datagrams of both are
 * received. Bound to a virtual address it has only the virtual half; connected, only the peer's half is used.
 *
 * <p>Thread: thread-safe. Receivers and senders serialise on a lock each; connecting holds both. {@code stateLock} is
 * never held while waiting.
 */
final class HybridDatagrams {
    private static final int BIND_ATTEMPTS = 16;

    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ReentrantLock stateLock = new ReentrantLock();
    private final ZeroTierDatagramChannel channel;
    private final Worlds worlds;
    private final ProtocolFamily family;
    private final HybridWait readWait;
    private final HybridWait writeWait;
    private final RecordedOptions options = new RecordedOptions();

    /** The halves, once bound. */
    private volatile DatagramEndpoint virtual;

    private volatile DatagramChannel os;

    private volatile boolean bound;

    /** The peer while connected. */
    private volatile InetSocketAddress remote;

    private volatile boolean remoteIsVirtual;

    /** Bound to a virtual address. */
    private volatile boolean onlyVirtual;

    /** What will be the operating system's half, if it was needed before the bind. Guarded by stateLock. */
    private DatagramChannel candidate;

    /** Guarded by stateLock. */
    private boolean blockingMode = true;

    /** Whose turn it is to be asked first. Guarded by readLock. */
    private boolean virtualFirst;

    HybridDatagrams(ZeroTierDatagramChannel channel, Worlds worlds, ProtocolFamily family) {
        this.channel = channel;
        this.worlds = worlds;
        this.family = family;
        this.readWait = new HybridWait(channel, SelectionKey.OP_READ, () -> isReady(Endpoint.READABLE));
        this.writeWait = new HybridWait(channel, SelectionKey.OP_WRITE, () -> isReady(Endpoint.WRITABLE));
    }

    DatagramChannel os() {
        return os;
    }

    DatagramEndpoint virtual() {
        return virtual;
    }

    boolean isBound() {
        return bound;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** Operations to watch the operating system's half for: none while connected to a virtual peer. */
    int osOps(int interest) {
        return remote != null && remoteIsVirtual ? 0 : interest;
    }

    int readyOps() {
        if (!channel.isOpen()) {
            return 0;
        }
        if (!bound) {
            // The first send binds, so it can be done.
            return SelectionKey.OP_WRITE;
        }
        DatagramEndpoint endpoint = virtual;
        if (endpoint == null || (remote != null && !remoteIsVirtual)) {
            return 0;
        }
        int readiness = endpoint.readiness();
        return (readiness & Endpoint.FAILED) != 0
                ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                : readiness & (SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /** Binds; the channel becomes the operating system's alone if one of its addresses is meant. */
    void bind(InetSocketAddress address) throws IOException {
        boolean own = worlds.isOwn(address.getAddress());
        stateLock.lock();
        try {
            ensureOpen();
            if (bound) {
                throw new AlreadyBoundException();
            }
            if (address.getAddress().isAnyLocalAddress()) {
                bindWildcard(address);
            } else if (own) {
                virtual = openVirtual(address);
                onlyVirtual = true;
                Worlds.discard(candidate);
                candidate = null;
            } else {
                candidate().bind(address);
                candidate.configureBlocking(blockingMode);
                channel.becomeOs(candidate);
                candidate = null;
            }
            bound = true;
        } finally {
            stateLock.unlock();
        }
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
                ensureOs().connect(target);
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
                virtual.disconnect();
            } else {
                os.disconnect();
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
            if (!blocking) {
                return receiveNow(destination);
            }
            long start = timeoutNanos == 0 ? 0 : System.nanoTime();
            readWait.check();
            while (true) {
                SocketAddress sender = receiveNow(destination);
                if (sender != null) {
                    return sender;
                }
                long left = Long.MAX_VALUE;
                if (timeoutNanos != 0) {
                    left = timeoutNanos - (System.nanoTime() - start);
                    if (left <= 0) {
                        throw new SocketTimeoutException("Receive timed out");
                    }
                }
                readWait.await(watchedOs(), left);
            }
        } finally {
            readLock.unlock();
        }
    }

    <T> void setOption(SocketOption<T> name, T value) throws IOException {
        stateLock.lock();
        try {
            ensureOpen();
            if (onlyVirtual) {
                RecordedOptions.checkAndSet(virtual, name, value);
                return;
            }
            DatagramChannel half = os != null ? os : candidate();
            half.setOption(name, value);
            options.put(name, value);
            if (virtual != null && virtual.supportedOptions().contains(name)) {
                virtual.option(name, value);
            }
        } finally {
            stateLock.unlock();
        }
    }

    <T> T getOption(SocketOption<T> name) throws IOException {
        stateLock.lock();
        try {
            ensureOpen();
            if (onlyVirtual) {
                return RecordedOptions.checkAndGet(virtual, name);
            }
            return (os != null ? os : candidate()).getOption(name);
        } finally {
            stateLock.unlock();
        }
    }

    SocketAddress localAddress() throws IOException {
        ensureOpen();
        DatagramChannel half = os;
        DatagramEndpoint endpoint = virtual;
        boolean preferVirtual = half == null || (remote != null && remoteIsVirtual);
        if (preferVirtual && endpoint != null) {
            return endpoint.localAddress();
        }
        return half == null ? null : half.getLocalAddress();
    }

    /** The operating system's half or what will be it, to join groups; {@code null} if there is none. */
    DatagramChannel osForGroups() throws IOException {
        stateLock.lock();
        try {
            ensureOpen();
            if (onlyVirtual) {
                return null;
            }
            return os != null ? os : candidate();
        } finally {
            stateLock.unlock();
        }
    }

    /** Takes note of the mode, after transfers in progress, for which the JDK's {@code configureBlocking} waits too. */
    void configureBlocking(boolean block) {
        readLock.lock();
        writeLock.lock();
        stateLock.lock();
        try {
            blockingMode = block;
        } finally {
            stateLock.unlock();
            writeLock.unlock();
            readLock.unlock();
        }
    }

    void close() throws IOException {
        stateLock.lock();
        try {
            Worlds.discard(candidate);
            candidate = null;
            if (virtual != null) {
                virtual.close();
            }
            Worlds.discard(os);
        } finally {
            stateLock.unlock();
        }
        readWait.shutDown();
        writeWait.shutDown();
    }

    private boolean isVirtual(InetSocketAddress target) {
        return onlyVirtual || worlds.isVirtual(target.getAddress());
    }

    private boolean isReady(int mask) {
        DatagramEndpoint endpoint = virtual;
        return endpoint != null
                && (remote == null || remoteIsVirtual)
                && (endpoint.readiness() & (mask | Endpoint.FAILED)) != 0;
    }

    private DatagramChannel watchedOs() {
        return remote != null && remoteIsVirtual ? null : os;
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
                sent = toVirtual ? ensureVirtual().send(source, target) : sendOs(source, target);
            } catch (IOException e) {
                writeWait.check();
                throw e;
            }
            if (sent > 0 || size == 0 || !blocking) {
                return sent;
            }
            writeWait.await(toVirtual ? null : os, Long.MAX_VALUE);
        }
    }

    private int sendOs(ByteBuffer source, InetSocketAddress target) throws IOException {
        DatagramChannel half = ensureOs();
        return target == null ? half.write(source) : half.send(source, target);
    }

    /** A datagram that waits in either world; the worlds take turns. */
    private SocketAddress receiveNow(ByteBuffer destination) throws IOException {
        virtualFirst = !virtualFirst;
        try {
            if (virtualFirst) {
                SocketAddress sender = receiveVirtual(destination);
                return sender != null ? sender : receiveOs(destination);
            }
            SocketAddress sender = receiveOs(destination);
            return sender != null ? sender : receiveVirtual(destination);
        } catch (IOException e) {
            readWait.check();
            throw e;
        }
    }

    private SocketAddress receiveVirtual(ByteBuffer destination) throws IOException {
        DatagramEndpoint endpoint = virtual;
        return endpoint == null || (remote != null && !remoteIsVirtual) ? null : endpoint.receive(destination);
    }

    private SocketAddress receiveOs(ByteBuffer destination) throws IOException {
        DatagramChannel half = watchedOs();
        return half == null ? null : half.receive(destination);
    }

    /** Discards what the half that is not connected has received. By both locks. */
    private void drainOther() throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate(1);
        DatagramEndpoint endpoint = virtual;
        DatagramChannel half = os;
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
        if (bound) {
            return;
        }
        stateLock.lock();
        try {
            ensureOpen();
            if (!bound) {
                bindWildcard(SocketAddresses.local(null, family));
                bound = true;
            }
        } finally {
            stateLock.unlock();
        }
        channel.keys().attach();
    }

    /** By {@code stateLock}. */
    private void bindWildcard(InetSocketAddress address) throws IOException {
        WildcardScope scope = worlds.networks().wildcardScope();
        switch (scope) {
            case OS -> bindOs(address);
            case ZEROTIER -> virtual = openVirtual(address);
            case BOTH -> bindBoth(address);
        }
    }

    private void bindOs(InetSocketAddress address) throws IOException {
        candidate().bind(address);
        candidate.configureBlocking(false);
        os = candidate;
        candidate = null;
    }

    /** Binds the same port in both worlds, the virtual one first: the candidate may have joined groups already. */
    private void bindBoth(InetSocketAddress address) throws IOException {
        for (int attempt = 1; ; attempt++) {
            DatagramEndpoint endpoint;
            try {
                endpoint = openVirtual(address);
            } catch (BindException e) {
                throw e;
            } catch (IOException e) {
                System.getLogger("io.ztnio.provider")
                        .log(Level.WARNING, "bound in the operating system's world only: " + e.getMessage());
                bindOs(address);
                return;
            }
            int port = endpoint.localAddress().getPort();
            try {
                bindOs(new InetSocketAddress(address.getAddress(), port));
                virtual = endpoint;
                return;
            } catch (IOException | RuntimeException e) {
                endpoint.close();
                if (!(e instanceof BindException) || address.getPort() != 0 || attempt == BIND_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private DatagramEndpoint openVirtual(InetSocketAddress address) throws IOException {
        DatagramEndpoint endpoint = worlds.networks().openDatagram();
        try {
            options.replay(endpoint);
            endpoint.readinessListener(newlySet -> {
                readWait.wake();
                writeWait.wake();
                channel.keys().signal();
            });
            endpoint.bind(address);
            channel.joinedGroups().replay(endpoint);
            return endpoint;
        } catch (IOException | RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    /**
     * The virtual half. A wildcard bind that was to listen elsewhere only gets one with a port of its own when it sends,
     * so that nothing listens where it should not.
     */
    private DatagramEndpoint ensureVirtual() throws IOException {
        DatagramEndpoint existing = virtual;
        if (existing != null) {
            return existing;
        }
        stateLock.lock();
        try {
            ensureOpen();
            if (virtual == null) {
                virtual = openVirtual(SocketAddresses.local(null, family));
            }
            return virtual;
        } finally {
            stateLock.unlock();
        }
    }

    private DatagramChannel ensureOs() throws IOException {
        DatagramChannel existing = os;
        if (existing != null) {
            return existing;
        }
        stateLock.lock();
        try {
            ensureOpen();
            if (os == null) {
                bindOs(SocketAddresses.local(null, family));
            }
        } finally {
            stateLock.unlock();
        }
        channel.keys().attach();
        return os;
    }

    private DatagramChannel candidate() throws IOException {
        ensureOpen();
        if (candidate == null) {
            candidate = worlds.openOsDatagram(family);
            options.replay(candidate);
        }
        return candidate;
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
