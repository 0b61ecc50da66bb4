package io.ztnio.provider.channel;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.DualSocket.Wildcard;
import io.ztnio.provider.dual.HostChannels;
import io.ztnio.provider.dual.Interruption;
import io.ztnio.provider.dual.SocketAddresses;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.selector.Facade;
import io.ztnio.provider.selector.FacadeKeys;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A datagram channel: the host stack's if no virtual network is configured or one of the host's addresses is bound, else
 * in {@link HybridDatagrams both stacks}.
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTierDatagramChannel extends DatagramChannel implements Facade {
    private final ReentrantLock socketLock = new ReentrantLock();
    private final FacadeKeys keys = new FacadeKeys(this);
    private final JoinedGroups groups = new JoinedGroups();
    private final Stacks stacks;
    private final ProtocolFamily family;

    private final HostChannels<DatagramChannel> hosts;
    private final DualSocket<DatagramChannel, DatagramEndpoint> dual;

    /** Both stacks; unused once the host stack is alone. */
    private final HybridDatagrams hybrid;

    private DatagramSocket socket;

    private ZeroTierDatagramChannel(
            SelectorProvider provider,
            Stacks stacks,
            ProtocolFamily family,
            HostChannels<DatagramChannel> hosts,
            Interruption interruption) {
        super(provider);
        this.stacks = stacks;
        this.family = family;
        this.hosts = hosts;
        this.dual =
                new DualSocket<>(this, interruption, stacks, hosts, () -> stacks.openDatagram(family), Wildcard.HALVES);
        this.hybrid = new HybridDatagrams(this, stacks, family, dual, interruption);
    }

    private ZeroTierDatagramChannel(SelectorProvider provider, Stacks stacks, ProtocolFamily family) {
        this(provider, stacks, family, HostChannels.datagrams(family), Interruption.OF_CHANNELS);
    }

    /**
     * A new channel.
     *
     * @param family the protocol family, or {@code null} for the default
     */
    public static ZeroTierDatagramChannel open(SelectorProvider provider, Stacks stacks, ProtocolFamily family)
            throws IOException {
        ZeroTierDatagramChannel channel = new ZeroTierDatagramChannel(provider, stacks, family);
        if (!stacks.isConfigured() || !SocketAddresses.isInet(family)) {
            channel.dual.startAlone(HostChannels.datagrams(family).open());
        }
        return channel;
    }

    /**
     * The channel below a socket of {@code java.net}: its host stack's channels are such that no interrupt of a platform
     * thread closes them, and none closes this one.
     */
    public static ZeroTierDatagramChannel ofSocket(
            SelectorProvider provider, Stacks stacks, HostChannels<DatagramChannel> hosts) {
        return new ZeroTierDatagramChannel(provider, stacks, null, hosts, Interruption.OF_SOCKETS);
    }

    /** A facade over one of the JDK's channels. */
    public static ZeroTierDatagramChannel ofHost(SelectorProvider provider, Stacks stacks, DatagramChannel host) {
        ZeroTierDatagramChannel channel = new ZeroTierDatagramChannel(provider, stacks, null);
        channel.dual.startAlone(host);
        return channel;
    }

    @Override
    public DatagramChannel bind(SocketAddress local) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.bind(local);
            return this;
        }
        ensureOpen();
        // An address that is assigned automatically need not be one of a network that cannot be had.
        hybrid.bind(local, local != null);
        keys.attach();
        keys.signal();
        return this;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate != null) {
            checkHostTarget(remote);
            delegate.connect(remote);
            return this;
        }
        InetSocketAddress target = SocketAddresses.remote(remote, family);
        ensureOpen();
        if (target.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        if (target.getAddress().isAnyLocalAddress()) {
            target = stacks.networks().hasWildcard()
                    ? stacks.target(new InetSocketAddress(hosts.wildcard(), target.getPort()))
                    : new InetSocketAddress(InetAddress.getLoopbackAddress(), target.getPort());
        }
        hybrid.connect(target);
        keys.refresh();
        return this;
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.disconnect();
        } else {
            hybrid.disconnect();
            keys.refresh();
        }
        return this;
    }

    @Override
    public boolean isConnected() {
        DatagramChannel delegate = dual.alone();
        return delegate != null ? delegate.isConnected() : isOpen() && hybrid.remote() != null;
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate != null) {
            return delegate.getRemoteAddress();
        }
        ensureOpen();
        return hybrid.remote();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        DatagramChannel delegate = dual.alone();
        return delegate != null ? delegate.getLocalAddress() : dual.localAddress(hybrid.isConnectedToVirtual());
    }

    /** The local address, also after the close; or {@code null}. */
    InetSocketAddress keptLocalAddress() {
        DatagramChannel delegate = dual.alone();
        return delegate != null
                ? (InetSocketAddress) delegate.socket().getLocalSocketAddress()
                : dual.keptLocalAddress(hybrid.isConnectedToVirtual());
    }

    /** The peer, also after the close; or {@code null}. */
    InetSocketAddress keptRemoteAddress() {
        return hybrid.remote();
    }

    @Override
    public SocketAddress receive(ByteBuffer destination) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate == null) {
            return receive(destination, false, 0);
        }
        try {
            return delegate.receive(destination);
        } finally {
            follow(delegate);
        }
    }

    /** Receives through both stacks; the arguments are those of {@link HybridDatagrams#receive}. */
    public SocketAddress receive(ByteBuffer destination, boolean mustBlock, long timeoutNanos) throws IOException {
        DatagramBuffers.checkWritable(destination);
        return hybrid.receive(destination, false, mustBlock, timeoutNanos);
    }

    @Override
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate == null) {
            Objects.requireNonNull(source);
            InetSocketAddress checked = SocketAddresses.remote(target, family);
            ensureOpen();
            if (checked.getPort() == 0) {
                throw new SocketException("Can't send to port 0");
            }
            return hybrid.send(source, checked);
        }
        try {
            return mayLeaveHost(target) ? delegate.send(source, target) : 0;
        } finally {
            follow(delegate);
        }
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate == null) {
            DatagramBuffers.checkWritable(destination);
            int before = destination.position();
            hybrid.receive(destination, true, false, 0);
            return destination.position() - before;
        }
        try {
            return delegate.read(destination);
        } finally {
            follow(delegate);
        }
    }

    @Override
    public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate == null) {
            return DatagramBuffers.scatter(destinations, offset, length, this::read);
        }
        try {
            return delegate.read(destinations, offset, length);
        } finally {
            follow(delegate);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate == null) {
            return writeHybrid(Objects.requireNonNull(source));
        }
        try {
            return mayLeaveHost(delegate.getRemoteAddress()) ? delegate.write(source) : 0;
        } finally {
            follow(delegate);
        }
    }

    /** As {@code send} to the peer, but the JDK's write says what is too long with a plain {@code IOException}. */
    private int writeHybrid(ByteBuffer source) throws IOException {
        try {
            return hybrid.write(source);
        } catch (SocketException e) {
            if (DatagramBuffers.TOO_LONG.equals(e.getMessage())) {
                throw new IOException(DatagramBuffers.TOO_LONG, e);
            }
            throw e;
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        DatagramChannel delegate = dual.alone();
        if (delegate == null) {
            return DatagramBuffers.gather(sources, offset, length, this::write);
        }
        try {
            return mayLeaveHost(delegate.getRemoteAddress()) ? delegate.write(sources, offset, length) : 0;
        } finally {
            follow(delegate);
        }
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> name, T value) throws IOException {
        dual.option(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return dual.option(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        DatagramChannel delegate = dual.alone();
        return delegate != null ? delegate.supportedOptions() : dual.supportedOptions();
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface via) throws IOException {
        return joinGroup(group, via, null);
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface via, InetAddress source) throws IOException {
        return joinGroup(group, via, Objects.requireNonNull(source));
    }

    @Override
    public DatagramSocket socket() {
        socketLock.lock();
        try {
            if (socket == null) {
                socket = ZeroTierDatagramSocket.of(this);
            }
            return socket;
        } finally {
            socketLock.unlock();
        }
    }

    @Override
    public FacadeKeys keys() {
        return keys;
    }

    @Override
    public SelectableChannel hostChannel() {
        DatagramChannel delegate = dual.alone();
        return delegate != null ? delegate : dual.hostHalf();
    }

    @Override
    public int hostOps(int interest) {
        return hybrid.hostOps(interest);
    }

    @Override
    public Waiting waiting() {
        return dual.waiting();
    }

    @Override
    public int readyOps() {
        return dual.alone() != null ? 0 : hybrid.readyOps();
    }

    @Override
    public String toString() {
        DatagramChannel delegate = dual.alone();
        if (delegate != null) {
            return delegate.toString();
        }
        StringBuilder text = new StringBuilder(DatagramChannel.class.getName()).append('[');
        try {
            text.append("local=").append(dual.localAddress(hybrid.isConnectedToVirtual()));
            InetSocketAddress remote = hybrid.remote();
            if (remote != null) {
                text.append(", remote=").append(remote);
            }
        } catch (IOException e) {
            text.append("closed");
        }
        return text.append(']').toString();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        hybrid.configureBlocking(block);
        DatagramChannel delegate = dual.alone();
        if (delegate != null) {
            if (block) {
                keys.cancelInvalid();
            }
            delegate.configureBlocking(block);
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        hybrid.close();
        DatagramChannel delegate = dual.alone();
        if (delegate != null) {
            delegate.close();
        }
    }

    /** The host stack's channel if there is nothing else. */
    public DatagramChannel host() {
        return dual.alone();
    }

    /**
     * Before anything of this channel, which is the host stack's alone, goes to {@code target}: waits in blocking mode
     * until it is known whether a network claims it. The peer of a connected channel is asked about each time too: a
     * network may have claimed it since.
     *
     * @param target the target, or {@code null} if the channel is not connected, which it says itself
     * @return whether it may go; if not, {@code OP_WRITE} tells when to try again
     * @throws java.net.NoRouteToHostException if a network claims it
     */
    private boolean mayLeaveHost(SocketAddress target) throws IOException {
        return !stacks.isConfigured()
                || !(target instanceof InetSocketAddress inet)
                || inet.isUnresolved()
                || hybrid.mayLeaveHost(inet);
    }

    /** As a send would, but there is nothing that could tell later. */
    void checkHostTarget(SocketAddress target) throws IOException {
        if (!mayLeaveHost(target)) {
            throw new NoRouteToHostException("It is not known yet whether " + target
                    + " is on a virtual network: connect in blocking mode, or later");
        }
    }

    /** The membership of all sources of a group, or {@code null}. */
    public MembershipKey membership(InetAddress group, NetworkInterface via) {
        return groups.find(group, via, null);
    }

    boolean isBound() {
        return hybrid.isBound();
    }

    JoinedGroups joinedGroups() {
        return groups;
    }

    void follow(DatagramChannel delegate) throws IOException {
        if (!delegate.isOpen()) {
            close();
        }
    }

    private MembershipKey joinGroup(InetAddress group, NetworkInterface via, InetAddress source) throws IOException {
        ensureOpen();
        DatagramChannel delegate = dual.host();
        if (delegate == null) {
            Objects.requireNonNull(via);
            checkVirtualGroup(group, source);
        }
        if (group == null || via == null) {
            throw new NullPointerException();
        }
        return groups.join(this, delegate, group, via, source);
    }

    /** Throws what the JDK throws, in its order. */
    private void checkVirtualGroup(InetAddress group, InetAddress source) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("Group not a multicast address");
        }
        if (family == StandardProtocolFamily.INET && !(group instanceof Inet4Address)) {
            throw new IllegalArgumentException("Only IPv6 sockets can join IPv6 multicast group");
        }
        if (source != null) {
            ZeroTierMembershipKey.checkSource(group, source);
        }
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
