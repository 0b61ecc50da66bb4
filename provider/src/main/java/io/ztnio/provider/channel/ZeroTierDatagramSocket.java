package io.ztnio.provider.channel;

import io.ztnio.provider.dual.SocketFailures;
import io.ztnio.provider.dual.SocketView;
import io.ztnio.provider.os.OsProvider;
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
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Set;

/**
 * The socket view of a {@link ZeroTierDatagramChannel}. When the channel is the host stack's alone, the JDK's own view
 * of it transfers the packets.
 *
 * <p>Thread: thread-safe.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own, and close must not wait
final class ZeroTierDatagramSocket extends DatagramSocket {
    private final ZeroTierDatagramChannel channel;
    private final SocketView view;

    private ZeroTierDatagramSocket(ZeroTierDatagramChannel channel) {
        super(new UnusedDatagramSocketImpl());
        this.channel = channel;
        this.view = new SocketView(channel, channel::keptLocalAddress, channel::keptRemoteAddress);
    }

    static DatagramSocket of(ZeroTierDatagramChannel channel) {
        return new ZeroTierDatagramSocket(channel);
    }

    @Override
    public void bind(SocketAddress local) throws SocketException {
        DatagramSocket host = host();
        if (host != null) {
            host.bind(local);
            return;
        }
        if (local != null) {
            checkKind(local);
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
        DatagramSocket host = host();
        if (host != null) {
            try {
                channel.checkHostTarget(remote);
            } catch (IOException e) {
                throw SocketFailures.translateToSocket(e);
            }
            host.connect(remote);
            return;
        }
        if (remote == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        checkKind(remote);
        if (remote instanceof InetSocketAddress inet && inet.isUnresolved()) {
            throw new SocketException("Unresolved address");
        }
        if (isClosed()) {
            // As the JDK's.
            return;
        }
        try {
            // A socket may be connected again, unlike a channel.
            channel.disconnect();
            channel.connect(remote);
        } catch (IOException | RuntimeException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    /** Before anything else, and without a translation, as the JDK's. */
    private static void checkKind(SocketAddress address) {
        if (!(address instanceof InetSocketAddress)) {
            throw new UnsupportedAddressTypeException();
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
        DatagramSocket host = host();
        return host != null ? host.isBound() : channel.isBound();
    }

    @Override
    public boolean isConnected() {
        DatagramSocket host = host();
        return host != null ? host.isConnected() : channel.keptRemoteAddress() != null;
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
        DatagramSocket host = host();
        if (host != null) {
            return host.getRemoteSocketAddress();
        }
        return view.remote();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return isClosed() ? null : view.local();
    }

    @Override
    public InetAddress getLocalAddress() {
        return isClosed() ? null : view.localHost();
    }

    @Override
    public int getLocalPort() {
        return isClosed() ? -1 : view.localPort(0);
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        DatagramChannel delegate = channel.host();
        if (delegate != null) {
            try {
                channel.checkHostTarget(
                        packet.getAddress() != null
                                ? packet.getSocketAddress()
                                : delegate.socket().getRemoteSocketAddress());
                delegate.socket().send(packet);
            } finally {
                channel.follow(delegate);
            }
            return;
        }
        checkBlocking();
        ByteBuffer source;
        // Who waits below must not hold a monitor, which pins the carrier of a virtual thread.
        synchronized (packet) {
            source = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
        }
        try {
            send(source, packet);
        } catch (AlreadyConnectedException e) {
            throw new IllegalArgumentException("Connected and packet address differ", e);
        } catch (IOException | RuntimeException e) {
            throw closedOr(e);
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
        DatagramChannel delegate = channel.host();
        if (delegate != null) {
            try {
                DatagramSocket socket = delegate.socket();
                if (delegate.isOpen()) {
                    socket.setSoTimeout(view.timeout());
                }
                socket.receive(packet);
            } finally {
                channel.follow(delegate);
            }
            return;
        }
        checkBlocking();
        ByteBuffer destination;
        int offset;
        synchronized (packet) {
            offset = packet.getOffset();
            destination = ByteBuffer.wrap(packet.getData(), offset, packet.getData().length - offset);
        }
        try {
            SocketAddress sender = channel.receive(destination, true, view.timeoutNanos());
            synchronized (packet) {
                packet.setSocketAddress(sender);
                packet.setLength(destination.position() - offset);
            }
        } catch (ClosedByInterruptException e) {
            receiveInterrupted(packet);
            throw closedOr(e);
        } catch (IOException | RuntimeException e) {
            throw closedOr(e);
        }
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        view.timeout(timeout);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return view.checkedTimeout();
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
    public void setReuseAddress(boolean on) throws SocketException {
        view.option(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return view.option(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        view.option(StandardSocketOptions.SO_BROADCAST, on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return view.option(StandardSocketOptions.SO_BROADCAST);
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

    private DatagramSocket host() {
        DatagramChannel host = channel.host();
        return host == null ? null : host.socket();
    }

    private void checkBlocking() {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    /** Throws what this JDK's do: it is one exception in 17 and in 25 another. The thread's interrupt status is set. */
    private static void receiveInterrupted(DatagramPacket packet) throws IOException {
        try (DatagramChannel interrupted = OsProvider.get().openDatagramChannel()) {
            interrupted.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            interrupted.socket().receive(packet);
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
}
