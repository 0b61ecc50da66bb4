package io.ztnio.provider.fake;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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

    public final AtomicInteger opened = new AtomicInteger();
    public final AtomicInteger waits = new AtomicInteger();
    public final AtomicInteger closed = new AtomicInteger();
    final ReentrantLock gate = new ReentrantLock();
    final Map<Integer, FakeStream> streams = new HashMap<>();
    final Map<Integer, FakeListener> listeners = new HashMap<>();
    final Map<Integer, FakeDatagrams> datagrams = new HashMap<>();
    private final List<FakeStream> held = new ArrayList<>();
    private final WildcardScope scope;
    private final List<Waiter> waiters = new CopyOnWriteArrayList<>();
    private volatile RoutingDecision decision = RoutingDecision.VIRTUAL;
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

    @Override
    public void awaitReady() {
        waits.incrementAndGet();
    }

    /** What addresses of the network are from now on; whoever waits for a decision is told, on this thread. */
    public void decision(RoutingDecision changed) {
        decision = changed;
        if (changed.isDecided()) {
            List<Waiter> all = List.copyOf(waiters);
            waiters.removeAll(all);
            all.forEach(waiter -> waiter.then().accept(decision(waiter.address(), waiter.local())));
        }
    }

    private RoutingDecision decision(InetAddress address, boolean local) {
        return local ? decideLocal(address) : decide(address);
    }

    @Override
    public RoutingDecision decide(InetAddress remote) {
        return isOnNetwork(remote) ? decision : RoutingDecision.HOST;
    }

    boolean isOnNetwork(InetAddress remote) {
        byte[] bytes = remote.getAddress();
        return bytes.length == 4 && bytes[0] == 10 && bytes[1] == (byte) 144;
    }

    @Override
    public RoutingDecision decideLocal(InetAddress address) {
        return address.equals(OWN) ? decision : RoutingDecision.HOST;
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        RoutingDecision now = decision(address, local);
        if (now.isDecided()) {
            then.accept(now);
            return Registration.NONE;
        }
        Waiter waiter = new Waiter(address, local, then);
        waiters.add(waiter);
        return () -> waiters.remove(waiter);
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return WhenUnavailable.FAIL;
    }

    private record Waiter(InetAddress address, boolean local, Consumer<RoutingDecision> then) {}

    @Override
    public WildcardScope wildcardScope() {
        return scope;
    }

    @Override
    public StreamEndpoint openStream() {
        return new FakeStream(this);
    }

    @Override
    public ListenerEndpoint openListener() {
        return new FakeListener(this);
    }

    @Override
    public DatagramEndpoint openDatagram() {
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
        if (!wanted.getAddress().isAnyLocalAddress() && !isLocal(wanted.getAddress())) {
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
