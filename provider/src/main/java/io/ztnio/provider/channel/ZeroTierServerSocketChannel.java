package io.ztnio.provider.channel;

import io.ztnio.provider.dual.Alternation;
import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.DualWait;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.selector.Facade;
import io.ztnio.provider.selector.FacadeKeys;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP listener: the host stack's, virtual, or, bound to the wildcard address, both on the same port.
 *
 * <p>Thread: thread-safe. {@code close} never waits.
 */
public final class ZeroTierServerSocketChannel extends ServerSocketChannel implements Facade {
    private static final int DEFAULT_BACKLOG = 50;

    private final ReentrantLock acceptLock = new ReentrantLock();
    private final ReentrantLock bindLock = new ReentrantLock();
    private final ReentrantLock socketLock = new ReentrantLock();
    private final Stacks stacks;
    private final ProtocolFamily family;
    private final FacadeKeys keys = new FacadeKeys(this);
    private final DualSocket<ServerSocketChannel, ListenerEndpoint> dual;
    private final DualWait wait =
            new DualWait(this, Interruption.OF_CHANNELS, SelectionKey.OP_ACCEPT, this::waiting, this::isVirtualReady);

    /** Guarded by acceptLock. */
    private final Alternation<Void, SocketChannel> accepts;

    private ServerSocket socket;

    private ZeroTierServerSocketChannel(SelectorProvider provider, Stacks stacks, ProtocolFamily family) {
        super(provider);
        this.stacks = stacks;
        this.family = family;
        HostChannels<ServerSocketChannel> hosts = HostChannels.listeners(family);
        this.dual = new DualSocket<>(
                this,
                Interruption.OF_CHANNELS,
                stacks,
                hosts,
                () -> openListener(stacks, family, hosts),
                Wildcard.DECIDES);
        this.accepts = new Alternation<>(
                wait, none -> acceptVirtual(), none -> acceptHost(), dual::hostHalf, "Accept timed out");
    }

    /**
     * A new channel.
     *
     * @param family the protocol family, or {@code null} for the default
     */
    public static ZeroTierServerSocketChannel open(SelectorProvider provider, Stacks stacks, ProtocolFamily family)
            throws IOException {
        ZeroTierServerSocketChannel channel = new ZeroTierServerSocketChannel(provider, stacks, family);
        if (!stacks.isConfigured() || !SocketAddresses.isInet(family)) {
            channel.dual.startAlone(HostChannels.listeners(family).open());
        }
        return channel;
    }

    /** A facade over one of the JDK's channels. */
    public static ZeroTierServerSocketChannel ofHost(
            SelectorProvider provider, Stacks stacks, ServerSocketChannel host) {
        ZeroTierServerSocketChannel channel = new ZeroTierServerSocketChannel(provider, stacks, null);
        channel.dual.startAlone(host);
        return channel;
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        ServerSocketChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.bind(local, backlog);
            return this;
        }
        ensureOpen();
        bindLock.lock();
        try {
            dual.ensureUnbound();
            dual.bind(
                    SocketAddresses.local(local, family),
                    true,
                    (host, at) -> host.bind(at, backlog),
                    (listener, at) -> listen(listener, at, backlog));
        } finally {
            bindLock.unlock();
        }
        keys.attach();
        keys.signal();
        return this;
    }

    @Override
    public SocketChannel accept() throws IOException {
        return accept(0);
    }

    /**
     * Accepts a connection.
     *
     * @param timeoutNanos how long to wait in the virtual stack, in blocking mode; 0 for ever
     */
    SocketChannel accept(long timeoutNanos) throws IOException {
        ServerSocketChannel delegate = dual.alone();
        if (delegate != null) {
            return acceptFrom(delegate);
        }
        acceptLock.lock();
        try {
            if (!isOpen()) {
                return acceptClosed(timeoutNanos);
            }
            delegate = dual.alone();
            if (delegate != null) {
                return acceptFrom(delegate);
            }
            if (dual.virtual() == null) {
                throw new NotYetBoundException();
            }
            return isBlocking() ? accepts.take(null, timeoutNanos) : accepts.poll(null);
        } finally {
            acceptLock.unlock();
        }
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        ServerSocketChannel delegate = dual.alone();
        return delegate != null ? delegate.getLocalAddress() : dual.localAddress(false);
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        dual.option(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return dual.option(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        ServerSocketChannel delegate = dual.alone();
        return delegate != null ? delegate.supportedOptions() : dual.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
        socketLock.lock();
        try {
            if (socket == null) {
                ServerSocketChannel delegate = dual.alone();
                if (delegate != null) {
                    // Refuses for channels of the Unix family.
                    Objects.requireNonNull(delegate.socket());
                }
                socket = ZeroTierServerSocket.of(this);
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
        ServerSocketChannel delegate = dual.alone();
        return delegate != null ? delegate : dual.hostHalf();
    }

    @Override
    public int readyOps() {
        return isOpen() && isVirtualReady() ? SelectionKey.OP_ACCEPT : 0;
    }

    @Override
    public String toString() {
        ServerSocketChannel delegate = dual.alone();
        if (delegate != null) {
            return delegate.toString();
        }
        StringBuilder text = new StringBuilder(ServerSocketChannel.class.getName()).append('[');
        ListenerEndpoint listener = dual.virtual();
        if (!isOpen()) {
            text.append("closed");
        } else if (listener == null) {
            text.append("unbound");
        } else {
            text.append(listener.localAddress());
        }
        return text.append(']').toString();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        acceptLock.lock();
        try {
            dual.blocking(block);
        } finally {
            acceptLock.unlock();
        }
        ServerSocketChannel delegate = dual.alone();
        if (delegate != null) {
            if (block) {
                keys.cancelInvalid();
            }
            delegate.configureBlocking(block);
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        dual.close();
        wait.shutDown();
        ServerSocketChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.close();
        }
    }

    /** The host stack's listener if it is the only one. */
    ServerSocketChannel host() {
        return dual.alone();
    }

    /** The local address, also after the close, as in the JDK; or {@code null}. */
    InetSocketAddress keptLocalAddress() {
        ServerSocketChannel delegate = dual.alone();
        return delegate != null
                ? (InetSocketAddress) delegate.socket().getLocalSocketAddress()
                : dual.keptLocalAddress(false);
    }

    /** A facade over what one of the JDK's channels accepted. */
    SocketChannel wrap(SocketChannel accepted) {
        return accepted == null ? null : ZeroTierSocketChannel.ofHost(provider(), stacks, accepted);
    }

    void follow(ServerSocketChannel delegate) throws IOException {
        if (!delegate.isOpen()) {
            close();
        }
    }

    @Override
    public Waiting waiting() {
        return dual.waiting();
    }

    private boolean isVirtualReady() {
        ListenerEndpoint listener = dual.virtual();
        return listener != null
                && (listener.readiness() & (Endpoint.ACCEPTABLE | Endpoint.FAILED | Endpoint.HUNG_UP)) != 0;
    }

    private SocketChannel acceptFrom(ServerSocketChannel delegate) throws IOException {
        try {
            return wrap(delegate.accept());
        } finally {
            follow(delegate);
        }
    }

    /** Throws what this JDK's do: in blocking mode it is one exception in 17 and in 25 another, without a timeout. */
    @SuppressWarnings("try") // closing is what is asked about
    private SocketChannel acceptClosed(long timeoutNanos) throws IOException {
        try (ServerSocketChannel closed = HostChannels.listeners(family).open()) {
            closed.configureBlocking(isBlocking());
            if (timeoutNanos == 0) {
                closed.close();
                return closed.accept();
            }
            closed.socket().setSoTimeout(1);
            closed.close();
            return closed.socket().accept().getChannel();
        }
    }

    private SocketChannel acceptVirtual() throws IOException {
        StreamEndpoint endpoint = dual.virtual().accept();
        return endpoint == null ? null : ZeroTierSocketChannel.ofEndpoint(provider(), stacks, endpoint);
    }

    private SocketChannel acceptHost() throws IOException {
        ServerSocketChannel half = dual.hostHalf();
        return half == null ? null : wrap(half.accept());
    }

    /** Whether listeners share their address with what is left of old connections is a matter of the platform. */
    private static ListenerEndpoint openListener(
            Stacks stacks, ProtocolFamily family, HostChannels<ServerSocketChannel> hosts) throws IOException {
        ListenerEndpoint listener = stacks.openListener(family);
        listener.option(StandardSocketOptions.SO_REUSEADDR, hosts.defaultOption(StandardSocketOptions.SO_REUSEADDR));
        return listener;
    }

    private void listen(ListenerEndpoint listener, InetSocketAddress address, int backlog) throws IOException {
        listener.readinessListener(newlySet -> {
            wait.wake();
            keys.signal();
        });
        listener.bind(address);
        listener.listen(backlog < 1 ? DEFAULT_BACKLOG : backlog);
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
