package io.ztnio.provider.channel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.util.Set;

/**
 * The socket view of a {@link ZeroTierDatagramChannel}. When the channel is the operating system's alone, the JDK's own
 * view of it transfers the packets.
 *
 * <p>Thread: thread-safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own, and close must not wait
final class ZeroTierDatagramSocket extends DatagramSocket {
    private final ZeroTierDatagramChannel channel;
    private volatile int timeoutMillis;

    private ZeroTierDatagramSocket(ZeroTierDatagramChannel channel) {
        super(new UnusedDatagramSocketImpl());
        this.channel = channel;
    }

    static DatagramSocket of(ZeroTierDatagramChannel channel) {
        return new ZeroTierDatagramSocket(channel);
    }

    @Override
    public void bind(SocketAddress local) throws SocketException {
        DatagramSocket os = os();
        if (os != null) {
            os.bind(local);
            return;
        }
        try {
            channel.bind(local);
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    @Override
    public void connect(InetAddress address, int port) {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            connect(new InetSocketAddress(address, port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void connect(SocketAddress remote) throws SocketException {
        DatagramSocket os = os();
        if (os != null) {
            os.connect(remote);
            return;
        }
        if (remote == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            // A socket may be connected again, unlike a channel.
            channel.disconnect();
            channel.connect(remote);
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    @Override
    public void disconnect() {
        try {
            channel.disconnect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isBound() {
        DatagramSocket os = os();
        return os != null ? os.isBound() : channel.isBound();
    }

    @Override
    public boolean isConnected() {
        DatagramSocket os = os();
        return os != null ? os.isConnected() : channel.isConnected();
    }

    @Override
    public InetAddress getInetAddress() {
        InetSocketAddress remote = (InetSocketAddress) getRemoteSocketAddress();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress remote = (InetSocketAddress) getRemoteSocketAddress();
        return remote == null ? -1 : remote.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        DatagramSocket os = os();
        if (os != null) {
            return os.getRemoteSocketAddress();
        }
        try {
            return channel.getRemoteAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return local();
    }

    @Override
    public InetAddress getLocalAddress() {
        if (isClosed()) {
            return null;
        }
        InetSocketAddress local = local();
        return local == null ? SocketAddresses.wildcard(null) : local.getAddress();
    }

    @Override
    public int getLocalPort() {
        if (isClosed()) {
            return -1;
        }
        InetSocketAddress local = local();
        return local == null ? 0 : local.getPort();
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        DatagramChannel delegate = channel.os();
        if (delegate != null) {
            try {
                delegate.socket().send(packet);
            } finally {
                channel.follow(delegate);
            }
            return;
        }
        checkBlocking();
        synchronized (packet) {
            ByteBuffer source = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
            try {
                send(source, packet);
            } catch (AlreadyConnectedException e) {
                throw new IllegalArgumentException("Connected and packet address differ", e);
            } catch (IOException | RuntimeException e) {
                throw closedOr(e);
            }
        }
    }

    private void send(ByteBuffer source, DatagramPacket packet) throws IOException {
        if (packet.getAddress() != null) {
            channel.send(source, packet.getSocketAddress());
            return;
        }
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        if (remote == null) {
            throw new IllegalArgumentException("Address not set");
        }
        packet.setSocketAddress(remote);
        channel.write(source);
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        DatagramChannel delegate = channel.os();
        if (delegate != null) {
            try {
                DatagramSocket view = delegate.socket();
                view.setSoTimeout(timeoutMillis);
                view.receive(packet);
            } finally {
                channel.follow(delegate);
            }
            return;
        }
        checkBlocking();
        synchronized (packet) {
            int room = packet.getData().length - packet.getOffset();
            ByteBuffer destination = ByteBuffer.wrap(packet.getData(), packet.getOffset(), room);
            try {
                SocketAddress sender = channel.receive(destination, true, SocketFailures.timeoutNanos(timeoutMillis));
                packet.setSocketAddress(sender);
                packet.setLength(destination.position() - packet.getOffset());
            } catch (IOException | RuntimeException e) {
                throw closedOr(e);
            }
        }
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
    public int getSoTimeout() throws SocketException {
        checkOpen();
        return timeoutMillis;
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
    public void setReuseAddress(boolean on) throws SocketException {
        option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return option(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        option(StandardSocketOptions.SO_BROADCAST, on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return option(StandardSocketOptions.SO_BROADCAST);
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
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public DatagramChannel getChannel() {
        return channel;
    }

    @Override
    public <T> DatagramSocket setOption(SocketOption<T> name, T value) throws IOException {
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
    public void joinGroup(SocketAddress group, NetworkInterface via) throws IOException {
        channel.join(group(group), via);
    }

    @Override
    public void leaveGroup(SocketAddress group, NetworkInterface via) throws IOException {
        ZeroTierMembershipKey key = via == null ? null : channel.joinedGroups().find(group(group), via, null);
        if (key == null) {
            throw new SocketException("Not a member of the multicast group");
        }
        key.drop();
    }

    private static InetAddress group(SocketAddress group) {
        if (group instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return inet.getAddress();
        }
        throw new IllegalArgumentException("Unsupported address type");
    }

    private DatagramSocket os() {
        DatagramChannel os = channel.os();
        return os == null ? null : os.socket();
    }

    private InetSocketAddress local() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    private void checkBlocking() {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    private void checkOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    private static IOException closedOr(Exception failure) {
        if (failure instanceof ClosedChannelException) {
            SocketException closed = new SocketException("Socket closed");
            closed.initCause(failure);
            return closed;
        }
        return SocketFailures.translate(failure);
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
}
