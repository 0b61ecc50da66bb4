package io.ztnio.provider.channel;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.selector.Facade;
import io.ztnio.provider.selector.FacadeKeys;
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
import java.nio.channels.NoConnectionPendingException;
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

    /** The virtual connection, if that is the decision. */
    private volatile StreamConnection virtual;

    private ZeroTierSocket socket;

    private ZeroTierSocketChannel(SelectorProvider provider, Stacks stacks, ProtocolFamily family) {
        super(provider);
        this.stacks = stacks;
        this.family = family;
        this.dual = new DualSocket<>(
                this, stacks, HostChannels.streams(family), () -> stacks.networks().openStream(), Wildcard.RESERVES);
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
        StreamConnection stream = route(remote);
        if (stream != null) {
            return stream.connect((InetSocketAddress) remote, 0);
        }
        SocketChannel delegate = dual.alone();
        try {
            return delegate.connect(remote);
        } finally {
            follow(delegate);
        }
    }

    /** Decides for the stack of {@code remote} if nothing is decided yet. The virtual connection, or {@code null}. */
    StreamConnection route(SocketAddress remote) throws IOException {
        if (dual.alone() != null) {
            return null;
        }
        InetSocketAddress target = SocketAddresses.remote(remote, family);
        if (virtual == null) {
            decide(target);
        }
        return virtual;
    }

    @Override
    public boolean finishConnect() throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            try {
                return delegate.finishConnect();
            } finally {
                follow(delegate);
            }
        }
        StreamConnection stream = virtual;
        if (stream == null) {
            ensureOpen();
            throw new NoConnectionPendingException();
        }
        return stream.finishConnect();
    }

    @Override
    public boolean isConnected() {
        SocketChannel delegate = dual.alone();
        StreamConnection stream = virtual;
        return delegate != null ? delegate.isConnected() : stream != null && isOpen() && stream.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
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
        ensureOpen();
        StreamConnection stream = virtual;
        if (stream != null && stream.isPending()) {
            throw new ConnectionPendingException();
        }
        InetSocketAddress address = SocketAddresses.local(local, family);
        boolean own = stacks.isOwn(address.getAddress());
        dual.bind(address, own, SocketChannel::bind, StreamEndpoint::bind);
        decided();
        return this;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        SocketChannel delegate = dual.alone();
        if (delegate == null) {
            return checkedRead(destination, isBlocking(), 0);
        }
        try {
            return delegate.read(destination);
        } finally {
            follow(delegate);
        }
    }

    /** A read in the virtual stack. */
    int checkedRead(ByteBuffer destination, boolean blocking, long timeoutNanos) throws IOException {
        Objects.requireNonNull(destination);
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        return connection().read(destination, blocking, timeoutNanos);
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
            return connection().write(source, isBlocking());
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
        StreamConnection stream = virtual;
        return stream == null ? null : stream.endpoint().remoteAddress();
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
        return dual.alone();
    }

    @Override
    public int readyOps() {
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
        SocketChannel delegate = dual.alone();
        if (delegate != null) {
            if (block) {
                keys.cancelInvalid();
            }
            delegate.configureBlocking(block);
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
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
        boolean interrupted = !completed && Thread.currentThread().isInterrupted();
        if (interrupted) {
            close();
        }
        try {
            end(completed);
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

    private void decide(InetSocketAddress remote) throws IOException {
        ensureOpen();
        boolean toVirtual = stacks.isVirtual(remote.getAddress());
        readLock.lock();
        writeLock.lock();
        try {
            if (toVirtual) {
                dual.decideVirtual();
            } else {
                dual.decideHost();
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            close();
            throw e;
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
        decided();
    }

    /** A decision may have been made. */
    private void decided() {
        StreamEndpoint endpoint = dual.virtual();
        if (endpoint != null) {
            follow(endpoint, false);
        }
        keys.attach();
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
