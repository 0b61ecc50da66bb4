package io.ztnio.provider.channel;

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
 * The socket view of a {@link ZeroTierSocketChannel}. When the channel is the operating system's, the JDK's own view of
 * it does the work, but for the identity of the channel and the close.
 *
 * <p>Thread: thread-safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own, and close must not wait
final class ZeroTierSocket extends Socket {
    private final ZeroTierSocketChannel channel;
    private volatile int timeoutMillis;

    private ZeroTierSocket(ZeroTierSocketChannel channel) throws SocketException {
        super((SocketImpl) null);
        this.channel = channel;
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
        return SocketFailures.timeoutNanos(timeoutMillis);
    }

    void follow() throws IOException {
        SocketChannel os = channel.os();
        if (os != null) {
            channel.follow(os);
        }
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (channel.os() == null) {
            checkConnect(endpoint, timeout);
        }
        try {
            StreamConnection stream = channel.os() == null ? channel.route(endpoint) : null;
            if (stream != null) {
                stream.connect((InetSocketAddress) endpoint, SocketFailures.timeoutNanos(timeout));
                return;
            }
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translate(e);
        }
        try {
            os().connect(endpoint, timeout);
        } finally {
            follow();
        }
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
            throw new UnknownHostException(inet.getHostString());
        }
    }

    @Override
    public void bind(SocketAddress local) throws IOException {
        Socket os = os();
        if (os != null) {
            os.bind(local);
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
        Socket os = os();
        if (os != null) {
            return os.getInetAddress();
        }
        InetSocketAddress remote = remote();
        return remote == null || !channel.isConnected() ? null : remote.getAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        Socket os = os();
        if (os != null) {
            return os.getLocalAddress();
        }
        InetSocketAddress local = local();
        return local == null ? SocketAddresses.wildcard(null) : local.getAddress();
    }

    @Override
    public int getPort() {
        Socket os = os();
        if (os != null) {
            return os.getPort();
        }
        InetSocketAddress remote = remote();
        return remote == null || !channel.isConnected() ? 0 : remote.getPort();
    }

    @Override
    public int getLocalPort() {
        Socket os = os();
        if (os != null) {
            return os.getLocalPort();
        }
        InetSocketAddress local = local();
        return local == null ? -1 : local.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        Socket os = os();
        if (os != null) {
            return os.getRemoteSocketAddress();
        }
        return channel.isConnected() ? remote() : null;
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        Socket os = os();
        return os != null ? os.getLocalSocketAddress() : local();
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        Socket os = os();
        if (os != null) {
            return new SocketStreams.OsInput(this, os.getInputStream());
        }
        checkConnected();
        if (isInputShutdown()) {
            throw new SocketException("Socket input is shutdown");
        }
        return new SocketStreams.VirtualInput(this);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        Socket os = os();
        if (os != null) {
            return new SocketStreams.OsOutput(this, os.getOutputStream());
        }
        checkConnected();
        if (isOutputShutdown()) {
            throw new SocketException("Socket output is shutdown");
        }
        return new SocketStreams.VirtualOutput(this);
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        Socket os = os();
        if (os == null) {
            throw new SocketException("Urgent data not supported");
        }
        os.sendUrgentData(data);
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        checkOpen();
        timeoutMillis = timeout;
        os();
    }

    @Override
    public int getSoTimeout() throws SocketException {
        checkOpen();
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        option(StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return option(StandardSocketOptions.TCP_NODELAY);
    }

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        if (on && linger < 0) {
            throw new IllegalArgumentException("invalid value for SO_LINGER");
        }
        option(StandardSocketOptions.SO_LINGER, on ? Math.min(linger, 65_535) : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return option(StandardSocketOptions.SO_LINGER);
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        Socket os = os();
        if (os != null) {
            os.setOOBInline(on);
        } else if (on) {
            throw new SocketException("Urgent data not supported");
        }
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        Socket os = os();
        return os != null && os.getOOBInline();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("Invalid send size");
        }
        option(StandardSocketOptions.SO_SNDBUF, size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return option(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("Invalid receive size");
        }
        option(StandardSocketOptions.SO_RCVBUF, size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return option(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        option(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return option(StandardSocketOptions.SO_KEEPALIVE);
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        option(StandardSocketOptions.IP_TOS, trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return option(StandardSocketOptions.IP_TOS);
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return option(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        // A hint that neither world takes.
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
        Socket os = os();
        StreamConnection stream = channel.virtual();
        return os != null ? os.isConnected() : stream != null && stream.isConnected();
    }

    @Override
    public boolean isBound() {
        Socket os = os();
        return os != null ? os.isBound() : local() != null;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        Socket os = os();
        StreamConnection stream = channel.virtual();
        return os != null ? os.isInputShutdown() : stream != null && stream.isInputShut();
    }

    @Override
    public boolean isOutputShutdown() {
        Socket os = os();
        StreamConnection stream = channel.virtual();
        return os != null ? os.isOutputShutdown() : stream != null && stream.isOutputShut();
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

    /** The JDK's view, if the channel is the operating system's, with our timeout. */
    private Socket os() {
        SocketChannel os = channel.os();
        if (os == null) {
            return null;
        }
        Socket view = os.socket();
        try {
            if (os.isOpen() && view.getSoTimeout() != timeoutMillis) {
                view.setSoTimeout(timeoutMillis);
            }
        } catch (SocketException e) {
            // Closed in this moment; the view says so when it is used.
            return view;
        }
        return view;
    }

    private <T> void option(SocketOption<T> name, T value) throws SocketException {
        try {
            channel.setOption(name, value);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    private <T> T option(SocketOption<T> name) throws SocketException {
        try {
            return channel.getOption(name);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    private InetSocketAddress local() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    private InetSocketAddress remote() {
        try {
            return (InetSocketAddress) channel.getRemoteAddress();
        } catch (IOException e) {
            return null;
        }
    }

    private void checkOpen() throws SocketException {
        if (!channel.isOpen()) {
            throw new SocketException("Socket is closed");
        }
    }

    private void checkConnected() throws SocketException {
        checkOpen();
        if (!channel.isConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }
}
