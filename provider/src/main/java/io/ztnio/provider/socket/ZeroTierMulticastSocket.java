package io.ztnio.provider.socket;

import io.ztnio.provider.channel.ZeroTierDatagramChannel;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.SocketFailures;
import io.ztnio.provider.dual.Stacks;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a {@code DatagramSocket} or {@code MulticastSocket} delegates to: the socket view of a datagram channel in both
 * stacks, with groups as {@code java.net} has them. When the host stack is alone, the JDK's own adaptor does the work.
 *
 * <p>Thread: thread-safe.
 */
@SuppressWarnings({
    "UnsynchronizedOverridesSynchronized", // the channel has locks of its own, and close must not wait
    "deprecation",
    "removal"
})
final class ZeroTierMulticastSocket extends MulticastSocket {
    private final ReentrantLock sendLock = new ReentrantLock();
    private final ReentrantLock groupLock = new ReentrantLock();
    private final ReentrantLock interfaceLock = new ReentrantLock();
    private final ZeroTierDatagramChannel channel;
    private final HostChannels<DatagramChannel> hosts;
    private final DatagramSocket view;

    /** What {@code setInterface} chose, by that interface. Guarded by interfaceLock. */
    private NetworkInterface outgoing;

    private InetAddress outgoingAddress;

    private ZeroTierMulticastSocket(ZeroTierDatagramChannel channel, HostChannels<DatagramChannel> hosts)
            throws IOException {
        super(JavaNet.noDelegate());
        this.hosts = hosts;
        this.channel = channel;
        this.view = channel.socket();
    }

    /** An unbound socket. */
    static ZeroTierMulticastSocket open(SelectorProvider provider, Stacks stacks, HostChannels<DatagramChannel> hosts)
            throws IOException {
        return new ZeroTierMulticastSocket(ZeroTierDatagramChannel.ofSocket(provider, stacks, hosts), hosts);
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket closed");
        }
        if (channel.host() != null) {
            view.receive(packet);
            return;
        }
        ByteBuffer destination;
        synchronized (packet) {
            destination = ByteBuffer.wrap(packet.getData(), packet.getOffset(), JavaNet.room(packet));
        }
        int offset = destination.position();
        try {
            SocketAddress sender = channel.receive(destination, true, SocketFailures.timeoutNanos(view.getSoTimeout()));
            synchronized (packet) {
                packet.setSocketAddress(sender);
                JavaNet.received(packet, destination.position() - offset);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw closedOr(e);
        }
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        try {
            view.send(packet);
        } catch (SocketException e) {
            throw e.getCause() instanceof ClosedChannelException closed ? closedOr(closed) : e;
        }
    }

    private static IOException closedOr(IOException failure) {
        if (failure instanceof ClosedChannelException) {
            boolean byInterrupt = failure instanceof ClosedByInterruptException;
            SocketException closed = new SocketException(byInterrupt ? "Closed by interrupt" : "Socket closed");
            closed.initCause(failure);
            return closed;
        }
        return SocketFailures.translate(failure);
    }

    @Override
    public void send(DatagramPacket packet, byte ttl) throws IOException {
        sendLock.lock();
        try {
            int before = getTimeToLive();
            try {
                setTTL(ttl);
                send(packet);
            } finally {
                setTimeToLive(before);
            }
        } finally {
            sendLock.unlock();
        }
    }

    @Override
    public void joinGroup(InetAddress group) throws IOException {
        Objects.requireNonNull(group);
        try {
            joinGroup(new InetSocketAddress(group, 0), null);
        } catch (IllegalArgumentException e) {
            throw (SocketException) new SocketException("joinGroup failed").initCause(e);
        }
    }

    @Override
    public void leaveGroup(InetAddress group) throws IOException {
        Objects.requireNonNull(group);
        try {
            leaveGroup(new InetSocketAddress(group, 0), null);
        } catch (IllegalArgumentException e) {
            throw (SocketException) new SocketException("leaveGroup failed").initCause(e);
        }
    }

    @Override
    public void joinGroup(SocketAddress group, NetworkInterface via) throws IOException {
        InetAddress checked = group(group);
        NetworkInterface chosen = via != null ? via : outgoing();
        checkOpen();
        groupLock.lock();
        try {
            if (channel.membership(checked, chosen) != null) {
                throw new SocketException("Already a member of group");
            }
            channel.join(checked, chosen);
        } finally {
            groupLock.unlock();
        }
    }

    @Override
    public void leaveGroup(SocketAddress group, NetworkInterface via) throws IOException {
        InetAddress checked = group(group);
        NetworkInterface chosen = via != null ? via : outgoing();
        checkOpen();
        groupLock.lock();
        try {
            MembershipKey key = channel.membership(checked, chosen);
            if (key == null) {
                throw new SocketException("Not a member of group");
            }
            key.drop();
        } finally {
            groupLock.unlock();
        }
    }

    private void checkOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    private static InetAddress group(SocketAddress group) throws SocketException {
        if (!(group instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        if (inet.getAddress() == null) {
            throw new IllegalArgumentException("Unresolved address");
        }
        if (!inet.getAddress().isMulticastAddress()) {
            throw new SocketException("Not a multicast address");
        }
        return inet.getAddress();
    }

    @Override
    public void setTTL(byte ttl) throws IOException {
        setTimeToLive(Byte.toUnsignedInt(ttl));
    }

    @Override
    public byte getTTL() throws IOException {
        return (byte) getTimeToLive();
    }

    @Override
    public void setTimeToLive(int ttl) throws IOException {
        set(StandardSocketOptions.IP_MULTICAST_TTL, ttl);
    }

    @Override
    public int getTimeToLive() throws IOException {
        return get(StandardSocketOptions.IP_MULTICAST_TTL);
    }

    @Override
    public void setLoopbackMode(boolean disable) throws SocketException {
        set(StandardSocketOptions.IP_MULTICAST_LOOP, !disable);
    }

    @Override
    public boolean getLoopbackMode() throws SocketException {
        return !get(StandardSocketOptions.IP_MULTICAST_LOOP);
    }

    @Override
    public void setInterface(InetAddress address) throws SocketException {
        if (address == null) {
            throw new SocketException("Invalid value 'null'");
        }
        NetworkInterface chosen = NetworkInterface.getByInetAddress(address);
        if (chosen == null) {
            throw new SocketException("No network interface found with address " + address.getHostAddress());
        }
        interfaceLock.lock();
        try {
            setNetworkInterface(chosen);
            outgoing = chosen;
            outgoingAddress = address;
        } finally {
            interfaceLock.unlock();
        }
    }

    @Override
    public InetAddress getInterface() throws SocketException {
        interfaceLock.lock();
        try {
            NetworkInterface chosen = get(StandardSocketOptions.IP_MULTICAST_IF);
            if (chosen == null) {
                return new InetSocketAddress(0).getAddress();
            }
            if (!chosen.equals(outgoing)) {
                outgoing = chosen;
                outgoingAddress = chosen.inetAddresses().findFirst().orElse(null);
            }
            return outgoingAddress;
        } finally {
            interfaceLock.unlock();
        }
    }

    @Override
    public void setNetworkInterface(NetworkInterface via) throws SocketException {
        set(StandardSocketOptions.IP_MULTICAST_IF, via);
    }

    @Override
    public NetworkInterface getNetworkInterface() throws SocketException {
        return outgoing();
    }

    /** The interface that was chosen, or the JDK's object for any. */
    private NetworkInterface outgoing() throws SocketException {
        NetworkInterface chosen = get(StandardSocketOptions.IP_MULTICAST_IF);
        return chosen != null ? chosen : AnyInterface.INSTANCE;
    }

    private <T> void set(SocketOption<T> name, T value) throws SocketException {
        try {
            channel.setOption(name, value);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    private <T> T get(SocketOption<T> name) throws SocketException {
        try {
            return channel.getOption(name);
        } catch (IOException e) {
            throw SocketFailures.translateToSocket(e);
        }
    }

    @Override
    public void bind(SocketAddress local) throws SocketException {
        view.bind(local);
    }

    @Override
    public void connect(InetAddress address, int port) {
        view.connect(address, port);
    }

    @Override
    public void connect(SocketAddress remote) throws SocketException {
        view.connect(remote);
    }

    @Override
    public void disconnect() {
        view.disconnect();
    }

    @Override
    public boolean isBound() {
        return view.isBound();
    }

    @Override
    public boolean isConnected() {
        return view.isConnected();
    }

    @Override
    public InetAddress getInetAddress() {
        return view.getInetAddress();
    }

    @Override
    public int getPort() {
        return view.getPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return view.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return view.getLocalSocketAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return view.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return view.getLocalPort();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        view.setSoTimeout(timeout);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return view.getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        view.setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return view.getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        view.setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return view.getReceiveBufferSize();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        view.setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return view.getReuseAddress();
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        view.setBroadcast(on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return view.getBroadcast();
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        view.setTrafficClass(trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return view.getTrafficClass();
    }

    @Override
    public void close() {
        view.close();
    }

    @Override
    public boolean isClosed() {
        return view.isClosed();
    }

    @Override
    public DatagramChannel getChannel() {
        return null;
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
        return hosts.supportedOptions();
    }

    /** The JDK's object for any interface, which only one of its sockets gives. */
    private static final class AnyInterface {
        static final NetworkInterface INSTANCE = ask();

        private AnyInterface() {}

        private static NetworkInterface ask() {
            try (DatagramChannel any = JavaNet.openDatagrams()) {
                return ((MulticastSocket) any.socket()).getNetworkInterface();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
