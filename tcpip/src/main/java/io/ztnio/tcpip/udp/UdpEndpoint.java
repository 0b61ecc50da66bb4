package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.Waiting;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ReadinessListener;
import io.ztnio.tcpip.endpoint.SourceFilter;
import io.ztnio.tcpip.ip.IpInterface;
import io.ztnio.tcpip.ip.OutputPath;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A UDP endpoint.
 *
 * <p>Thread: the public methods as {@link DatagramEndpoint} says; the others are confined to the gate.
 */
final class UdpEndpoint implements DatagramEndpoint {
    /** So often in a row a listener may throw until it is spared the news. */
    private static final int MOST_TELLS = 100;

    /** What can only be done inside the gate, with its result. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** As {@link Step}, some at a time: false if it is to be called again when others have been in the gate. */
    @FunctionalInterface
    private interface PartialStep {
        boolean run() throws IOException;
    }

    /** The next endpoint on the same port: {@link PortTable}'s. */
    UdpEndpoint nextOnPort;

    private final UdpLayer layer;
    private final UdpOptions options = new UdpOptions();
    private final UdpOutput output;
    private final DatagramQueue received = new DatagramQueue(UdpOptions.DEFAULT_RECEIVE_BYTES);
    private final Readiness readiness = new Readiness(WRITABLE);
    private final Memberships memberships;
    private final AtomicBoolean sendPosted = new AtomicBoolean();
    private final AtomicReference<IOException> refused = new AtomicReference<>();
    private final Gate.Task sendTask = this::onSendPosted;
    private final Gate.Task lookAgainTask = this::lookAgain;
    private volatile ReadinessListener listener;
    private volatile boolean closed;
    private volatile boolean closedWithNode;
    /** Datagrams received before this count belong to before the last connect. */
    private volatile long discardBefore;
    /** As bound; {@code null} before. */
    private volatile InetSocketAddress bound;
    /** As bound, or concrete while connected. */
    private volatile InetSocketAddress local;

    private volatile InetSocketAddress remote;
    /** Whether a wildcard address means IPv4 only. */
    private volatile boolean ipv4Only;

    /** {@link #local} for matching: {@code null} is the wildcard. */
    private volatile InetAddress matchLocal;

    private boolean announcing;

    /** How often in a row the listener has thrown. */
    private int untold;

    private int toAnnounce;

    UdpEndpoint(UdpLayer layer) {
        this.layer = layer;
        this.output = new UdpOutput(layer, options);
        this.memberships = new Memberships(layer.ip());
    }

    @Override
    public Waiting waiting() {
        return layer.gate().waiting();
    }

    @Override
    public int readiness() {
        return readiness.bits();
    }

    @Override
    public void readinessListener(ReadinessListener newListener) {
        listener = newListener;
    }

    @Override
    public void bind(InetSocketAddress address) throws IOException {
        PortTable.Search search = new PortTable.Search();
        inGateUntilDone(() -> bindInGate(address, search));
    }

    @Override
    public void connect(InetSocketAddress target) throws IOException {
        if (target.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        PortTable.Search search = new PortTable.Search();
        inGateUntilDone(() -> {
            InetAddress own = bound == null ? null : concrete(bound.getAddress());
            OutputPath path = layer.ip().route(output.source(own, target.getAddress()), target.getAddress());
            if (path == null) {
                throw new NoRouteToHostException("No route to host");
            }
            if (path.isBroadcast() && !options.broadcast()) {
                throw new BindException("Permission denied");
            }
            if (bound == null && !bindInGate(new InetSocketAddress(0), search)) {
                return false;
            }
            remote = target;
            // Who is bound to everybody's address goes on to receive what is sent there, as on Linux.
            matchLocal = output.isShared(own) ? own : path.local();
            local = new InetSocketAddress(matchLocal, bound.getPort());
            refused.set(null);
            discardBefore = received.offeredCount();
            lowerReadable();
            return true;
        });
    }

    @Override
    public void disconnect() throws IOException {
        inGate(() -> {
            if (remote != null) {
                remote = null;
                local = bound;
                matchLocal = concrete(bound.getAddress());
                refused.set(null);
                lowerReadable();
            }
        });
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public int send(ByteBuffer source, InetSocketAddress target) throws IOException {
        requireOpen();
        throwIfRefused();
        InetSocketAddress to = target == null ? remote : target;
        if (to == null) {
            throw new SocketException("Destination address required");
        }
        int length = source.remaining();
        output.check(matchLocal, to, to.equals(remote), length);
        if (bound == null) {
            PortTable.Search search = new PortTable.Search();
            inGateUntilDone(() -> bound != null || bindInGate(new InetSocketAddress(0), search));
        }
        if (!output.offer(source, to)) {
            readiness.lower(WRITABLE);
            // The stack may have drained the queue before the bit went: it then raised nothing.
            if (!output.offer(source, to)) {
                if (closed) {
                    layer.gate().post(lookAgainTask);
                }
                return 0;
            }
            layer.gate().post(lookAgainTask);
        }
        if (sendPosted.compareAndSet(false, true)) {
            layer.gate().post(sendTask);
        }
        return length;
    }

    @Override
    public InetSocketAddress receive(ByteBuffer destination) throws IOException {
        requireOpen();
        throwIfRefused();
        InetSocketAddress from = received.peekPeer();
        while (from != null && received.polledCount() < discardBefore) {
            received.skip();
            from = received.peekPeer();
        }
        if (from != null) {
            received.poll(destination);
        }
        lowerReadable();
        return from;
    }

    @Override
    public void join(InetAddress group, InetAddress linkAddress) throws IOException {
        inGate(() -> {
            IpInterface link = link(linkAddress);
            if (!memberships.filter(group, link).isNone()) {
                throw new SocketException("Address already in use");
            }
            memberships.filter(group, link, SourceFilter.ANY);
        });
    }

    @Override
    public void leave(InetAddress group, InetAddress linkAddress) throws IOException {
        inGate(() -> {
            IpInterface link = link(linkAddress);
            if (memberships.filter(group, link).isNone()) {
                throw new SocketException("Cannot assign requested address");
            }
            memberships.filter(group, link, SourceFilter.NONE);
        });
    }

    @Override
    public void filter(InetAddress group, InetAddress linkAddress, SourceFilter filter) throws IOException {
        if (filter.sources().size() > MAX_FILTER_SOURCES) {
            throw new SocketException("No buffer space available");
        }
        inGate(() -> memberships.filter(group, link(linkAddress), filter));
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return UdpOptions.supported();
    }

    @Override
    public <T> void option(SocketOption<T> name, T value) {
        options.set(name, value);
        received.limitBytes(options.get(StandardSocketOptions.SO_RCVBUF));
        output.queue().limitBytes(options.get(StandardSocketOptions.SO_SNDBUF));
    }

    @Override
    public <T> T option(SocketOption<T> name) {
        return options.get(name);
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        layer.gate().post(this::closeInGate);
    }

    /** How well a datagram fits: -1 not at all, else higher is better. */
    int score(InetAddress destination, InetAddress source, int sourcePort) {
        InetSocketAddress peer = remote;
        if (peer != null && (peer.getPort() != sourcePort || !peer.getAddress().equals(source))) {
            return -1;
        }
        InetAddress mine = matchLocal;
        if (mine == null ? ipv4Only && destination instanceof Inet6Address : !mine.equals(destination)) {
            return -1;
        }
        return (peer != null ? 2 : 0) + (mine != null ? 1 : 0);
    }

    @Override
    public void restrictToIpv4() {
        ipv4Only = true;
    }

    /** Whether a datagram to a multicast or broadcast address is for this endpoint too. */
    boolean wantsFromGroup(InetAddress destination, InetAddress source, int sourcePort, IpInterface link) {
        InetSocketAddress peer = remote;
        if (peer != null && (peer.getPort() != sourcePort || !peer.getAddress().equals(source))) {
            return false;
        }
        InetAddress mine = peer == null ? matchLocal : concrete(bound.getAddress());
        if (mine == null ? ipv4Only && destination instanceof Inet6Address : !mine.equals(destination)) {
            return false;
        }
        return !destination.isMulticastAddress() || memberships.accept(destination, source, link);
    }

    /** Whether it has sent from {@code own} to a receiver lately. */
    boolean hasSent(InetAddress own, InetAddress receiver, int port, long nowNanos) {
        InetAddress mine = matchLocal;
        boolean any = mine == null || output.isShared(mine);
        boolean fits = any ? !(ipv4Only && own instanceof Inet6Address) : mine.equals(own);
        return fits && output.hasSent(receiver, port, nowNanos);
    }

    boolean isConnectedTo(InetAddress address, int port) {
        InetSocketAddress peer = remote;
        return peer != null && peer.getPort() == port && peer.getAddress().equals(address);
    }

    /** Whether {@code other} may not take the same port on {@code address} ({@code null}: wildcard). */
    boolean conflictsWith(UdpEndpoint other, InetAddress address) {
        InetAddress mine = concrete(bound.getAddress());
        boolean overlap = (mine == null && (address == null || !(ipv4Only && address instanceof Inet6Address)))
                || (address == null && !(other.ipv4Only && mine instanceof Inet6Address))
                || (mine != null && mine.equals(address));
        return overlap
                && !(options.reuseAddress() && other.options.reuseAddress())
                && !(options.reusePort() && other.options.reusePort());
    }

    /** Whether it shares its datagrams with others of its address and port (SO_REUSEPORT). */
    boolean sharesPort() {
        return remote == null && options.reusePort();
    }

    /** Returns false if there is no room. */
    boolean onDatagram(InetSocketAddress from, byte[] buffer, int offset, int length) {
        if (!received.offer(buffer, offset, length, from)) {
            return false;
        }
        raise(READABLE);
        return true;
    }

    /** The connected peer refused a datagram. */
    void onRefused() {
        refused.set(new PortUnreachableException());
        raise(READABLE);
    }

    /** Tells the listener what was raised since. */
    void announce() {
        announcing = false;
        int newlySet = toAnnounce;
        toAnnounce = 0;
        ReadinessListener told = listener;
        if (told != null && newlySet != 0) {
            try {
                told.onReady(newlySet);
            } catch (Throwable e) {
                toAnnounce |= newlySet;
                untold++;
                throw e;
            }
        }
        untold = 0;
    }

    /** Whether what could not be told is told in the next turn; asked once, by who will. */
    boolean mayAnnounceAgain() {
        announcing = untold < MOST_TELLS;
        return announcing;
    }

    /** False if it is to be called again: no port was found yet. */
    private boolean bindInGate(InetSocketAddress address, PortTable.Search search) throws IOException {
        if (bound != null) {
            throw new SocketException("Invalid argument");
        }
        InetAddress wanted = concrete(address.getAddress());
        if (wanted != null && !output.isShared(wanted) && !layer.ip().isLocal(wanted)) {
            throw new BindException("Cannot assign requested address");
        }
        int port = layer.ports().take(this, wanted, address.getPort(), search);
        if (port == PortTable.IN_USE) {
            throw new BindException("Address already in use");
        }
        if (port == PortTable.GO_ON) {
            return false;
        }
        matchLocal = wanted;
        bound = new InetSocketAddress(address.getAddress(), port);
        local = bound;
        return true;
    }

    private void onSendPosted(long nowNanos) {
        sendPosted.set(false);
        InetSocketAddress from = local;
        if (from != null) {
            resume(nowNanos);
        }
        lookAgain(nowNanos);
    }

    /** Sends what is queued, as far as the links take it. */
    void resume(long nowNanos) {
        InetSocketAddress from = local;
        if (from != null && !closed && !output.drain(matchLocal, from.getPort(), true, nowNanos)) {
            layer.hold(this);
        }
        raise(output.isWritable() ? WRITABLE : 0);
    }

    /** Raises the bits of conditions that hold; a bit lowered by mistake comes back here. */
    private void lookAgain(long nowNanos) {
        int now = (isReadable() ? READABLE : 0) | (output.isWritable() ? WRITABLE : 0) | (closed ? Readiness.ALL : 0);
        raise(now);
        layer.turn();
    }

    private void closeInGate(long nowNanos) {
        if (closed) {
            return;
        }
        if (bound != null) {
            output.drain(matchLocal, bound.getPort(), false, nowNanos);
            layer.ports().release(this, bound.getPort());
        }
        memberships.leaveAll();
        closed = true;
        lookAgain(nowNanos);
    }

    /** The node ends: who uses this is told that. */
    void closeWithNode(long nowNanos) {
        closedWithNode = !closed;
        closeInGate(nowNanos);
    }

    private void raise(int mask) {
        int newlySet = readiness.raise(mask);
        if (newlySet == 0) {
            return;
        }
        toAnnounce |= newlySet;
        if (!announcing) {
            layer.announceLater(this);
            announcing = true;
        }
    }

    private boolean isReadable() {
        return received.offeredCount() > Math.max(received.polledCount(), discardBefore) || refused.get() != null;
    }

    private void lowerReadable() {
        if (isReadable()) {
            return;
        }
        readiness.lower(READABLE);
        // What arrived, failed or closed in between raised nothing, because the bit was still set.
        if (isReadable() || closed) {
            layer.gate().post(lookAgainTask);
        }
    }

    private void throwIfRefused() throws IOException {
        if (refused.get() == null) {
            return;
        }
        IOException reason = refused.getAndSet(null);
        if (reason != null) {
            lowerReadable();
            throw reason;
        }
    }

    private void requireOpen() throws IOException {
        if (closedWithNode) {
            throw new SocketException(NODE_CLOSED);
        }
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private IpInterface link(InetAddress linkAddress) throws SocketException {
        if (linkAddress == null || linkAddress.isAnyLocalAddress()) {
            return null;
        }
        IpInterface link = layer.ip().owner(linkAddress);
        if (link == null) {
            throw new SocketException("No such device");
        }
        return link;
    }

    private void inGateUntilDone(PartialStep step) throws IOException {
        AtomicBoolean done = new AtomicBoolean();
        while (!done.get()) {
            inGate(() -> done.set(step.run()));
        }
    }

    private void inGate(Step step) throws IOException {
        AtomicReference<IOException> failure = new AtomicReference<>();
        layer.gate().run(nowNanos -> {
            try {
                requireOpen();
                step.run();
            } catch (IOException e) {
                failure.set(e);
            }
        });
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /** {@code null} for a wildcard address. */
    private static InetAddress concrete(InetAddress address) {
        return address.isAnyLocalAddress() ? null : address;
    }
}
