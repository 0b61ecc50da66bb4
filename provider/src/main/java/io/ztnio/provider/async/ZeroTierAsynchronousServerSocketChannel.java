package io.ztnio.provider.async;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.dual.Turns;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An asynchronous TCP listener: the host stack's, virtual, or, bound to the wildcard address, both on the same port.
 *
 * <p>Thread: thread-safe. Nothing waits but a bind to an address that is not decided yet.
 */
@SuppressWarnings("FutureReturnValueIgnored") // there is none where there is a handler
public final class ZeroTierAsynchronousServerSocketChannel extends AsynchronousServerSocketChannel {
    private static final int DEFAULT_BACKLOG = 50;

    private final ZeroTierChannelGroup group;
    private final Stacks stacks;
    private final DualSocket<AsynchronousServerSocketChannel, ListenerEndpoint> dual;
    private final OfferedOptions options;
    private final OperationSlot accepts;
    private final HostAccepts hostAccepts;
    private final Turns<Void, AsynchronousSocketChannel> turns;
    private final ReentrantLock bindLock = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ZeroTierAsynchronousServerSocketChannel(
            AsynchronousChannelProvider provider, Stacks stacks, ZeroTierChannelGroup group) {
        super(provider);
        this.group = group;
        this.stacks = stacks;
        HostChannels<AsynchronousServerSocketChannel> hosts = HostChannels.asynchronousListeners(group.host());
        this.dual = new DualSocket<>(
                this, Interruption.OF_CHANNELS, stacks, hosts, () -> openListener(stacks, hosts), Wildcard.DECIDES);
        this.options = new OfferedOptions(dual, hosts);
        this.accepts = new OperationSlot(this, group, () -> {});
        this.hostAccepts = new HostAccepts(dual::hostHalf, accepts::lookOnPool);
        this.turns = new Turns<>(none -> acceptVirtual(), none -> acceptHost());
    }

    /**
     * A new channel.
     *
     * @throws ShutdownChannelGroupException if the group is shut down
     */
    public static ZeroTierAsynchronousServerSocketChannel open(
            AsynchronousChannelProvider provider, Stacks stacks, ZeroTierChannelGroup group) throws IOException {
        ZeroTierAsynchronousServerSocketChannel channel =
                new ZeroTierAsynchronousServerSocketChannel(provider, stacks, group);
        group.add(channel);
        if (!stacks.isConfigured()) {
            try {
                channel.dual.startAlone(
                        HostChannels.asynchronousListeners(group.host()).open());
            } catch (IOException | RuntimeException e) {
                group.remove(channel);
                throw e;
            }
        }
        return channel;
    }

    @Override
    public AsynchronousServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        AsynchronousServerSocketChannel host = dual.alone();
        if (host != null) {
            host.bind(local, backlog);
            return this;
        }
        InetSocketAddress address = SocketAddresses.local(local, null);
        ensureOpen();
        bindLock.lock();
        try {
            dual.bind(
                    address,
                    true,
                    (half, at) -> half.bind(at, backlog),
                    (listener, at) -> listen(listener, at, backlog));
        } finally {
            bindLock.unlock();
        }
        return this;
    }

    @Override
    public Future<AsynchronousSocketChannel> accept() {
        AsynchronousServerSocketChannel host = dual.alone();
        return host == null ? begin(null, null) : new HostFuture<>(host.accept(), this::wrap, this::follow);
    }

    @Override
    public <A> void accept(A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        Objects.requireNonNull(handler, "'handler' is null");
        AsynchronousServerSocketChannel host = dual.alone();
        if (host == null) {
            begin(attachment, handler);
        } else {
            host.accept(attachment, new AcceptHandler<A>(handler));
        }
    }

    /** An accept in the order of the JDK's checks. As there, the handler is not called by who begins it. */
    private <A> Future<AsynchronousSocketChannel> begin(
            A attachment, CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
        if (!isOpen()) {
            return FinishedOperation.failure(group, new ClosedChannelException(), attachment, handler);
        }
        if (dual.virtual() == null) {
            throw new NotYetBoundException();
        }
        if (accepts.isKilled()) {
            throw new IllegalStateException("Accept not allowed due to cancellation");
        }
        AcceptOperation<A> operation = new AcceptOperation<>(group, accepts, turns, attachment, handler);
        if (!accepts.take(operation)) {
            throw new AcceptPendingException();
        }
        return accepts.begin(operation, false, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        AsynchronousServerSocketChannel host = dual.alone();
        return host != null ? host.getLocalAddress() : dual.localAddress(false);
    }

    @Override
    public <T> AsynchronousServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        options.check(name);
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
        AsynchronousServerSocketChannel host = dual.alone();
        return !closed.get() && (host == null || host.isOpen());
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            dual.close();
            AsynchronousServerSocketChannel host = dual.alone();
            if (host != null) {
                host.close();
            }
            hostAccepts.close();
            accepts.look();
        } finally {
            // Last: there are threads for the handlers until then.
            group.remove(this);
        }
    }

    @Override
    public String toString() {
        AsynchronousServerSocketChannel host = dual.alone();
        if (host != null) {
            return host.toString();
        }
        ListenerEndpoint listener = dual.virtual();
        Object state = !isOpen() ? "closed" : listener == null ? "unbound" : listener.localAddress();
        return AsynchronousServerSocketChannel.class.getName() + '[' + state + ']';
    }

    private AsynchronousSocketChannel acceptVirtual() throws IOException {
        StreamEndpoint endpoint = dual.virtual().accept();
        if (endpoint == null) {
            return null;
        }
        try {
            return ZeroTierAsynchronousSocketChannel.ofEndpoint(provider(), stacks, group, endpoint);
        } catch (ShutdownChannelGroupException e) {
            endpoint.close();
            throw new IOException(e);
        }
    }

    private AsynchronousSocketChannel acceptHost() throws IOException {
        AsynchronousSocketChannel accepted = hostAccepts.poll();
        return accepted == null ? null : wrap(accepted);
    }

    /** A channel around one that the JDK's has accepted. */
    private AsynchronousSocketChannel wrap(AsynchronousSocketChannel accepted) throws IOException {
        try {
            return ZeroTierAsynchronousSocketChannel.ofHost(provider(), stacks, group, accepted);
        } catch (ShutdownChannelGroupException e) {
            accepted.close();
            throw new IOException(e);
        }
    }

    /** The host stack's channel may have closed itself. */
    private void follow() {
        if (!isOpen()) {
            try {
                close();
            } catch (IOException e) {
                System.getLogger("io.ztnio.provider").log(Level.DEBUG, "closing failed", e);
            }
        }
    }

    /** Whether listeners share their address with what is left of old connections is a matter of the platform. */
    private static ListenerEndpoint openListener(Stacks stacks, HostChannels<AsynchronousServerSocketChannel> hosts)
            throws IOException {
        ListenerEndpoint listener = stacks.openListener(null);
        listener.option(StandardSocketOptions.SO_REUSEADDR, hosts.defaultOption(StandardSocketOptions.SO_REUSEADDR));
        return listener;
    }

    private void listen(ListenerEndpoint listener, InetSocketAddress address, int backlog) throws IOException {
        listener.readinessListener(newlySet -> accepts.signal());
        listener.bind(address);
        listener.listen(backlog < 1 ? DEFAULT_BACKLOG : backlog);
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Puts a channel of ours around what the JDK's has accepted. */
    private final class AcceptHandler<A> implements CompletionHandler<AsynchronousSocketChannel, A> {
        private final CompletionHandler<AsynchronousSocketChannel, ? super A> handler;

        AcceptHandler(CompletionHandler<AsynchronousSocketChannel, ? super A> handler) {
            this.handler = handler;
        }

        @Override
        public void completed(AsynchronousSocketChannel accepted, A attachment) {
            AsynchronousSocketChannel wrapped;
            try {
                wrapped = wrap(accepted);
            } catch (IOException e) {
                handler.failed(e, attachment);
                return;
            }
            handler.completed(wrapped, attachment);
        }

        @Override
        public void failed(Throwable failure, A attachment) {
            follow();
            handler.failed(failure, attachment);
        }
    }
}
