package io.ztnio.provider.channel;

import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.selector.Facade;
import io.ztnio.provider.selector.FacadeKeys;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP listener: the operating system's, virtual, or, bound to the wildcard address, both on the same port.
 *
 * <p>Thread: thread-safe. {@code stateLock} is never held while waiting.
 */
public final class ZeroTierServerSocketChannel extends ServerSocketChannel implements Facade {
    private static final int BIND_ATTEMPTS = 16;
    private static final int DEFAULT_BACKLOG = 50;

    private final ReentrantLock acceptLock = new ReentrantLock();
    private final ReentrantLock stateLock = new ReentrantLock();
    private final Worlds worlds;
    private final ProtocolFamily family;
    private final FacadeKeys keys = new FacadeKeys(this);
    private final HybridWait wait = new HybridWait(this, SelectionKey.OP_ACCEPT, this::isVirtualReady);

    /** The only listener, when the operating system's is. */
    private volatile ServerSocketChannel os;

    /** The virtual listener, once bound. */
    private volatile ListenerEndpoint virtual;

    /** The operating system's half of a listener in both worlds; never blocking. */
    private volatile ServerSocketChannel osHalf;

    // Guarded by stateLock.
    private ServerSocketChannel candidate;
    private final RecordedOptions options = new RecordedOptions();
    private boolean blockingMode = true;
    private ServerSocket socket;

    /** Whose turn it is to be asked first. Guarded by acceptLock. */
    private boolean virtualFirst;

    private ZeroTierServerSocketChannel(Worlds worlds, ProtocolFamily family) {
        super(worlds.provider());
        this.worlds = worlds;
        this.family = family;
    }

    /**
     * A new channel.
     *
     * @param family the protocol family, or {@code null} for the default
     */
    public static ZeroTierServerSocketChannel open(Worlds worlds, ProtocolFamily family) throws IOException {
        ZeroTierServerSocketChannel channel = new ZeroTierServerSocketChannel(worlds, family);
        if (!worlds.isConfigured() || !ZeroTierSocketChannel.isInet(family)) {
            channel.os = worlds.openOsServerSocket(family);
        }
        return channel;
    }

    /** A facade over one of the JDK's channels. */
    public static ZeroTierServerSocketChannel ofOs(Worlds worlds, ServerSocketChannel os) {
        ZeroTierServerSocketChannel channel = new ZeroTierServerSocketChannel(worlds, null);
        channel.os = os;
        return channel;
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        ServerSocketChannel delegate = os;
        if (delegate != null) {
            delegate.bind(local, backlog);
            return this;
        }
        ensureOpen();
        InetSocketAddress address = SocketAddresses.local(local, family);
        boolean own = worlds.isOwn(address.getAddress());
        stateLock.lock();
        try {
            ensureOpen();
            if (os != null || virtual != null) {
                throw new AlreadyBoundException();
            }
            if (address.getAddress().isAnyLocalAddress()) {
                bindWildcard(address, backlog);
            } else if (own) {
                bindVirtual(address, backlog);
            } else {
                bindOs(address, backlog);
            }
        } finally {
            stateLock.unlock();
        }
        keys.attach();
        keys.signal();
        return this;
    }

    @Override
    public SocketChannel accept() throws IOException {
        return accept(isBlocking(), 0);
    }

    /**
     * Accepts a connection.
     *
     * @param timeoutNanos how long to wait in the virtual world, if {@code blocking}; 0 for ever
     */
    SocketChannel accept(boolean blocking, long timeoutNanos) throws IOException {
        ServerSocketChannel delegate = os;
        if (delegate != null) {
            return acceptFrom(delegate);
        }
        acceptLock.lock();
        try {
            ensureOpen();
            if (os != null) {
                return acceptFrom(os);
            }
            if (virtual == null) {
                throw new NotYetBoundException();
            }
            if (!blocking) {
                return acceptNow();
            }
            return acceptBlocking(timeoutNanos);
        } finally {
            acceptLock.unlock();
        }
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        ServerSocketChannel delegate = os;
        if (delegate != null) {
            return delegate.getLocalAddress();
        }
        ensureOpen();
        ServerSocketChannel half = osHalf;
        ListenerEndpoint listener = virtual;
        if (half != null) {
            return half.getLocalAddress();
        }
        return listener == null ? null : listener.localAddress();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        if (os == null) {
            stateLock.lock();
            try {
                if (virtual != null) {
                    setBoundOption(name, value);
                    return this;
                }
                if (os == null) {
                    candidate().setOption(name, value);
                    options.put(name, value);
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
                if (osHalf != null) {
                    return osHalf.getOption(name);
                }
                if (virtual != null) {
                    ensureOpen();
                    return RecordedOptions.checkAndGet(virtual, name);
                }
                if (os == null) {
                    return candidate().getOption(name);
                }
            } finally {
                stateLock.unlock();
            }
        }
        return os.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        ServerSocketChannel delegate = os;
        if (delegate != null) {
            return delegate.supportedOptions();
        }
        ListenerEndpoint listener = virtual;
        return listener != null && osHalf == null
                ? listener.supportedOptions()
                : SupportedOptions.ofServerSocketChannel();
    }

    @Override
    public ServerSocket socket() {
        stateLock.lock();
        try {
            if (socket == null) {
                ServerSocketChannel delegate = os;
                if (delegate != null) {
                    // Refuses for channels of the Unix family.
                    Objects.requireNonNull(delegate.socket());
                }
                socket = ZeroTierServerSocket.of(this);
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
        ServerSocketChannel delegate = os;
        return delegate != null ? delegate : osHalf;
    }

    @Override
    public int readyOps() {
        return isOpen() && isVirtualReady() ? SelectionKey.OP_ACCEPT : 0;
    }

    @Override
    public String toString() {
        ServerSocketChannel delegate = os;
        if (delegate != null) {
            return delegate.toString();
        }
        StringBuilder text = new StringBuilder(ServerSocketChannel.class.getName()).append('[');
        ListenerEndpoint listener = virtual;
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
            stateLock.lock();
            try {
                blockingMode = block;
            } finally {
                stateLock.unlock();
            }
        } finally {
            acceptLock.unlock();
        }
        ServerSocketChannel delegate = os;
        if (delegate != null) {
            if (block) {
                keys.cancelInvalid();
            }
            delegate.configureBlocking(block);
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        stateLock.lock();
        try {
            Worlds.discard(candidate);
            candidate = null;
            if (virtual != null) {
                virtual.close();
            }
            Worlds.discard(osHalf);
        } finally {
            stateLock.unlock();
        }
        wait.shutDown();
        ServerSocketChannel delegate = os;
        if (delegate != null) {
            delegate.close();
        }
    }

    /** The operating system's listener if it is the only one. */
    ServerSocketChannel os() {
        return os;
    }

    boolean isBound() {
        return virtual != null;
    }

    /** A facade over what one of the JDK's channels accepted. */
    SocketChannel wrap(SocketChannel accepted) {
        return accepted == null ? null : ZeroTierSocketChannel.ofOs(worlds, accepted);
    }

    void follow(ServerSocketChannel delegate) throws IOException {
        if (!delegate.isOpen()) {
            close();
        }
    }

    private boolean isVirtualReady() {
        ListenerEndpoint listener = virtual;
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

    private SocketChannel acceptBlocking(long timeoutNanos) throws IOException {
        long start = timeoutNanos == 0 ? 0 : System.nanoTime();
        wait.check();
        while (true) {
            SocketChannel accepted = acceptNow();
            if (accepted != null) {
                return accepted;
            }
            long left = Long.MAX_VALUE;
            if (timeoutNanos != 0) {
                left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0) {
                    throw new SocketTimeoutException("Accept timed out");
                }
            }
            wait.await(osHalf, left);
        }
    }

    /** A connection that waits in either world; the worlds take turns. */
    private SocketChannel acceptNow() throws IOException {
        virtualFirst = !virtualFirst;
        try {
            if (virtualFirst) {
                SocketChannel accepted = acceptVirtual();
                return accepted != null ? accepted : acceptOs();
            }
            SocketChannel accepted = acceptOs();
            return accepted != null ? accepted : acceptVirtual();
        } catch (IOException e) {
            wait.check();
            throw e;
        }
    }

    private SocketChannel acceptVirtual() throws IOException {
        StreamEndpoint endpoint = virtual.accept();
        return endpoint == null ? null : ZeroTierSocketChannel.ofEndpoint(worlds, endpoint);
    }

    private SocketChannel acceptOs() throws IOException {
        ServerSocketChannel half = osHalf;
        return half == null ? null : wrap(half.accept());
    }

    private void bindWildcard(InetSocketAddress address, int backlog) throws IOException {
        WildcardScope scope = worlds.networks().wildcardScope();
        switch (scope) {
            case OS -> bindOs(address, backlog);
            case ZEROTIER -> bindVirtual(address, backlog);
            case BOTH -> bindBoth(address, backlog);
        }
    }

    private void bindOs(InetSocketAddress address, int backlog) throws IOException {
        candidate().bind(address, backlog);
        candidate.configureBlocking(blockingMode);
        os = candidate;
        candidate = null;
    }

    private void bindVirtual(InetSocketAddress address, int backlog) throws IOException {
        ListenerEndpoint listener = worlds.networks().openListener();
        try {
            listen(listener, address, backlog);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        Worlds.discard(candidate);
        candidate = null;
        virtual = listener;
    }

    /** Binds the same port in both worlds, or none. */
    private void bindBoth(InetSocketAddress address, int backlog) throws IOException {
        // A server that was told to serve a network must not run without it: a node that cannot start fails the bind.
        ListenerEndpoint listener = worlds.networks().openListener();
        for (int attempt = 1; ; attempt++) {
            try {
                candidate().bind(address, backlog);
                candidate.configureBlocking(false);
                int port = ((InetSocketAddress) candidate.getLocalAddress()).getPort();
                listen(listener, new InetSocketAddress(address.getAddress(), port), backlog);
                break;
            } catch (IOException | RuntimeException e) {
                // The port is free again, and the channel is unbound as before.
                listener.close();
                Worlds.discard(candidate);
                candidate = null;
                if (!(e instanceof BindException) || address.getPort() != 0 || attempt == BIND_ATTEMPTS) {
                    throw e;
                }
                listener = worlds.networks().openListener();
            }
        }
        osHalf = candidate;
        candidate = null;
        virtual = listener;
    }

    private void listen(ListenerEndpoint listener, InetSocketAddress address, int backlog) throws IOException {
        options.replay(listener);
        listener.readinessListener(newlySet -> {
            wait.wake();
            keys.signal();
        });
        listener.bind(address);
        listener.listen(backlog < 1 ? DEFAULT_BACKLOG : backlog);
    }

    private <T> void setBoundOption(SocketOption<T> name, T value) throws IOException {
        ensureOpen();
        if (osHalf == null) {
            RecordedOptions.checkAndSet(virtual, name, value);
            return;
        }
        osHalf.setOption(name, value);
        if (virtual.supportedOptions().contains(name)) {
            virtual.option(name, value);
        }
    }

    private ServerSocketChannel candidate() throws IOException {
        ensureOpen();
        if (candidate == null) {
            candidate = worlds.openOsServerSocket(family);
            options.replay(candidate);
        }
        return candidate;
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
