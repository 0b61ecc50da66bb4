package io.ztnio.provider.channel;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.selector.Facade;
import io.ztnio.provider.selector.FacadeKeys;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP channel that becomes the host stack's or virtual when it is bound or connected, and stays so. A wildcard bind
 * holds the port in both stacks until the connect chooses one.
 *
 * <p>Thread: thread-safe. {@code close}, which an interrupting thread may run, waits for SO_LINGER only.
 */
public final class ZeroTierSocketChannel extends SocketChannel implements Facade {
    final ReentrantLock readLock = new ReentrantLock();
    final ReentrantLock writeLock = new ReentrantLock();
    private final ReentrantLock socketLock = new ReentrantLock();

    private final Stacks stacks;
    private final ProtocolFamily family;
    private final FacadeKeys keys = new FacadeKeys(this);
    private final DualSocket<SocketChannel, StreamEndpoint> dual;

    private final Connecting connecting;

    /** The virtual connection, if that is the decision. */
    private volatile StreamConnection virtual;

    /** Whether {@code bind} was called with success. */
    private volatile boolean bound;

    private ZeroTierSocket socket;

    private ZeroTierSocketChannel(SelectorProvider provider, Stacks stacks, ProtocolFamily family) {
        super(provider);
        this.stacks = stacks;
        this.family = family;
        this.dual = new DualSocket<>(
                this,
                Interruption.OF_CHANNELS,
                stacks,
                HostChannels.streams(family),
                () -> stacks.openStream(family),
                Wildcard.RESERVES);
        this.connecting = new Connecting(this, dual, stacks);
    }

    /**
     * A new channel.
     *
     * @param family the protocol family, or {@code null} for the default
     */
    public static ZeroTierSocketChannel open(SelectorProvider provider, Stacks stacks, ProtocolFamily family)
            throws IOException {
        ZeroTierSocketChannel channel = new ZeroTierSocketChannel(provider, stacks, family);
        if (!stacks.isConfigured() || !SocketAddresses.isInet(family)) {
            channel.dual.startAlone(HostChannels.streams(family).open());
        }
        return channel;
    }

    /** A facade over one of the JDK's channels. */
    public static ZeroTierSocketChannel ofHost(SelectorProvider provider, Stacks stacks, SocketChannel host) {
        ZeroTierSocketChannel channel = new ZeroTierSocketChannel(provider, stacks, null);
        channel.dual.startAlone(host);
        return channel;
    }

    /** An accepted virtual connection. */
    static ZeroTierSocketChannel ofEndpoint(SelectorProvider provider, Stacks stacks, StreamEndpoint endpoint) {
        ZeroTierSocketChannel channel = new ZeroTierSocketChannel(provider, stacks, null);
        channel.dual.startVirtual(endpoint);
        channel.follow(endpoint, true);
        return channel;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        if (isRouted(remote)) {
            InetSocketAddress target = stacks.target(SocketAddresses.remote(remote, family));
            checkNotClosed();
            if (!isBlocking()) {
                return connecting.connectNow(target);
            }
            StreamConnection stream = connecting.decide(target, 0);
            if (stream != null) {
                return stream.connect(target, 0);
            }
        }
        SocketChannel delegate = dual.alone();
        try {
            return delegate.connect(remote);
        } finally {
            follow(delegate);
        }
    }

    /**
     * Decides for the stack of {@code remote} if nothing is decided yet, for a socket in blocking mode. The virtual connection, or
     * {@code null}.
     *
     * @param timeoutNanos how long to wait for the decision; 0 for as long as it may be pending
     */
    StreamConnection route(SocketAddress remote, long timeoutNanos) throws IOException {
        if (!isRouted(remote)) {
            return null;
        }
        InetSocketAddress target = stacks.target(SocketAddresses.remote(remote, family));
        if (!isOpen()) {
            askClosed(closed -> closed.socket().connect(target, 1));
        }
        return connecting.decide(target, timeoutNanos);
    }

    private void checkNotClosed() throws IOException {
        if (!isOpen()) {
            askClosed(SocketChannel::finishConnect);
        }
    }

    /** Has this JDK throw what it does at closed channels: in blocking mode it is one exception in 17 and in 25 another. */
    @SuppressWarnings("try") // closing is what is asked about
    private void askClosed(Question question) throws IOException {
        try (SocketChannel closed = HostChannels.streams(family).open()) {
            closed.configureBlocking(isBlocking());
            closed.close();
            question.ask(closed);
        }
    }

    /** Has this JDK refuse a connect to what has no address: later ones close the channel. */
    void refuseUnresolved(InetSocketAddress target) throws IOException {
        try (SocketChannel refusing = HostChannels.streams(family).open()) {
            try {
                refusing.socket().connect(target);
            } finally {
                if (!refusing.isOpen()) {
                    close();
                }
            }
        }
    }

    private interface Question {
        void ask(SocketChannel closed) throws IOException;
    }

    /** Whether a connect to {@code remote} must be decided, even if this channel is the host stack's already. */
    private boolean isRouted(SocketAddress remote) {
        return dual.alone() == null
                || (stacks.isConfigured()
                        && SocketAddresses.isInet(family)
                        && remote instanceof InetSocketAddress inet
                        && !inet.isUnresolved());
    }

    @Override
    public boolean finishConnect() throws IOException {
        checkNotClosed();
        return connecting.finish();
    }

    @Override
    public boolean isConnected() {
        SocketChannel delegate = dual.alone();
        StreamConnection stream = virtual;
        if (connecting.isPending()) {
            return false;
        }
        return delegate != null ? delegate.isConnected() : stream != null && isOpen() && stream.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        // The attempt ends after the connection has begun: it must be asked first.
        if (connecting.isPending()) {
            return isOpen();
        }
        SocketChannel delegate = dual.alone();
        StreamConnection stream = virtual;
        return delegate != null ? delegate.isConnectionPending() : stream != null && isOpen() && stream.isPending();
    }

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.bind(local);
            return this;
        }
        readLock.lock();
        writeLock.lock();
        try {
            ensureOpen();
            if (isConnectionPending()) {
                throw new ConnectionPendingException();
            }
            dual.ensureUnbound();
            dual.bind(SocketAddresses.local(local, family), false, SocketChannel::bind, StreamEndpoint::bind);
            bound = true;
            decided();
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
        keys.attach();
        return this;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate == null) {
            return checkedRead(destination, false, 0);
        }
        try {
            return delegate.read(destination);
        } finally {
            follow(delegate);
        }
    }

    /** A read in the virtual stack. */
    int checkedRead(ByteBuffer destination, boolean mustBlock, long timeoutNanos) throws IOException {
        Objects.requireNonNull(destination);
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        return connection().read(destination, mustBlock, timeoutNanos);
    }

    @Override
    public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate == null) {
            Objects.checkFromIndexSize(offset, length, destinations.length);
            for (int i = offset; i < offset + length; i++) {
                if (destinations[i].isReadOnly()) {
                    throw new IllegalArgumentException("Read-only buffer");
                }
            }
            return connection().read(destinations, offset, length);
        }
        try {
            return delegate.read(destinations, offset, length);
        } finally {
            follow(delegate);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate == null) {
            Objects.requireNonNull(source);
            return connection().write(source, false);
        }
        try {
            return delegate.write(source);
        } finally {
            follow(delegate);
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate == null) {
            Objects.checkFromIndexSize(offset, length, sources.length);
            for (int i = offset; i < offset + length; i++) {
                Objects.requireNonNull(sources[i]);
            }
            return connection().write(sources, offset, length);
        }
        try {
            return delegate.write(sources, offset, length);
        } finally {
            follow(delegate);
        }
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.shutdownInput();
        } else {
            connection().shutdownInput();
        }
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.shutdownOutput();
        } else {
            connection().shutdownOutput();
        }
        return this;
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        SocketChannel delegate = dual.alone();
        return delegate != null ? delegate.getLocalAddress() : dual.localAddress(true);
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            return delegate.getRemoteAddress();
        }
        ensureOpen();
        InetSocketAddress target = connecting.target();
        StreamConnection stream = virtual;
        return target != null || stream == null ? target : stream.endpoint().remoteAddress();
    }

    /** The local address in the virtual stack or while undecided, also after the close; or {@code null}. */
    InetSocketAddress keptLocalAddress() {
        StreamConnection stream = virtual;
        boolean failed = !isOpen() && stream != null && !stream.isConnected();
        // The JDK takes note of the port of a connect when that succeeds.
        return failed && !bound ? null : dual.keptLocalAddress(true);
    }

    /** The peer in the virtual stack, also after the close; {@code null} if there never was a connection. */
    InetSocketAddress keptRemoteAddress() {
        StreamConnection stream = virtual;
        return stream != null && stream.hasPeer() ? stream.endpoint().remoteAddress() : null;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        dual.option(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return dual.option(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        SocketChannel delegate = dual.alone();
        return delegate != null ? delegate.supportedOptions() : dual.supportedOptions();
    }

    @Override
    public Socket socket() {
        socketLock.lock();
        try {
            if (socket == null) {
                SocketChannel delegate = dual.alone();
                if (delegate != null) {
                    // Refuses for channels of the Unix family.
                    Objects.requireNonNull(delegate.socket());
                }
                socket = ZeroTierSocket.of(this);
            }
            return socket;
        } finally {
            socketLock.unlock();
        }
    }

    @Override
    public FacadeKeys keys() {
        return keys;
    }

    @Override
    public SelectableChannel hostChannel() {
        SocketChannel pending = connecting.host();
        return pending != null ? pending : dual.alone();
    }

    @Override
    public int hostOps(int interest) {
        return connecting.hostOps(interest);
    }

    @Override
    public Waiting waiting() {
        return dual.waiting();
    }

    @Override
    public int readyOps() {
        // A connection that is begun is told of when finishConnect can see it, not before.
        if (connecting.isPending()) {
            return connecting.readyOps();
        }
        StreamConnection stream = virtual;
        return stream == null ? 0 : stream.readyOps();
    }

    @Override
    public String toString() {
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            return delegate.toString();
        }
        StringBuilder text = new StringBuilder(SocketChannel.class.getName()).append('[');
        StreamConnection stream = virtual;
        if (!isOpen()) {
            text.append("closed");
        } else if (connecting.isPending()) {
            text.append("connection-pending remote=").append(connecting.target());
        } else if (stream == null || (!stream.isConnected() && !stream.isPending())) {
            text.append("unconnected");
        } else {
            text.append(stream.isPending() ? "connection-pending" : "connected");
            text.append(stream.isInputShut() ? " ishut" : "").append(stream.isOutputShut() ? " oshut" : "");
            text.append(" local=").append(stream.endpoint().localAddress());
            text.append(" remote=").append(stream.endpoint().remoteAddress());
        }
        return text.append(']').toString();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        // Waits for transfers and decisions in progress, as the JDK's channels do.
        readLock.lock();
        writeLock.lock();
        try {
            dual.blocking(block);
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
        if (block) {
            keys.cancelInvalid();
        }
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.configureBlocking(block);
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        connecting.closed();
        StreamConnection stream = virtual;
        Runnable lingering = stream == null ? () -> {} : stream.lingering();
        dual.close();
        if (stream != null) {
            stream.wake();
            lingering.run();
        }
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.close();
        }
    }

    void enterBlocking() {
        begin();
    }

    /**
     * Ends what {@link #enterBlocking} began. A thread can see its interrupt before the channel is told of it (JDK 25 sets
     * the status first), so the status closes the channel here as the interrupt is about to.
     */
    void leaveBlocking(boolean completed) throws IOException {
        // Also of an operation that has moved something: a write that an interrupt has ended has not moved all.
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (interrupted) {
            close();
        }
        try {
            end(completed && !interrupted);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (AsynchronousCloseException e) {
            if (interrupted) {
                ClosedByInterruptException byInterrupt = new ClosedByInterruptException();
                byInterrupt.initCause(e);
                throw byInterrupt;
            }
            throw e;
        }
    }

    /** The host stack's channel if that is the decision. */
    SocketChannel host() {
        return dual.alone();
    }

    StreamConnection virtual() {
        return virtual;
    }

    /** The virtual connection of a channel that is not the host stack's. */
    StreamConnection connection() throws IOException {
        StreamConnection stream = virtual;
        if (stream == null) {
            ensureOpen();
            throw new NotYetConnectedException();
        }
        return stream;
    }

    /** Closes this channel if the host stack's has closed itself: after a failed connect or an interrupt. */
    void follow(SocketChannel delegate) throws IOException {
        if (!delegate.isOpen()) {
            close();
        }
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** A decision may have been made. The virtual connection, if that was it. */
    StreamConnection decided() {
        StreamEndpoint endpoint = dual.virtual();
        if (endpoint != null) {
            follow(endpoint, false);
        }
        return virtual;
    }

    private void follow(StreamEndpoint endpoint, boolean connected) {
        socketLock.lock();
        try {
            if (virtual != null) {
                return;
            }
            StreamConnection stream = new StreamConnection(this, endpoint, connected);
            virtual = stream;
            endpoint.readinessListener(newlySet -> {
                stream.wake();
                keys.signal();
            });
        } finally {
            socketLock.unlock();
        }
    }
}
