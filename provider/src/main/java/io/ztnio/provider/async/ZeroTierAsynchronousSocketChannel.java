package io.ztnio.provider.async;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An asynchronous TCP channel that becomes the host stack's or virtual when it is bound or connected, and stays so. A
 * wildcard bind holds the port in both stacks until the connect chooses one.
 *
 * <p>Thread: thread-safe. Nothing waits but a bind to an address that is not decided yet.
 */
@SuppressWarnings("FutureReturnValueIgnored") // there is none where there is a handler
public final class ZeroTierAsynchronousSocketChannel extends AsynchronousSocketChannel {
    private final ZeroTierChannelGroup group;
    private final DualSocket<AsynchronousSocketChannel, StreamEndpoint> dual;
    private final OfferedOptions options;
    private final AsynchronousConnecting connecting;
    private final Stacks stacks;
    private final boolean isRouted;
    private final ReentrantLock bindLock = new ReentrantLock();
    private final ReentrantLock streamLock = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** The virtual connection, if that is the decision. */
    private volatile VirtualStream stream;

    private volatile boolean bound;

    private ZeroTierAsynchronousSocketChannel(
            AsynchronousChannelProvider provider, Stacks stacks, ZeroTierChannelGroup group, boolean connected) {
        super(provider);
        this.group = group;
        HostChannels<AsynchronousSocketChannel> hosts = HostChannels.asynchronousStreams(group.host());
        this.dual = new DualSocket<>(
                this, Interruption.OF_CHANNELS, stacks, hosts, () -> stacks.openStream(null), Wildcard.RESERVES);
        this.options = new OfferedOptions(dual, hosts);
        this.connecting = new AsynchronousConnecting(this, group, dual, stacks, connected);
        this.stacks = stacks;
        this.isRouted = stacks.isConfigured();
    }

    /**
     * A new channel.
     *
     * @throws java.nio.channels.ShutdownChannelGroupException if the group is shut down
     */
    public static ZeroTierAsynchronousSocketChannel open(
            AsynchronousChannelProvider provider, Stacks stacks, ZeroTierChannelGroup group) throws IOException {
        ZeroTierAsynchronousSocketChannel channel =
                new ZeroTierAsynchronousSocketChannel(provider, stacks, group, false);
        group.add(channel);
        if (!stacks.isConfigured()) {
            try {
                channel.dual.startAlone(
                        HostChannels.asynchronousStreams(group.host()).open());
            } catch (IOException | RuntimeException e) {
                group.remove(channel);
                throw e;
            }
        }
        return channel;
    }

    /** A connection of the host stack that was accepted. */
    static ZeroTierAsynchronousSocketChannel ofHost(
            AsynchronousChannelProvider provider,
            Stacks stacks,
            ZeroTierChannelGroup group,
            AsynchronousSocketChannel host) {
        ZeroTierAsynchronousSocketChannel channel =
                new ZeroTierAsynchronousSocketChannel(provider, stacks, group, true);
        channel.dual.startAlone(host);
        group.add(channel);
        return channel;
    }

    /** A virtual connection that was accepted. */
    static ZeroTierAsynchronousSocketChannel ofEndpoint(
            AsynchronousChannelProvider provider, Stacks stacks, ZeroTierChannelGroup group, StreamEndpoint endpoint) {
        ZeroTierAsynchronousSocketChannel channel =
                new ZeroTierAsynchronousSocketChannel(provider, stacks, group, true);
        channel.dual.startVirtual(endpoint);
        channel.decided();
        group.add(channel);
        return channel;
    }

    @Override
    public Future<Void> connect(SocketAddress remote) {
        return begin(remote, null, null);
    }

    @Override
    public <A> void connect(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        Objects.requireNonNull(handler, "'handler' is null");
        begin(remote, attachment, handler);
    }

    /** The host stack's channel, if nothing is to be decided for a connect any more. */
    private AsynchronousSocketChannel hostThatConnects(SocketAddress remote) {
        return !isRouted || !(remote instanceof InetSocketAddress inet) || inet.isUnresolved() ? dual.alone() : null;
    }

    private <A> Future<Void> begin(SocketAddress remote, A attachment, CompletionHandler<Void, ? super A> handler) {
        AsynchronousSocketChannel host = hostThatConnects(remote);
        if (host != null) {
            return connectInHost(host, remote, attachment, handler);
        }
        if (!isOpen()) {
            return FinishedOperation.failure(group, new ClosedChannelException(), attachment, handler);
        }
        return connecting.connect(stacks.target(SocketAddresses.remote(remote, null)), attachment, handler);
    }

    <A> Future<Void> connectInHost(
            AsynchronousSocketChannel host,
            SocketAddress remote,
            A attachment,
            CompletionHandler<Void, ? super A> handler) {
        if (handler == null) {
            return following(host.connect(remote));
        }
        host.connect(remote, attachment, new ConnectHandler<A>(handler));
        return null;
    }

    @Override
    public AsynchronousSocketChannel bind(SocketAddress local) throws IOException {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            host.bind(local);
            return this;
        }
        ensureOpen();
        bindLock.lock();
        try {
            if (connecting.isPending()) {
                throw new ConnectionPendingException();
            }
            dual.bind(SocketAddresses.local(local, null), false, AsynchronousSocketChannel::bind, StreamEndpoint::bind);
            bound = true;
            decided();
        } finally {
            bindLock.unlock();
        }
        return this;
    }

    @Override
    public Future<Integer> read(ByteBuffer destination) {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            return following(host.read(destination));
        }
        checkWritable(destination);
        return isOpen() ? connection().read(destination, 0, TimeUnit.NANOSECONDS, null, null) : closed(null, null);
    }

    @Override
    public <A> void read(
            ByteBuffer destination,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            host.read(destination, timeout, unit, attachment, handler);
            return;
        }
        Objects.requireNonNull(handler, "'handler' is null");
        checkWritable(destination);
        if (isOpen()) {
            connection().read(destination, timeout, unit, attachment, handler);
        } else {
            closed(attachment, handler);
        }
    }

    @Override
    public <A> void read(
            ByteBuffer[] destinations,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            host.read(destinations, offset, length, timeout, unit, attachment, handler);
            return;
        }
        Objects.requireNonNull(handler, "'handler' is null");
        ByteBuffer[] chosen = chosen(destinations, offset, length);
        for (ByteBuffer each : chosen) {
            checkWritable(each);
        }
        if (isOpen()) {
            connection().read(chosen, timeout, unit, attachment, handler);
        } else {
            closed(attachment, handler);
        }
    }

    @Override
    public Future<Integer> write(ByteBuffer source) {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            return following(host.write(source));
        }
        Objects.requireNonNull(source);
        return isOpen() ? connection().write(source, 0, TimeUnit.NANOSECONDS, null, null) : closed(null, null);
    }

    @Override
    public <A> void write(
            ByteBuffer source,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Integer, ? super A> handler) {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            host.write(source, timeout, unit, attachment, handler);
            return;
        }
        Objects.requireNonNull(handler, "'handler' is null");
        Objects.requireNonNull(source);
        if (isOpen()) {
            connection().write(source, timeout, unit, attachment, handler);
        } else {
            closed(attachment, handler);
        }
    }

    @Override
    public <A> void write(
            ByteBuffer[] sources,
            int offset,
            int length,
            long timeout,
            TimeUnit unit,
            A attachment,
            CompletionHandler<Long, ? super A> handler) {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            host.write(sources, offset, length, timeout, unit, attachment, handler);
            return;
        }
        Objects.requireNonNull(handler, "'handler' is null");
        ByteBuffer[] chosen = chosen(sources, offset, length);
        if (isOpen()) {
            connection().write(chosen, timeout, unit, attachment, handler);
        } else {
            closed(attachment, handler);
        }
    }

    @Override
    public AsynchronousSocketChannel shutdownInput() throws IOException {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            host.shutdownInput();
        } else {
            ensureOpen();
            connection().shutdownInput();
        }
        return this;
    }

    @Override
    public AsynchronousSocketChannel shutdownOutput() throws IOException {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            host.shutdownOutput();
        } else {
            ensureOpen();
            connection().shutdownOutput();
        }
        return this;
    }

    /** As in the JDK, unknown while a connect is pending that was not bound before. */
    @Override
    public SocketAddress getLocalAddress() throws IOException {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            return host.getLocalAddress();
        }
        ensureOpen();
        return bound || connecting.isConnected() ? dual.localAddress(true) : null;
    }

    /** As in the JDK, unknown until the connection is there. */
    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            return host.getRemoteAddress();
        }
        ensureOpen();
        VirtualStream current = stream;
        return current != null && connecting.isConnected() ? current.endpoint().remoteAddress() : null;
    }

    @Override
    public <T> AsynchronousSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        options.check(name);
        VirtualStream current = stream;
        if (isOpen() && current != null && current.isOutputShut()) {
            throw new IOException("Connection has been shutdown for writing");
        }
        dual.option(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        options.check(name);
        return dual.option(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public boolean isOpen() {
        AsynchronousSocketChannel host = dual.alone();
        return !closed.get() && (host == null || host.isOpen());
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            dual.close();
            AsynchronousSocketChannel host = dual.alone();
            if (host != null) {
                host.close();
            }
            VirtualStream current = stream;
            if (current != null) {
                current.closed();
            }
            connecting.closed();
        } finally {
            // Last: there are threads for the handlers until then.
            group.remove(this);
        }
    }

    @Override
    public String toString() {
        AsynchronousSocketChannel host = dual.alone();
        if (host != null) {
            return host.toString();
        }
        StringBuilder text = new StringBuilder(AsynchronousSocketChannel.class.getName()).append('[');
        if (!isOpen()) {
            return text.append("closed]").toString();
        }
        VirtualStream current = stream;
        text.append(connecting.isPending() ? "connection-pending" : current == null ? "unconnected" : "connected");
        if (current != null && connecting.isConnected()) {
            text.append(current.isInputShut() ? " ishut" : "").append(current.isOutputShut() ? " oshut" : "");
            text.append(" local=").append(current.endpoint().localAddress());
            text.append(" remote=").append(current.endpoint().remoteAddress());
        }
        return text.append(']').toString();
    }

    /** A decision may have been made. The virtual connection, if that was it. */
    VirtualStream decided() {
        StreamEndpoint endpoint = dual.virtual();
        if (endpoint == null) {
            return null;
        }
        streamLock.lock();
        try {
            if (stream == null) {
                VirtualStream made = new VirtualStream(this, group, endpoint);
                made.follow(connecting.slot());
                stream = made;
            }
            return stream;
        } finally {
            streamLock.unlock();
        }
    }

    void connected() {
        connecting.connected();
    }

    /** A connect was cancelled. */
    void kill() {
        VirtualStream current = stream;
        if (current != null) {
            current.kill();
        }
    }

    /** A connect that fails closes the channel, before anybody is told. */
    void closeAfterFailure() {
        try {
            close();
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(Level.DEBUG, "closing failed", e);
        }
    }

    /** The host stack's channel may have closed itself. */
    private void follow() {
        if (!isOpen()) {
            closeAfterFailure();
        }
    }

    private <V> Future<V> following(Future<V> ofHost) {
        return new HostFuture<>(ofHost, result -> result, this::follow);
    }

    private <V, A> Future<V> closed(A attachment, CompletionHandler<V, ? super A> handler) {
        return FinishedOperation.failure(group, new ClosedChannelException(), attachment, handler);
    }

    /** The virtual connection of an open channel that is not the host stack's. */
    private VirtualStream connection() {
        VirtualStream current = stream;
        if (current == null || !connecting.isConnected()) {
            throw new NotYetConnectedException();
        }
        return current;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private static void checkWritable(ByteBuffer destination) {
        if (destination.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }

    private static ByteBuffer[] chosen(ByteBuffer[] buffers, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffers.length);
        return offset == 0 && length == buffers.length ? buffers : Arrays.copyOfRange(buffers, offset, offset + length);
    }

    /** Sees a connect of the host stack's channel that failed, and closed that. */
    private final class ConnectHandler<A> implements CompletionHandler<Void, A> {
        private final CompletionHandler<Void, ? super A> handler;

        ConnectHandler(CompletionHandler<Void, ? super A> handler) {
            this.handler = handler;
        }

        @Override
        public void completed(Void none, A attachment) {
            handler.completed(null, attachment);
        }

        @Override
        public void failed(Throwable failure, A attachment) {
            follow();
            handler.failed(failure, attachment);
        }
    }
}
