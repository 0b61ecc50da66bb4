package io.ztnio.provider.channel;

import io.ztnio.provider.selector.Facade;
import io.ztnio.provider.selector.FacadeKeys;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP channel that becomes the operating system's or virtual when it is bound or connected, and stays so.
 *
 * <p>Until then it has one of the JDK's channels only if an option was set or asked for, or the wildcard address was
 * bound: options take effect there at once, with its checks, and are set again on the endpoint if the channel becomes
 * virtual; a wildcard bind holds the port in both worlds until the connect chooses one.
 *
 * <p>Thread: thread-safe. {@code stateLock} is never held while waiting, so {@code close}, which an interrupting thread
 * may run, never waits.
 */
public final class ZeroTierSocketChannel extends SocketChannel implements Facade {
    final ReentrantLock readLock = new ReentrantLock();
    final ReentrantLock writeLock = new ReentrantLock();
    private final ReentrantLock stateLock = new ReentrantLock();

    private final Worlds worlds;
    private final ProtocolFamily family;
    private final FacadeKeys keys = new FacadeKeys(this);

    /** The decision: at most one of the two is ever set, once. */
    private volatile SocketChannel os;

    private volatile StreamConnection virtual;

    // Guarded by stateLock.
    private final UndecidedStream undecided;
    private boolean blockingMode = true;
    private ZeroTierSocket socket;

    private ZeroTierSocketChannel(Worlds worlds, ProtocolFamily family) {
        super(worlds.provider());
        this.worlds = worlds;
        this.family = family;
        this.undecided = new UndecidedStream(worlds, family);
    }

    /**
     * A new channel.
     *
     * @param family the protocol family, or {@code null} for the default
     */
    public static ZeroTierSocketChannel open(Worlds worlds, ProtocolFamily family) throws IOException {
        ZeroTierSocketChannel channel = new ZeroTierSocketChannel(worlds, family);
        if (!worlds.isConfigured() || !isInet(family)) {
            channel.os = worlds.openOsSocket(family);
        }
        return channel;
    }

    /** A facade over one of the JDK's channels. */
    public static ZeroTierSocketChannel ofOs(Worlds worlds, SocketChannel os) {
        ZeroTierSocketChannel channel = new ZeroTierSocketChannel(worlds, null);
        channel.os = os;
        return channel;
    }

    /** An accepted virtual connection. */
    static ZeroTierSocketChannel ofEndpoint(Worlds worlds, StreamEndpoint endpoint) {
        ZeroTierSocketChannel channel = new ZeroTierSocketChannel(worlds, null);
        channel.become(new StreamConnection(channel, endpoint, true));
        return channel;
    }

    static boolean isInet(ProtocolFamily family) {
        return family == null || family == StandardProtocolFamily.INET || family == StandardProtocolFamily.INET6;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        StreamConnection stream = route(remote);
        if (stream != null) {
            return stream.connect((InetSocketAddress) remote, 0);
        }
        SocketChannel delegate = os;
        try {
            return delegate.connect(remote);
        } finally {
            follow(delegate);
        }
    }

    /** Decides for the world of {@code remote} if nothing is decided yet. The virtual connection, or {@code null}. */
    StreamConnection route(SocketAddress remote) throws IOException {
        if (os != null) {
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
        SocketChannel delegate = os;
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
        SocketChannel delegate = os;
        StreamConnection stream = virtual;
        return delegate != null ? delegate.isConnected() : stream != null && isOpen() && stream.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        SocketChannel delegate = os;
        StreamConnection stream = virtual;
        return delegate != null ? delegate.isConnectionPending() : stream != null && isOpen() && stream.isPending();
    }

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        SocketChannel delegate = os;
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
        boolean own = worlds.isOwn(address.getAddress());
        stateLock.lock();
        try {
            ensureOpen();
            SocketChannel decided = os;
            if (decided != null) {
                decided.bind(local);
                return this;
            }
            if (localAddress() != null) {
                throw new AlreadyBoundException();
            }
            if (address.getAddress().isAnyLocalAddress()) {
                undecided.reserve(address);
            } else if (own) {
                become(new StreamConnection(this, undecided.bindVirtual(address), false));
            } else {
                os = undecided.bindOs(address, blockingMode);
            }
        } finally {
            stateLock.unlock();
        }
        keys.attach();
        return this;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        SocketChannel delegate = os;
        if (delegate == null) {
            return checkedRead(destination, isBlocking(), 0);
        }
        try {
            return delegate.read(destination);
        } finally {
            follow(delegate);
        }
    }

    /** A read in the virtual world. */
    int checkedRead(ByteBuffer destination, boolean blocking, long timeoutNanos) throws IOException {
        Objects.requireNonNull(destination);
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        return connection().read(destination, blocking, timeoutNanos);
    }

    @Override
    public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        SocketChannel delegate = os;
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
        SocketChannel delegate = os;
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
        SocketChannel delegate = os;
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
        SocketChannel delegate = os;
        if (delegate != null) {
            delegate.shutdownInput();
        } else {
            connection().shutdownInput();
        }
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        SocketChannel delegate = os;
        if (delegate != null) {
            delegate.shutdownOutput();
        } else {
            connection().shutdownOutput();
        }
        return this;
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        SocketChannel delegate = os;
        if (delegate != null) {
            return delegate.getLocalAddress();
        }
        stateLock.lock();
        try {
            ensureOpen();
            return localAddress();
        } finally {
            stateLock.unlock();
        }
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        SocketChannel delegate = os;
        if (delegate != null) {
            return delegate.getRemoteAddress();
        }
        ensureOpen();
        StreamConnection stream = virtual;
        return stream == null ? null : stream.endpoint().remoteAddress();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        if (os == null) {
            stateLock.lock();
            try {
                StreamConnection stream = virtual;
                if (stream != null) {
                    ensureOpen();
                    RecordedOptions.checkAndSet(stream.endpoint(), name, value);
                    return this;
                }
                if (os == null) {
                    ensureOpen();
                    undecided.setOption(name, value);
                    return this;
                }
            } finally {
                stateLock.unlock();
            }
        }
        os.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        if (os == null) {
            stateLock.lock();
            try {
                StreamConnection stream = virtual;
                if (stream != null) {
                    ensureOpen();
                    return RecordedOptions.checkAndGet(stream.endpoint(), name);
                }
                if (os == null) {
                    ensureOpen();
                    return undecided.getOption(name);
                }
            } finally {
                stateLock.unlock();
            }
        }
        return os.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        SocketChannel delegate = os;
        StreamConnection stream = virtual;
        if (delegate != null) {
            return delegate.supportedOptions();
        }
        return stream != null ? stream.endpoint().supportedOptions() : SupportedOptions.ofSocketChannel();
    }

    @Override
    public Socket socket() {
        stateLock.lock();
        try {
            if (socket == null) {
                SocketChannel delegate = os;
                if (delegate != null) {
                    // Refuses for channels of the Unix family.
                    Objects.requireNonNull(delegate.socket());
                }
                socket = ZeroTierSocket.of(this);
            }
            return socket;
        } finally {
            stateLock.unlock();
        }
    }

    @Override
    public FacadeKeys keys() {
        return keys;
    }

    @Override
    public SelectableChannel osChannel() {
        return os;
    }

    @Override
    public int readyOps() {
        StreamConnection stream = virtual;
        return stream == null ? 0 : stream.readyOps();
    }

    @Override
    public String toString() {
        SocketChannel delegate = os;
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
            stateLock.lock();
            try {
                blockingMode = block;
            } finally {
                stateLock.unlock();
            }
        } finally {
            writeLock.unlock();
            readLock.unlock();
        }
        SocketChannel delegate = os;
        if (delegate != null) {
            if (block) {
                keys.cancelInvalid();
            }
            delegate.configureBlocking(block);
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        SocketChannel delegate;
        StreamConnection stream;
        stateLock.lock();
        try {
            delegate = os;
            stream = virtual;
            undecided.discard();
        } finally {
            stateLock.unlock();
        }
        if (stream != null) {
            stream.close();
        }
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

    /** The operating system's channel if that is the decision. */
    SocketChannel os() {
        return os;
    }

    StreamConnection virtual() {
        return virtual;
    }

    /** The virtual connection of a channel that is not the operating system's. */
    StreamConnection connection() throws IOException {
        StreamConnection stream = virtual;
        if (stream == null) {
            ensureOpen();
            throw new NotYetConnectedException();
        }
        return stream;
    }

    /** Closes this channel if the operating system's has closed itself: after a failed connect or an interrupt. */
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
        boolean toVirtual = worlds.isVirtual(remote.getAddress());
        readLock.lock();
        writeLock.lock();
        try {
            stateLock.lock();
            try {
                ensureOpen();
                if (os != null || virtual != null) {
                    return;
                }
                if (toVirtual) {
                    become(new StreamConnection(this, undecided.takeVirtual(), false));
                } else {
                    os = undecided.takeOs(blockingMode);
                }
            } finally {
                stateLock.unlock();
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
        keys.attach();
    }

    private void become(StreamConnection stream) {
        virtual = stream;
        stream.endpoint().readinessListener(newlySet -> {
            stream.wake();
            keys.signal();
        });
    }

    /** The bound address, by {@code stateLock}. */
    private SocketAddress localAddress() throws IOException {
        StreamConnection stream = virtual;
        if (stream != null) {
            return stream.endpoint().localAddress();
        }
        return undecided.localAddress();
    }
}
