package io.ztnio.provider.channel;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** The socket view of a {@link ZeroTierServerSocketChannel}. Thread: thread-safe. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own, and close must not wait
final class ZeroTierServerSocket extends ServerSocket {
    private final ZeroTierServerSocketChannel channel;
    private volatile int timeoutMillis;

    private ZeroTierServerSocket(ZeroTierServerSocketChannel channel) {
        super(new Unused());
        this.channel = channel;
    }

    static ServerSocket of(ZeroTierServerSocketChannel channel) {
        return new ZeroTierServerSocket(channel);
    }

    @Override
    public void bind(SocketAddress endpoint) throws IOException {
        bind(endpoint, 50);
    }

    @Override
    public void bind(SocketAddress endpoint, int backlog) throws IOException {
        try {
            channel.bind(endpoint == null ? new InetSocketAddress(0) : endpoint, backlog);
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translate(e);
        }
    }

    @Override
    public InetAddress getInetAddress() {
        InetSocketAddress local = local();
        return local == null ? null : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        InetSocketAddress local = local();
        return local == null ? -1 : local.getPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return local();
    }

    /** Accepts a connection; in non-blocking mode only one that waits already, if no timeout is set. */
    @Override
    public Socket accept() throws IOException {
        ServerSocketChannel os = channel.os();
        if (os != null) {
            try {
                ServerSocket view = os.socket();
                view.setSoTimeout(timeoutMillis);
                return channel.wrap(view.accept().getChannel()).socket();
            } finally {
                channel.follow(os);
            }
        }
        try {
            int timeout = timeoutMillis;
            if (timeout > 0 && !channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            SocketChannel accepted = channel.accept(channel.isBlocking(), SocketFailures.timeoutNanos(timeout));
            if (accepted == null) {
                throw new IllegalBlockingModeException();
            }
            return accepted.socket();
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translate(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public ServerSocketChannel getChannel() {
        return channel;
    }

    @Override
    public boolean isBound() {
        ServerSocketChannel os = channel.os();
        return os != null ? os.socket().isBound() : channel.isBound();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        checkOpen();
        timeoutMillis = timeout;
    }

    @Override
    public int getSoTimeout() throws IOException {
        checkOpen();
        return timeoutMillis;
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, on);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        try {
            return channel.getOption(StandardSocketOptions.SO_REUSEADDR);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("size cannot be 0 or negative");
        }
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, size);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        try {
            return channel.getOption(StandardSocketOptions.SO_RCVBUF);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // A hint that neither world takes.
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> name, T value) throws IOException {
        channel.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return channel.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public String toString() {
        InetSocketAddress local = local();
        return local == null
                ? "ServerSocket[unbound]"
                : "ServerSocket[addr=" + local.getAddress() + ",localport=" + local.getPort() + "]";
    }

    private InetSocketAddress local() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    private void checkOpen() throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException("Socket is closed");
        }
    }

    /** What the constructor of {@code ServerSocket} insists on. Nothing calls it. */
    private static final class Unused extends SocketImpl {
        private static UnsupportedOperationException refusal() {
            return new UnsupportedOperationException();
        }

        @Override
        protected void create(boolean stream) {
            throw refusal();
        }

        @Override
        protected void connect(String host, int port) {
            throw refusal();
        }

        @Override
        protected void connect(InetAddress address, int port) {
            throw refusal();
        }

        @Override
        protected void connect(SocketAddress address, int timeout) {
            throw refusal();
        }

        @Override
        protected void bind(InetAddress host, int port) {
            throw refusal();
        }

        @Override
        protected void listen(int backlog) {
            throw refusal();
        }

        @Override
        protected void accept(SocketImpl accepted) {
            throw refusal();
        }

        @Override
        protected InputStream getInputStream() {
            throw refusal();
        }

        @Override
        protected OutputStream getOutputStream() {
            throw refusal();
        }

        @Override
        protected int available() {
            throw refusal();
        }

        @Override
        protected void close() {
            throw refusal();
        }

        @Override
        protected void sendUrgentData(int data) {
            throw refusal();
        }

        @Override
        protected FileDescriptor getFileDescriptor() {
            throw refusal();
        }

        @Override
        public void setOption(int id, Object value) {
            throw refusal();
        }

        @Override
        public Object getOption(int id) {
            throw refusal();
        }
    }
}
