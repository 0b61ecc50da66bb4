package io.ztnio.provider.channel;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.dual.Alternation;
import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualWait;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A datagram channel that may use both stacks: each datagram goes to the stack of its target, and datagrams of both are
 * received. Bound to a virtual address it has only the virtual half; connected, only the peer's half is used.
 *
 * <p>Where a datagram goes is decided anew for each: it waits in blocking mode while that is pending, and is not sent
 * without a word in non-blocking mode; it never goes to the host stack if a network claims the target. A non-blocking
 * connect to a peer that is undecided connects the half when the decision comes.
 *
 * <p>Thread: thread-safe. Receivers and senders serialise on a lock each; binding and connecting hold both. None is
 * needed to close.
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

    /** The address of a bind, for a half that comes later. */
    private volatile InetSocketAddress boundTo;

    /** The host stack's half has come since a receiver looked for it. */
    private volatile boolean hostHalfCame;

    private final ConnectedPeer peer;
    private final BlockedWrites blocked;

    HybridDatagrams(
            ZeroTierDatagramChannel channel,
            Stacks stacks,
            ProtocolFamily family,
            DualSocket<DatagramChannel, DatagramEndpoint> dual,
            Interruption interruption) {
        this.channel = channel;
        this.stacks = stacks;
        this.family = family;
        this.dual = dual;
        this.peer = new ConnectedPeer(this::connectHalf, this::peerSettled);
        this.blocked = new BlockedWrites(channel.keys());
        this.readWait = new DualWait(
                channel,
                interruption,
                SelectionKey.OP_READ,
                dual::waiting,
                () -> hostHalfCame || isReady(Endpoint.READABLE));
        this.writeWait = new DualWait(
                channel, interruption, SelectionKey.OP_WRITE, () -> Waiting.PARKED, () -> isReady(Endpoint.WRITABLE));
        this.receives = new Alternation<>(
                readWait, this::receiveVirtual, this::receiveHost, this::watchedHost, "Receive timed out");
    }

    boolean isBound() {
        return bound;
    }

    InetSocketAddress remote() {
        return peer.address();
    }

    boolean isConnectedToVirtual() {
        return peer.isVirtual();
    }

    /** Operations to watch the host stack's half for: none while connected to a virtual peer. */
    int hostOps(int interest) {
        return isConnectedToVirtual() ? 0 : blocked.hostOps(interest);
    }

    int readyOps() {
        if (!channel.isOpen()) {
            return 0;
        }
        if (!bound) {
            // The first send binds, so it can be done.
            return blocked.readyOps(SelectionKey.OP_WRITE);
        }
        DatagramEndpoint endpoint = dual.virtual();
        if (endpoint == null || !peer.mayHear(true)) {
            return 0;
        }
        int readiness = endpoint.readiness();
        return (readiness & Endpoint.FAILED) != 0
                ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                : blocked.readyOps(readiness & (SelectionKey.OP_READ | SelectionKey.OP_WRITE));
    }

    /**
     * Binds; the channel becomes the host stack's alone if one of its addresses is meant.
     *
     * @param mustServe whether a wildcard address needs a virtual half that is meant; if not, it comes with the first
     *     datagram that needs it
     */
    void bind(SocketAddress address, boolean mustServe) throws IOException {
        readLock.lock();
        writeLock.lock();
        try {
            dual.ensureUnbound();
            InetSocketAddress local = SocketAddresses.local(address, family);
            dual.bind(local, mustServe, DatagramChannel::bind, this::bindVirtual);
            boundTo = local;
            bound = true;
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    void connect(InetSocketAddress target) throws IOException {
        readLock.lock();
        writeLock.lock();
        try {
            ensureOpen();
            if (peer.address() != null) {
                throw new AlreadyConnectedException();
            }
            RoutingDecision decision = decide(target, channel.isBlocking());
            if (decision.isDecided()) {
                peer.connect(target, isVirtual(decision));
                drainOther(peer.isVirtual());
            } else {
                ensureBound(false);
                peer.connectLater(target, stacks);
            }
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    void disconnect() throws IOException {
        readLock.lock();
        writeLock.lock();
        try {
            if (peer.address() == null || !channel.isOpen()) {
                return;
            }
            peer.disconnect(fromVirtual -> {
                drainOther(fromVirtual);
                if (fromVirtual) {
                    dual.virtual().disconnect();
                } else {
                    ensureHost().disconnect();
                }
            });
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
    }

    int send(ByteBuffer source, InetSocketAddress named) throws IOException {
        writeLock.lock();
        try {
            ensureOpen();
            boolean blocking = channel.isBlocking();
            InetSocketAddress connected = peer.address();
            if (connected != null) {
                if (!connected.equals(named)) {
                    throw new AlreadyConnectedException();
                }
                return sendToPeer(source, blocking);
            }
            InetSocketAddress target = stacks.target(named);
            WildcardScope everywhere = isForEverybody(target) ? stacks.groupScope(target) : WildcardScope.OS;
            if (everywhere == WildcardScope.BOTH) {
                return sendToBoth(source, target, blocking);
            }
            if (everywhere == WildcardScope.ZEROTIER) {
                ensureBound(true);
                return sendNow(source, target, true, blocking);
            }
            RoutingDecision decision = decide(target, blocking);
            if (!decision.isDecided()) {
                blocked.undecided(stacks, target.getAddress());
                return 0;
            }
            boolean toVirtual = isVirtual(decision);
            ensureBound(toVirtual);
            return sendNow(source, target, toVirtual, blocking);
        } finally {
            writeLock.unlock();
        }
    }

    /** Whether it is a group or everybody, and neither an address nor an interface says on which networks. */
    private boolean isForEverybody(InetSocketAddress target) throws IOException {
        InetAddress address = target.getAddress();
        boolean group = address.isMulticastAddress();
        // The hash of an IPv4 address is its 32 bits.
        if (!group && !(address instanceof Inet4Address && address.hashCode() == -1)) {
            return false;
        }
        InetSocketAddress local = boundTo;
        return (local == null || local.getAddress().isAnyLocalAddress())
                && !dual.isVirtualAlone()
                && !(group && dual.option(StandardSocketOptions.IP_MULTICAST_IF) != null);
    }

    /**
     * Sends a datagram in the host stack and on the virtual networks, by the write lock. It counts as sent where one of them
     * takes it; while the host stack has no room it is sent nowhere.
     */
    private int sendToBoth(ByteBuffer source, InetSocketAddress target, boolean blocking) throws IOException {
        ensureBound(true);
        ByteBuffer copy = source.duplicate();
        int sent = 0;
        IOException failure = null;
        try {
            sent = sendNow(source, target, false, blocking);
            if (sent == 0 && source.hasRemaining()) {
                return 0;
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            failure = e;
        }
        try {
            int taken = ensureVirtual().send(copy, target);
            if (failure != null && (taken > 0 || !source.hasRemaining())) {
                source.position(source.limit());
                return taken;
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            if (failure != null) {
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return sent;
    }

    int write(ByteBuffer source) throws IOException {
        writeLock.lock();
        try {
            ensureConnected();
            return sendToPeer(source, channel.isBlocking());
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * For a channel that is the host stack's alone: whether a datagram may go to {@code target} now. If not, the channel
     * is not blocking and {@code OP_WRITE} tells when to try again.
     *
     * @throws java.net.NoRouteToHostException if a network claims the target
     */
    boolean mayLeaveHost(InetSocketAddress target) throws IOException {
        if (stacks.decide(target, false).verdict() == Verdict.HOST) {
            return true;
        }
        writeLock.lock();
        try {
            RoutingDecision decision = decide(target, channel.isBlocking());
            if (decision.verdict() == Verdict.VIRTUAL) {
                throw Stacks.wrongStack(target.getAddress());
            }
            if (!decision.isDecided()) {
                blocked.undecided(stacks, target.getAddress());
                return false;
            }
            blocked.sent();
            return true;
        } finally {
            writeLock.unlock();
        }
    }

    /**
     * Receives one datagram.
     *
     * @param connected whether being connected is required
     * @param mustBlock whether only a channel in blocking mode will do, which is known for certain by the lock only
     * @param timeoutNanos how long to wait in blocking mode; 0 for ever
     * @return the sender, or {@code null} if not blocking
     * @throws IllegalBlockingModeException if it must block and does not
     */
    SocketAddress receive(ByteBuffer destination, boolean connected, boolean mustBlock, long timeoutNanos)
            throws IOException {
        readLock.lock();
        try {
            if (connected) {
                ensureConnected();
            }
            ensureOpen();
            boolean blocking = channel.isBlocking();
            if (mustBlock && !blocking) {
                throw new IllegalBlockingModeException();
            }
            // Who waits without having bound may hear of both stacks; who does not must not wait for a node either.
            ensureBound(blocking);
            if (peer.isUndecided()) {
                peer.settle(stacks.decide(peer.address(), false));
            }
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
        peer.close();
        blocked.close();
        dual.close();
        readWait.shutDown();
        writeWait.shutDown();
    }

    /** Which stack a datagram is for; waits if {@code blocking}. Not the answer that there is none, which is thrown. */
    private RoutingDecision decide(InetSocketAddress target, boolean blocking) throws IOException {
        RoutingDecision decision = blocking ? dual.await(target, false, 0) : stacks.decide(target, false);
        if (decision.verdict() == Verdict.UNAVAILABLE) {
            throw Stacks.noRoute(decision);
        }
        return decision;
    }

    /** One that is bound to a virtual address says itself that it cannot send elsewhere. */
    private boolean isVirtual(RoutingDecision decision) {
        return decision.verdict() == Verdict.VIRTUAL || dual.isVirtualAlone();
    }

    /** By the write lock. */
    private int sendToPeer(ByteBuffer source, boolean blocking) throws IOException {
        if (!source.hasRemaining()) {
            // As the JDK's: to a peer, unlike to an address, it sends no empty datagrams.
            return 0;
        }
        InetSocketAddress target = peer.address();
        RoutingDecision decision = decide(target, blocking);
        if (!decision.isDecided()) {
            blocked.undecided(stacks, target.getAddress());
            return 0;
        }
        peer.settle(decision);
        boolean toVirtual = peer.isVirtual();
        if (isVirtual(decision) && !toVirtual) {
            throw Stacks.wrongStack(target.getAddress());
        }
        return sendNow(source, null, toVirtual, blocking);
    }

    /** Connects the half that a peer needs. Never waits for a decision. */
    private void connectHalf(InetSocketAddress target, boolean toVirtual) throws IOException {
        ensureBound(toVirtual);
        // One that is bound to a virtual address says itself that it cannot go to the host.
        if (toVirtual || dual.isVirtualAlone()) {
            ensureVirtual().connect(target);
        } else {
            ensureHost().connect(target);
        }
    }

    private void peerSettled() {
        channel.keys().refresh();
        readWait.wake();
        writeWait.wake();
    }

    private boolean isReady(int mask) {
        DatagramEndpoint endpoint = dual.virtual();
        return endpoint != null && peer.mayHear(true) && (endpoint.readiness() & (mask | Endpoint.FAILED)) != 0;
    }

    private DatagramChannel watchedHost() {
        hostHalfCame = false;
        return peer.mayHear(false) ? dual.hostHalf() : null;
    }

    private int sendNow(ByteBuffer source, InetSocketAddress target, boolean toVirtual, boolean blocking)
            throws IOException {
        int size = source.remaining();
        if (blocking) {
            writeWait.checkAttempt();
        }
        while (true) {
            int sent;
            try {
                sent = toVirtual ? ensureVirtual().send(source, target) : sendHost(source, target);
            } catch (IOException e) {
                writeWait.checkAttempt();
                throw e;
            }
            if (sent > 0 || size == 0) {
                blocked.sent();
                return sent;
            }
            if (!blocking) {
                blocked.noRoom(toVirtual);
                return 0;
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
        return endpoint == null || !peer.mayHear(true) ? null : endpoint.receive(destination);
    }

    private SocketAddress receiveHost(ByteBuffer destination) throws IOException {
        DatagramChannel half = watchedHost();
        return half == null ? null : half.receive(destination);
    }

    /** Discards what the half that is not connected has received. By both locks. */
    private void drainOther(boolean peerIsVirtual) throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate(1);
        DatagramEndpoint endpoint = dual.virtual();
        DatagramChannel half = dual.hostHalf();
        if (peerIsVirtual && half != null) {
            while (half.receive(scratch) != null) {
                scratch.clear();
            }
        } else if (!peerIsVirtual && endpoint != null) {
            while (endpoint.receive(scratch) != null) {
                scratch.clear();
            }
        }
    }

    /**
     * Binds before the first datagram. One for the host stack needs no virtual half, and does not wait until there could
     * be one: that comes when it is needed, on the same port if it is free.
     */
    private void ensureBound(boolean toVirtual) throws IOException {
        if (bound) {
            return;
        }
        ensureOpen();
        try {
            InetSocketAddress wildcard = SocketAddresses.local(null, family);
            if (toVirtual) {
                dual.bind(wildcard, false, DatagramChannel::bind, this::bindVirtual);
            } else {
                dual.ensureHostHalf(wildcard, DatagramChannel::bind);
            }
        } catch (AlreadyBoundException e) {
            // By another thread in this moment: that is as good.
            System.getLogger("io.ztnio.provider").log(Level.TRACE, "bound twice", e);
        }
        bound = true;
        channel.keys().attach();
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
     * The virtual half. A wildcard bind that was to listen elsewhere only gets one with another port when it sends, so
     * that nothing listens where it should not.
     */
    private DatagramEndpoint ensureVirtual() throws IOException {
        DatagramEndpoint existing = dual.virtual();
        if (existing != null) {
            return existing;
        }
        DatagramEndpoint opened = dual.ensureVirtualHalf(SocketAddresses.local(null, family), this::bindVirtual);
        if (opened == null) {
            throw new NoRouteToHostException("this socket is bound to an address of the host stack");
        }
        return opened;
    }

    private DatagramChannel ensureHost() throws IOException {
        DatagramChannel half = dual.hostHalf();
        if (half == null) {
            half = dual.ensureHostHalf(hostLocal(), DatagramChannel::bind);
            channel.keys().attach();
            hostHalfCame = true;
            readWait.wake();
        }
        return half;
    }

    /** Where a half of the host stack comes to be: an address that was bound is in both stacks then, with any free port. */
    private InetSocketAddress hostLocal() {
        InetSocketAddress local = boundTo;
        return local == null ? SocketAddresses.local(null, family) : new InetSocketAddress(local.getAddress(), 0);
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void ensureConnected() throws ClosedChannelException {
        ensureOpen();
        if (peer.address() == null) {
            throw new NotYetConnectedException();
        }
    }
}
