package io.ztnio.provider.runtime;

import io.ztnio.provider.capture.CapturedAddresses;
import io.ztnio.provider.capture.LoopbackStack;
import io.ztnio.provider.config.BypassedPort;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.stack.StackConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Capture mode: addresses of this machine, in a stack of this process that nothing leaves. It starts with the first socket
 * that needs it. Nothing here is ever pending or unavailable.
 *
 * <p>Thread: thread-safe. A decision takes a lock only when the host's addresses have changed.
 */
public final class CapturedNetworks implements VirtualNetworks, AutoCloseable {
    /** How often the host's addresses are looked at, if somebody asks. */
    private static final long LOOK_NANOS = 1_000_000_000;

    private final ZtnioConfig config;
    private final Supplier<Set<InetAddress>> hostLook;
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private Set<InetAddress> host = Set.of();

    /** Written by the lock. */
    private volatile CapturedAddresses addresses;

    /** Written by the lock; {@code null} while nobody has needed it. */
    private volatile LoopbackStack running;

    /** Guarded by the lock. */
    private boolean closed;

    /** Starts nothing. */
    public CapturedNetworks(ZtnioConfig config) {
        this(config, () -> LocalEndpoints.hostRoutes().addresses());
    }

    /**
     * Starts nothing.
     *
     * @param hostLook looks what addresses the operating system has
     */
    CapturedNetworks(ZtnioConfig config, Supplier<Set<InetAddress>> hostLook) {
        this.config = config;
        this.hostLook = hostLook;
        this.addresses = new CapturedAddresses(config.capture(), config.bypass(), Set.of());
        look();
    }

    @Override
    public boolean isConfigured() {
        return true;
    }

    @Override
    public RoutingDecision decide(InetAddress remote) {
        look();
        return addresses.contains(remote) ? RoutingDecision.VIRTUAL : RoutingDecision.HOST;
    }

    @Override
    public RoutingDecision decideLocal(InetAddress local) {
        return decide(local);
    }

    @Override
    public boolean isBypassed(InetSocketAddress address) {
        for (BypassedPort port : config.bypassedPorts()) {
            if (port.covers(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean sharesAddresses() {
        return !config.bypass().isEmpty() || !config.bypassedPorts().isEmpty();
    }

    @Override
    public boolean hasWildcard() {
        return config.capture().wildcard();
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        then.accept(decide(address));
        return Registration.NONE;
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return WhenUnavailable.FAIL;
    }

    @Override
    public WildcardScope wildcardScope() {
        return hasWildcard() ? WildcardScope.ZEROTIER : config.wildcard();
    }

    @Override
    public NetworkNames names() {
        return NetworkNames.withoutNetworks(config.names());
    }

    @Override
    public void awaitReady() {
        stack();
    }

    @Override
    public StreamEndpoint openStream() {
        return stack().openStream();
    }

    @Override
    public ListenerEndpoint openListener() {
        return stack().openListener();
    }

    @Override
    public DatagramEndpoint openDatagram() {
        return stack().openDatagram();
    }

    /** Ends the stack, if it runs; sockets of it are reset. */
    @Override
    public void close() {
        LoopbackStack ended;
        lock.lock();
        try {
            closed = true;
            ended = running;
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            ended.close();
        }
    }

    private Stack stack() {
        LoopbackStack there = running;
        return (there != null ? there : start()).stack();
    }

    private LoopbackStack start() {
        lock.lock();
        try {
            if (running == null) {
                if (closed) {
                    throw new IllegalStateException("closed");
                }
                running = new LoopbackStack(
                        addresses,
                        StackConfig.defaults()
                                .withTcpCongestion(config.tcpCongestion())
                                .withMinimumPeerMss(config.tcpMinimumMss()));
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** One thread looks; the others go by what was seen last. Only where the host's addresses matter. */
    private void look() {
        if (!hasWildcard()) {
            return;
        }
        long now = System.nanoTime();
        long due = nextLook.get();
        if (now - due < 0 || !nextLook.compareAndSet(due, now + LOOK_NANOS)) {
            return;
        }
        Set<InetAddress> seen = hostLook.get();
        lock.lock();
        try {
            if (!seen.equals(host)) {
                host = seen;
                CapturedAddresses changed = new CapturedAddresses(config.capture(), config.bypass(), seen);
                if (running != null) {
                    running.addresses(changed);
                }
                addresses = changed;
            }
        } finally {
            lock.unlock();
        }
    }
}
