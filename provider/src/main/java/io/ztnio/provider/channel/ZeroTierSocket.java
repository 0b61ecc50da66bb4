package io.ztnio.provider.channel;

import io.ztnio.provider.dual.OobInline;
import io.ztnio.provider.dual.SocketFailures;
import io.ztnio.provider.dual.SocketView;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SocketChannel;
import java.util.Set;

/**
 * The socket view of a {@link ZeroTierSocketChannel}. When the channel is the host stack's, the JDK's own view of it
 * does the work, but for the identity of the channel and the close.
 *
 * <p>Thread: thread-safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own, and close must not wait
final class ZeroTierSocket extends Socket {
    private final ZeroTierSocketChannel channel;
    private final SocketView view;

    private ZeroTierSocket(ZeroTierSocketChannel channel) throws SocketException {
        super((SocketImpl) null);
        this.channel = channel;
        this.view = new SocketView(channel, channel::keptLocalAddress, channel::keptRemoteAddress);
    }

    static ZeroTierSocket of(ZeroTierSocketChannel channel) {
        try {
            return new ZeroTierSocket(channel);
        } catch (SocketException e) {
            throw new AssertionError("nothing is opened here", e);
        }
    }

    ZeroTierSocketChannel channel() {
        return channel;
    }

    long timeoutNanos() {
        return view.timeoutNanos();
    }

    void follow() throws IOException {
        SocketChannel host = channel.host();
        if (host != null) {
            channel.follow(host);
        }
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (channel.host() == null) {
            checkConnect(endpoint, timeout);
        }
        long timeoutNanos = SocketFailures.timeoutNanos(Math.max(0, timeout));
        long start = timeoutNanos == 0 ? 0 : System.nanoTime();
        try {
            StreamConnection stream = channel.isBlocking() ? channel.route(endpoint, timeoutNanos) : null;
            if (stream != null) {
                stream.connect((InetSocketAddress) endpoint, left(timeoutNanos, start));
                return;
            }
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translate(e);
        }
        try {
            // Whole milliseconds, and no timeout at all is 0.
            host().connect(
                            endpoint,
                            timeout <= 0 ? timeout : (int) ((left(timeoutNanos, start) + 999_999) / 1_000_000));
        } finally {
            follow();
        }
    }

    /** What is left of a timeout, at least a nanosecond; 0 stays for ever. */
    private static long left(long timeoutNanos, long start) {
        return timeoutNanos == 0 ? 0 : Math.max(1, timeoutNanos - (System.nanoTime() - start));
    }

    private void checkConnect(SocketAddress endpoint, int timeout) throws IOException {
        if (endpoint == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (timeout < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        if (endpoint instanceof InetSocketAddress inet && inet.isUnresolved()) {
            if (!channel.isConnected()) {
                channel.refuseUnresolved(inet);
            }
            throw new UnknownHostException(inet.getHostString());
        }
    }

    @Override
    public void bind(SocketAddress local) throws IOException {
        Socket host = host();
        if (host != null) {
            host.bind(local);
            return;
        }
        try {
            channel.bind(local);
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translate(e);
        }
    }

    @Override
    public InetAddress getInetAddress() {
        Socket host = host();
        if (host != null) {
            return host.getInetAddress();
        }
        InetSocketAddress remote = view.remote();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        Socket host = host();
        if (host != null) {
            return host.getLocalAddress();
        }
        return view.localHost();
    }

    @Override
    public int getPort() {
        Socket host = host();
        if (host != null) {
            return host.getPort();
        }
        InetSocketAddress remote = view.remote();
        return remote == null ? 0 : remote.getPort();
    }

    @Override
    public int getLocalPort() {
        Socket host = host();
        if (host != null) {
            return host.getLocalPort();
        }
        return view.localPort(-1);
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        Socket host = host();
        if (host != null) {
            return host.getRemoteSocketAddress();
        }
        return view.remote();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        Socket host = host();
        return host != null ? host.getLocalSocketAddress() : view.local();
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        Socket host = host();
        if (host != null) {
            return new SocketStreams.HostInput(this, host.getInputStream());
        }
        checkConnected();
        if (isInputShutdown()) {
            throw new SocketException("Socket input is shutdown");
        }
        return new SocketStreams.VirtualInput(this);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        Socket host = host();
        if (host != null) {
            return new SocketStreams.HostOutput(this, host.getOutputStream());
        }
        checkConnected();
        if (isOutputShutdown()) {
            throw new SocketException("Socket output is shutdown");
        }
        return new SocketStreams.VirtualOutput(this);
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        Socket host = host();
        if (host == null) {
            // As in the JDK, with the exceptions of the channel.
            channel.connection().sendUrgent(data);
            return;
        }
        try {
            host.sendUrgentData(data);
        } finally {
            follow();
        }
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        view.timeout(timeout);
        host();
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return view.checkedTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        view.option(StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return view.option(StandardSocketOptions.TCP_NODELAY);
    }

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        if (on && linger < 0) {
            throw new IllegalArgumentException("invalid value for SO_LINGER");
        }
        view.option(StandardSocketOptions.SO_LINGER, on ? Math.min(linger, 65_535) : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return view.option(StandardSocketOptions.SO_LINGER);
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        view.option(OobInline.option(), on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return view.option(OobInline.option());
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        view.size(StandardSocketOptions.SO_SNDBUF, size, "Invalid send size");
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return view.option(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        view.size(StandardSocketOptions.SO_RCVBUF, size, "Invalid receive size");
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return view.option(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        view.option(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return view.option(StandardSocketOptions.SO_KEEPALIVE);
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        view.option(StandardSocketOptions.IP_TOS, trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return view.option(StandardSocketOptions.IP_TOS);
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
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // A hint that neither stack takes.
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        try {
            channel.shutdownInput();
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translate(e);
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        try {
            channel.shutdownOutput();
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translate(e);
        }
    }

    @Override
    public String toString() {
        return isConnected()
                ? "Socket[addr=" + getInetAddress() + ",port=" + getPort() + ",localport=" + getLocalPort() + "]"
                : "Socket[unconnected]";
    }

    @Override
    public boolean isConnected() {
        Socket host = host();
        return host != null ? host.isConnected() : channel.isConnected();
    }

    @Override
    public boolean isBound() {
        Socket host = host();
        return host != null ? host.isBound() : view.local() != null;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        Socket host = host();
        StreamConnection stream = channel.virtual();
        return host != null ? host.isInputShutdown() : stream != null && stream.isInputShut();
    }

    @Override
    public boolean isOutputShutdown() {
        Socket host = host();
        StreamConnection stream = channel.virtual();
        return host != null ? host.isOutputShutdown() : stream != null && stream.isOutputShut();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
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

    /** The JDK's view, if the channel is the host stack's, with our timeout. */
    private Socket host() {
        SocketChannel host = channel.host();
        if (host == null) {
            return null;
        }
        Socket socket = host.socket();
        try {
            if (host.isOpen() && socket.getSoTimeout() != view.timeout()) {
                socket.setSoTimeout(view.timeout());
            }
        } catch (SocketException e) {
            // Closed in this moment; the view says so when it is used.
            return socket;
        }
        return socket;
    }

    private void checkConnected() throws SocketException {
        view.checkOpen();
        if (!channel.isConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }
}
