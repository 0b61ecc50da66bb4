package io.ztnio.provider.dual;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.function.Supplier;

/**
 * What the socket classes of {@code java.net} say of options and addresses, over a socket of either stack.
 *
 * <p>Thread: thread-safe.
 */
public final class SocketView {
    private final NetworkChannel socket;
    private final Supplier<InetSocketAddress> local;
    private final Supplier<InetSocketAddress> remote;
    private volatile int timeoutMillis;

    /**
     * A view.
     *
     * @param local the bound address or {@code null}, also after the close
     * @param remote the peer or {@code null}, also after the close
     */
    public SocketView(NetworkChannel socket, Supplier<InetSocketAddress> local, Supplier<InetSocketAddress> remote) {
        this.socket = socket;
        this.local = local;
        this.remote = remote;
    }

    public <T> void option(SocketOption<T> name, T value) throws SocketException {
        try {
            socket.setOption(name, value);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    public <T> T option(SocketOption<T> name) throws SocketException {
        try {
            return socket.getOption(name);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    /**
     * Sets an option that is a positive number.
     *
     * @param text what the exception says if it is not
     */
    public void size(SocketOption<Integer> name, int size, String text) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException(text);
        }
        option(name, size);
    }

    /** The bound address, or {@code null} if unbound; known after the close too, as in the JDK. */
    public InetSocketAddress local() {
        return local.get();
    }

    /** The host part of {@link #local}, or the wildcard address if unbound or closed. */
    public InetAddress localHost() {
        InetSocketAddress bound = socket.isOpen() ? local() : null;
        return bound == null ? SocketAddresses.wildcard(null) : bound.getAddress();
    }

    /** The port of {@link #local}, or {@code otherwise}. */
    public int localPort(int otherwise) {
        InetSocketAddress bound = local();
        return bound == null ? otherwise : bound.getPort();
    }

    /** The peer, or {@code null} if there is none; known after the close too, as in the JDK. */
    public InetSocketAddress remote() {
        return remote.get();
    }

    /** {@code SO_TIMEOUT}, which no channel has. */
    public void timeout(int millis) throws SocketException {
        checkOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        timeoutMillis = millis;
    }

    /** Milliseconds; 0 for ever. */
    public int timeout() {
        return timeoutMillis;
    }

    /** {@link #timeout} of an open socket. */
    public int checkedTimeout() throws SocketException {
        checkOpen();
        return timeoutMillis;
    }

    public long timeoutNanos() {
        return SocketFailures.timeoutNanos(timeoutMillis);
    }

    public void checkOpen() throws SocketException {
        if (!socket.isOpen()) {
            throw new SocketException("Socket is closed");
        }
    }
}
