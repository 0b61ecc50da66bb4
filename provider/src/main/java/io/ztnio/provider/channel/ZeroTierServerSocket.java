package io.ztnio.provider.channel;

import io.ztnio.provider.dual.SocketFailures;
import io.ztnio.provider.dual.SocketView;
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
    private final SocketView view;

    private ZeroTierServerSocket(ZeroTierServerSocketChannel channel) {
        super(new Unused());
        this.channel = channel;
        this.view = new SocketView(channel, channel::keptLocalAddress, () -> null);
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
        InetSocketAddress local = view.local();
        return local == null ? null : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        return view.localPort(-1);
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return view.local();
    }

    /** Accepts a connection; in non-blocking mode only one that waits already, if no timeout is set. */
    @Override
    public Socket accept() throws IOException {
        ServerSocketChannel host = channel.host();
        if (host != null) {
            try {
                ServerSocket socket = host.socket();
                if (host.isOpen()) {
                    socket.setSoTimeout(view.timeout());
                }
                return channel.wrap(socket.accept().getChannel()).socket();
            } finally {
                channel.follow(host);
            }
        }
        try {
            int timeout = view.timeout();
            if (timeout > 0 && !channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            SocketChannel accepted = channel.accept(view.timeoutNanos());
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
        ServerSocketChannel host = channel.host();
        return host != null ? host.socket().isBound() : channel.keptLocalAddress() != null;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        view.timeout(timeout);
    }

    @Override
    public int getSoTimeout() throws IOException {
        return view.checkedTimeout();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        view.option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return view.option(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        view.size(StandardSocketOptions.SO_RCVBUF, size, "size cannot be 0 or negative");
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return view.option(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // A hint that neither stack takes.
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
        InetSocketAddress local = view.local();
        return local == null
                ? "ServerSocket[unbound]"
                : "ServerSocket[addr=" + local.getAddress() + ",localport=" + local.getPort() + "]";
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
