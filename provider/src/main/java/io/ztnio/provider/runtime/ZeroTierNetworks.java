package io.ztnio.provider.runtime;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The ZeroTier networks that the configuration names, on a node that starts when the first channel needs it.
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTierNetworks implements VirtualNetworks, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    private final ZtnioConfig config;
    private final boolean closesAtExit;

    private final LazyStart<Engine> engine;
    private final OwnRoutes routes;

    /** For waiting; comes after the gate. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Map<Long, NetworkView> views = new ConcurrentHashMap<>();

    /** Every network was decided once, or the time for it is over: decisions are lookups from then on. */
    private volatile boolean settled;

    /** Starts nothing. A node that is started ends with the process. */
    public ZeroTierNetworks(ZtnioConfig config) {
        this(config, true);
    }

    /**
     * Starts nothing.
     *
     * @param closesAtExit whether the node closes its connections when the process ends; if not, {@link #close} is the
     *     owner's business
     */
    public ZeroTierNetworks(ZtnioConfig config, boolean closesAtExit) {
        this.config = config;
        this.closesAtExit = closesAtExit;
        this.routes = new OwnRoutes(config);
        this.engine = new LazyStart<>(config, this::start);
    }

    @Override
    public boolean isConfigured() {
        return config.hasNetworks();
    }

    @Override
    public WildcardScope wildcardScope() {
        return config.wildcard();
    }

    @Override
    public RoutingDecision decide(InetAddress remote) {
        return decision(remote, routes.covers(remote));
    }

    @Override
    public RoutingDecision decideLocal(InetAddress local) {
        return decision(local, routes.isLocal(local));
    }

    private RoutingDecision decision(InetAddress address, boolean virtual) {
        if (virtual) {
            return RoutingDecision.VIRTUAL;
        }
        return settled || address.isLoopbackAddress()
                ? RoutingDecision.HOST
                : RoutingDecision.pending("the networks' configuration");
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        RoutingDecision now = local ? decideLocal(address) : decide(address);
        if (now.isDecided()) {
            then.accept(now);
            return Registration.NONE;
        }
        AtomicBoolean open = new AtomicBoolean(true);
        Thread waiter = new Thread(() -> tell(address, local, open, then), "ztnio-decision");
        waiter.setDaemon(true);
        waiter.start();
        return () -> open.set(false);
    }

    private void tell(InetAddress address, boolean local, AtomicBoolean open, Consumer<RoutingDecision> then) {
        RoutingDecision decision;
        try {
            awaitReady();
            decision = (local ? routes.isLocal(address) : routes.covers(address))
                    ? RoutingDecision.VIRTUAL
                    : RoutingDecision.HOST;
        } catch (IOException e) {
            decision = RoutingDecision.unavailable(e.getMessage());
        }
        if (open.getAndSet(false)) {
            then.accept(decision);
        }
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return config.whenUnavailable();
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        return engine.get().stack().openStream();
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        return engine.get().stack().openListener();
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        return engine.get().stack().openDatagram();
    }

    @Override
    public void awaitReady() throws IOException {
        if (settled) {
            return;
        }
        engine.get();
        long remaining = config.joinTimeout().toNanos();
        lock.lock();
        try {
            while (!settled && !areDecided() && remaining > 0) {
                remaining = changed.awaitNanos(remaining);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } finally {
            lock.unlock();
        }
        settle();
    }

    private Engine start() throws IOException {
        Engine started = Engine.start(EngineConfig.of(config, false), OsProvider.get());
        started.addListener(new EngineListener() {
            @Override
            public void onNetwork(NetworkView network) {
                onChange(network);
            }
        });
        started.virtualAddresses(routes::covers);
        config.networks().forEach(started::join);
        config.statusFile().ifPresent(started::writeStatusTo);
        if (closesAtExit) {
            Runtime.getRuntime().addShutdownHook(new Thread(started::close, "ztnio-shutdown"));
        }
        return started;
    }

    private void onChange(NetworkView network) {
        views.put(network.id(), network);
        routes.update(views.values().stream()
                .flatMap(view -> view.config().stream())
                .map(AttachedNetwork::toLinkConfig)
                .toList());
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean areDecided() {
        return config.networks().stream().allMatch(id -> {
            NetworkView view = views.get(id);
            return view != null && view.isDecided();
        });
    }

    private void settle() {
        if (settled) {
            return;
        }
        settled = true;
        for (long id : config.networks()) {
            NetworkView view = views.get(id);
            if (view == null || !view.isReady()) {
                LOG.log(System.Logger.Level.WARNING, whyNotUsable(id));
            }
        }
    }

    /** Why a network is not usable now, in a sentence that says what to do. The node runs. */
    public String whyNotUsable(long id) {
        NetworkView view = views.get(id);
        NetworkStatus status = view == null ? NetworkStatus.REQUESTING_CONFIGURATION : view.status();
        Engine running = engine.running().orElseThrow();
        String member = Address.format(running.address());
        String reason = switch (status) {
            case ACCESS_DENIED -> "its controller does not let " + member + " in; authorise this member there";
            case NOT_FOUND -> "its controller does not know it; check the network id";
            case AUTHENTICATION_REQUIRED -> "its controller asks for a login, which a program cannot do";
            default ->
                running.status().online()
                        ? "its controller has not answered"
                        : "no root has answered; check ztnio.planet and that UDP leaves this machine";
        };
        return String.format("network %016x is not usable: %s", id, reason);
    }

    /** The node's ZeroTier address. Starts the node if it does not run. */
    public long address() throws IOException {
        return engine.get().address();
    }

    /** How datagrams go through the kernel, in words. Starts the node if it does not run. */
    String transportDescription() throws IOException {
        return engine.get().transportDescription();
    }

    /** The networks as they are now; empty before the node runs. */
    public List<NetworkView> networks() {
        return List.copyOf(views.values());
    }

    /**
     * Starts the node if it does not run and waits until a network is usable.
     *
     * @return whether it is, within the time
     */
    public boolean awaitUsable(long networkId, long timeout, TimeUnit unit) throws IOException, InterruptedException {
        engine.get();
        long remaining = unit.toNanos(timeout);
        lock.lock();
        try {
            while (true) {
                NetworkView view = views.get(networkId);
                if (view != null && view.isReady()) {
                    return true;
                }
                if (remaining <= 0) {
                    return false;
                }
                remaining = changed.awaitNanos(remaining);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops the node, if it runs. */
    @Override
    public void close() {
        engine.running().ifPresent(Engine::close);
    }
}
