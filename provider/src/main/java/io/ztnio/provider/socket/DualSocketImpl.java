package io.ztnio.provider.socket;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.Channel;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What clients and listeners have in common: life, options and addresses. It is a channel to {@link DualSocket} only.
 *
 * <p>Thread: thread-safe.
 *
 * @param <V> the virtual stack's endpoints
 */
abstract class DualSocketImpl<V extends Endpoint> extends SocketImpl implements Channel {
    private final SocketStacks stacks;
    private final JdkSockets hosts;
    private final DualSocket<JdkSocket, V> dual;
    private final boolean preferVirtual;
    private final AtomicReference<Life> life = new AtomicReference<>(Life.NEW);
    private volatile int timeoutMillis;

    /** What {@code bind} was told, which is what the JDK says of it. */
    private volatile InetAddress boundTo;

    private enum Life {
        NEW,
        CREATED,
        CLOSED
    }

    /**
     * A socket that is not created.
     *
     * @param preferVirtual whose address counts if there are two
     */
    DualSocketImpl(
            SocketStacks stacks,
            JdkSockets hosts,
            DualSocket.Opening<V> virtuals,
            DualSocket.Wildcard wildcard,
            boolean preferVirtual) {
        this.stacks = stacks;
        this.hosts = hosts;
        this.preferVirtual = preferVirtual;
        this.dual = new DualSocket<>(this, Interruption.OF_SOCKETS, stacks.stacks(), hosts, virtuals, wildcard);
    }

    /** Closes what the close of the core leaves, which this has to call. Once. */
    abstract void closeOnce() throws IOException;

    final Stacks stacks() {
        return stacks.stacks();
    }

    final DualSocket<JdkSocket, V> dual() {
        return dual;
    }

    /** The JDK's socket if there is nothing else. */
    final JdkSocket host() {
        return dual.alone();
    }

    /** SO_TIMEOUT; 0 for ever. */
    final int timeoutMillis() {
        return timeoutMillis;
    }

    /** The JDK's socket has become the only one: it takes over. */
    final JdkSocket hostTakesOver() throws IOException {
        JdkSocket host = host();
        if (timeoutMillis != 0) {
            host.impl().setOption(SocketOptions.SO_TIMEOUT, timeoutMillis);
        }
        return host;
    }

    /** Whether a connection may be accepted with this; if so, it is created. */
    final boolean startAccepted() {
        return life.compareAndSet(Life.NEW, Life.CREATED);
    }

    @Override
    protected void create(boolean stream) throws IOException {
        stacks.checkConfiguration();
        if (!stream || !life.compareAndSet(Life.NEW, Life.CREATED)) {
            throw new IOException(stream ? "this socket exists" : "not a stream socket");
        }
    }

    /** Creates a datagram socket, which is the JDK's alone: the virtual stack has none behind a {@code Socket}. */
    final void createDatagrams() throws IOException {
        stacks.checkConfiguration();
        JdkSocket opened = JdkSocket.openDatagrams();
        if (!life.compareAndSet(Life.NEW, Life.CREATED)) {
            opened.close();
            throw new IOException("this socket exists");
        }
        dual.startAlone(opened);
    }

    @Override
    public final boolean isOpen() {
        return life.get() == Life.CREATED;
    }

    @Override
    public final void close() throws IOException {
        if (life.getAndSet(Life.CLOSED) == Life.CREATED) {
            closeOnce();
        }
    }

    final void ensureOpen() throws SocketException {
        if (!isOpen()) {
            throw ImplFailures.closed();
        }
    }

    final void bind(InetAddress address, int port, boolean mustServe, DualSocket.Binding<V> bindVirtual)
            throws IOException {
        ensureOpen();
        JdkSocket host = host();
        InetSocketAddress local = SocketAddresses.local(new InetSocketAddress(address, port), null);
        if (host != null) {
            host.bind(local);
            return;
        }
        try {
            dual.bind(local, mustServe, JdkSocket::bind, bindVirtual);
        } catch (AlreadyBoundException e) {
            throw ImplFailures.alreadyBound(e);
        } catch (IOException e) {
            throw ImplFailures.translateConnect(e);
        }
        boundTo = address;
        if (host() != null) {
            hostTakesOver();
        }
    }

    /** What {@code bind} was told, or {@code null}. */
    final InetAddress boundTo() {
        return boundTo;
    }

    @Override
    protected InetAddress getInetAddress() {
        JdkSocket host = host();
        return host != null ? host.address() : boundTo;
    }

    @Override
    protected int getLocalPort() {
        JdkSocket host = host();
        if (host != null) {
            return host.localPort();
        }
        InetSocketAddress local = dual.keptLocalAddress(preferVirtual);
        return local == null ? 0 : local.getPort();
    }

    @Override
    protected FileDescriptor getFileDescriptor() {
        JdkSocket host = host();
        return host != null ? host.descriptor() : fd;
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return hosts.optionsByName();
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        checkSupported(name);
        try {
            dual.option(name, value);
        } catch (IOException e) {
            throw ImplFailures.translate(e);
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        checkSupported(name);
        try {
            return dual.option(name);
        } catch (IOException e) {
            throw ImplFailures.translate(e);
        }
    }

    @Override
    public void setOption(int number, Object value) throws SocketException {
        ensureOpen();
        JdkSocket host = host();
        if (number == SO_TIMEOUT) {
            setTimeout(value);
        }
        if (host != null) {
            host.impl().setOption(number, value);
        } else if (number != SO_TIMEOUT) {
            set(NumberedOption.of(number), value);
        }
    }

    @Override
    public Object getOption(int number) throws SocketException {
        ensureOpen();
        JdkSocket host = host();
        if (number == SO_TIMEOUT) {
            return timeoutMillis;
        }
        if (host != null) {
            return host.impl().getOption(number);
        }
        if (number == SO_BINDADDR) {
            InetSocketAddress local = dual.keptLocalAddress(preferVirtual);
            return local == null ? SocketAddresses.wildcard(null) : local.getAddress();
        }
        SocketOption<?> option = NumberedOption.of(number);
        try {
            return NumberedOption.toNumbered(option, dual.option(option));
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    private void setTimeout(Object value) throws SocketException {
        if (!(value instanceof Integer millis)) {
            throw new SocketException("Bad value for SO_TIMEOUT");
        }
        if (millis < 0) {
            throw new SocketException("timeout < 0");
        }
        timeoutMillis = millis;
    }

    private <T> void set(SocketOption<T> option, Object value) throws SocketException {
        T checked = option.type().cast(NumberedOption.toObject(option, value));
        try {
            dual.option(option, checked);
        } catch (IllegalArgumentException e) {
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    private static SocketException asSocketException(IOException failure) {
        IOException translated = ImplFailures.translateToSocket(failure);
        return translated instanceof SocketException socket ? socket : ImplFailures.closed();
    }

    private void checkSupported(SocketOption<?> name) {
        if (!supportedOptions().contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }
}
