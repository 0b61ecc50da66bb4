package io.ztnio.provider.fake;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A virtual network in memory, 10.144.0.0/16, on which this process is 10.144.0.1 and nobody else is there. A connect to
 * {@link #HELD} stays pending until {@link #releaseHeld}.
 */
public final class FakeNetworks implements VirtualNetworks {
    public static final InetAddress OWN = address(1);
    public static final InetAddress HELD = address(2);

    private static final int FIRST_EPHEMERAL = 49_152;

    /** What addresses are; a test may change its mind. */
    public final FakeRouting routing = new FakeRouting();

    public final AtomicInteger opened = new AtomicInteger();
    public final AtomicInteger closed = new AtomicInteger();
    final ReentrantLock gate = new ReentrantLock();
    final Map<Integer, FakeStream> streams = new HashMap<>();
    final Map<Integer, FakeListener> listeners = new HashMap<>();
    final Map<Integer, FakeDatagrams> datagrams = new HashMap<>();
    private final List<FakeStream> held = new ArrayList<>();
    private final WildcardScope scope;
    private volatile WildcardScope groupScope = WildcardScope.OS;
    private volatile IOException cannotStart;
    private volatile WhenUnavailable whenUnavailable = WhenUnavailable.FAIL;
    private boolean full;
    private int nextPort = FIRST_EPHEMERAL;

    public FakeNetworks(WildcardScope scope) {
        this.scope = scope;
    }

    public FakeNetworks() {
        this(WildcardScope.BOTH);
    }

    private static InetAddress address(int host) {
        try {
            return InetAddress.getByAddress(new byte[] {10, (byte) 144, 0, (byte) host});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets the pending connects arrive at this process. */
    public void releaseHeld() {
        gate.lock();
        try {
            for (FakeStream stream : held) {
                arrive(stream, new InetSocketAddress(OWN, stream.remoteAddress().getPort()));
            }
            held.clear();
        } finally {
            gate.unlock();
        }
    }

    @Override
    public boolean isConfigured() {
        return true;
    }

    /** Why the node does not start from now on; {@code null} if it does. */
    public void cannotStart(IOException reason) {
        cannotStart = reason;
    }

    public void whenUnavailable(WhenUnavailable changed) {
        whenUnavailable = changed;
    }

    /** Whether no datagram can be sent. */
    public void full(boolean changed) {
        gate.lock();
        try {
            full = changed;
            datagrams.values().forEach(FakeEndpoint::update);
        } finally {
            gate.unlock();
        }
    }

    /** In the gate. */
    boolean isFull() {
        return full;
    }

    @Override
    public void awaitReady() throws IOException {
        start();
    }

    private void start() throws IOException {
        IOException reason = cannotStart;
        if (reason != null) {
            throw reason;
        }
    }

    @Override
    public RoutingDecision decide(InetAddress remote) {
        return routing.decide(remote, false);
    }

    static boolean isOnNetwork(InetAddress remote) {
        byte[] bytes = remote.getAddress();
        return bytes.length == 4 && bytes[0] == 10 && bytes[1] == (byte) 144;
    }

    /** Which stacks datagrams to groups are for from now on. */
    public void groupScope(WildcardScope changed) {
        groupScope = changed;
    }

    @Override
    public WildcardScope groupScope(InetAddress group) {
        return groupScope;
    }

    @Override
    public RoutingDecision decideLocal(InetAddress address) {
        return routing.decide(address, true);
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        return routing.whenDecided(address, local, then);
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return whenUnavailable;
    }

    @Override
    public WildcardScope wildcardScope() {
        return scope;
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        start();
        return new FakeStream(this);
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        start();
        return new FakeListener(this);
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        start();
        return new FakeDatagrams(this);
    }

    /** In the gate. */
    void connect(FakeStream client, InetSocketAddress target) {
        if (target.getAddress().equals(HELD)) {
            held.add(client);
        } else {
            arrive(client, target);
        }
    }

    private void arrive(FakeStream client, InetSocketAddress target) {
        FakeListener listener = listeners.get(target.getPort());
        if (listener == null || !listener.hasRoom()) {
            client.refuse();
        } else {
            listener.offer(FakeStream.accepted(this, client, target));
        }
    }

    /** In the gate: a free port of {@code ports}. */
    InetSocketAddress take(InetSocketAddress wanted, Map<Integer, ? extends FakeEndpoint> ports) throws BindException {
        if (!wanted.getAddress().isAnyLocalAddress() && !wanted.getAddress().equals(OWN)) {
            throw new BindException("Cannot assign requested address");
        }
        int port = wanted.getPort();
        if (port == 0) {
            do {
                nextPort = nextPort == 65_535 ? FIRST_EPHEMERAL : nextPort + 1;
            } while (ports.containsKey(nextPort));
            port = nextPort;
        } else if (ports.containsKey(port)) {
            throw new BindException("Address already in use");
        }
        return new InetSocketAddress(wanted.getAddress(), port);
    }
}
