package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.provider.config.NameSettings;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.exit.ProcessExit;
import io.ztnio.provider.routing.NetworkClaims;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Standing;
import io.ztnio.provider.runtime.CachedNetworks.Cached;
import io.ztnio.provider.service.ServedNode;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.LinkConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The ZeroTier networks that the configuration names, on a node that starts when the first channel needs it.
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTierNetworks implements VirtualNetworks, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    private final ZtnioConfig config;
    private final NodeGround ground;
    private final boolean closesAtExit;
    private final RoutedNode<Engine> node;
    private final NetworkReports reports;

    /** For waiting; comes after the gate. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Map<Long, NetworkView> views = new ConcurrentHashMap<>();

    /** The same a moment later: decisions know of it. */
    private final Map<Long, NetworkView> routed = new ConcurrentHashMap<>();

    /** How networks were configured in an earlier run, as far as it is known. */
    private final Map<Long, Cached> cached = new ConcurrentHashMap<>();

    /** In the order in which they were named or joined. Written inside the gate. */
    private final List<Long> joined;

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<DivertedFrame>> frameListeners = new CopyOnWriteArrayList<>();

    private volatile NetworkStanding standing = NetworkStanding.OFFLINE;

    /** Somebody listens on the virtual networks, or means to. */
    private volatile boolean listening;

    /** The node's end with the process, or {@code null}. */
    private volatile ProcessExit.Ending ending;

    /** Starts nothing. A node that is started ends with the process. */
    public ZeroTierNetworks(ZtnioConfig config) {
        this(config, true);
    }

    /**
     * Starts nothing.
     *
     * @param closesAtExit whether the node closes its connections when the process ends and says in the log how it stands;
     *     if not, both are the owner's business
     */
    public ZeroTierNetworks(ZtnioConfig config, boolean closesAtExit) {
        this(config, NodeGround.of(config), closesAtExit);
    }

    /** As {@link #ZeroTierNetworks(ZtnioConfig, boolean)}, of a node that stands on something else than what the settings say. */
    public ZeroTierNetworks(ZtnioConfig config, NodeGround ground, boolean closesAtExit) {
        this.config = config;
        this.joined = new CopyOnWriteArrayList<>(config.networks());
        this.ground = ground;
        this.closesAtExit = closesAtExit;
        if (closesAtExit) {
            ProcessExit.prepare();
        }
        this.node = new RoutedNode<>(config, ground.place(), this::start, new Claims(), !closesAtExit);
        node.onStart(() -> listeners.forEach(Runnable::run));
        this.reports = new NetworkReports(node.log(), !closesAtExit);
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
    public WildcardScope groupScope(InetAddress group) {
        return node.groupScope(group);
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return config.whenUnavailable();
    }

    @Override
    public RoutingDecision decide(InetAddress remote) {
        return node.decide(remote, false);
    }

    @Override
    public RoutingDecision decideLocal(InetAddress local) {
        return node.decide(local, true);
    }

    @Override
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        return node.whenDecided(address, local, then);
    }

    @Override
    public NetworkNames names() {
        return new NetworkNames() {
            @Override
            public NameSettings settings() {
                return config.names();
            }

            @Override
            public List<NamedNetwork> networks() {
                return joined.stream().map(id -> named(id)).toList();
            }
        };
    }

    private NamedNetwork named(long id) {
        NetworkStanding now = standing;
        Optional<NetworkView> view = view(id);
        Standing stands = NetworkStanding.of(view);
        Cached earlier = cached.getOrDefault(id, Cached.NOTHING);
        Optional<NetworkConfig> latest = view.flatMap(NetworkView::config).or(earlier::config);
        NetworkSettings settings = view.map(NetworkView::settings).orElse(earlier.settings());
        String reason = stands == Standing.USABLE ? "" : now.reason(id, view);
        return new ZeroTierNames(id, stands, reason, latest, settings, now.address());
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        return node.get().stack().openStream();
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        ListenerEndpoint listener = node.get().stack().openListener();
        listens();
        return listener;
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        DatagramEndpoint datagrams = node.get().stack().openDatagram();
        listens();
        return datagrams;
    }

    private void listens() {
        if (!listening) {
            listening = true;
            report();
        }
    }

    @Override
    public void awaitReady() throws IOException {
        node.get();
        try {
            await(this::areDecided, node.deadlineNanos() - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Engine start() throws IOException {
        cached.putAll(CachedNetworks.read(joined, ground.store()));
        node.refresh();
        Engine started = Engine.start(EngineConfig.of(config, ground, false), ground.sockets(), ground.time());
        try {
            begin(started);
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void begin(Engine started) {
        views.clear();
        routed.clear();
        standing = new NetworkStanding(started.address(), false);
        started.addListener(new EngineListener() {
            @Override
            public void onNetwork(NetworkView network) {
                if (!joined.contains(network.id())) {
                    joined.add(network.id());
                }
                views.put(network.id(), network);
                onChange();
            }

            @Override
            public void onDiverted(DivertedFrame frame) {
                tell(frame);
            }

            @Override
            public void onLeft(long networkId) {
                joined.remove(networkId);
                cached.remove(networkId);
                views.remove(networkId);
                routed.remove(networkId);
                reports.network(started.address(), networkId, "left");
                onChange();
            }

            @Override
            public void onNodeEvent(NodeEvent event) {
                boolean online = event instanceof NodeEvent.Online;
                if (online || event instanceof NodeEvent.Offline) {
                    standing = new NetworkStanding(started.address(), online);
                    onChange();
                }
            }
        });
        started.virtualAddresses(node::isClaimed);
        reports.started(started.address(), ground.place(), started.localAddresses());
        joined.forEach(started::join);
        config.statusFile().ifPresent(started::writeStatusTo);
        serve(started);
        if (closesAtExit) {
            ending = ProcessExit.add(started::close, config.exitTimeout());
        }
        // Once more when nobody waits any longer: who listens is told what is missing.
        long left = node.deadlineNanos() - System.nanoTime();
        Future<?> unused = node.runtime().schedule(this::report, Math.max(left, 0), TimeUnit.NANOSECONDS);
    }

    private void serve(Engine started) {
        try {
            if (config.api()) {
                started.serve();
            }
        } catch (IOException e) {
            node.log().execute(() -> LOG.log(System.Logger.Level.WARNING, e.getMessage()));
        }
    }

    /** Inside the gate. */
    private void tell(DivertedFrame frame) {
        for (Consumer<DivertedFrame> listener : frameListeners) {
            try {
                listener.accept(frame);
            } catch (RuntimeException e) {
                node.log().execute(() -> LOG.log(System.Logger.Level.WARNING, "a listener of frames failed", e));
            }
        }
    }

    /** Inside the gate. */
    private void onChange() {
        node.refresh();
        routed.putAll(views);
        report();
        listeners.forEach(Runnable::run);
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void report() {
        boolean late = System.nanoTime() - node.deadlineNanos() >= 0;
        NetworkStanding now = standing;
        for (long id : joined) {
            Optional<NetworkView> view = view(id);
            reports.network(now.address(), id, now.status(id, view, late));
            Standing stands = NetworkStanding.of(view);
            if (listening && (stands == Standing.UNAVAILABLE || (stands == Standing.WAITING && late))) {
                reports.missing(id, now.reason(id, view));
            }
        }
    }

    private Optional<NetworkView> view(long id) {
        return Optional.ofNullable(routed.get(id));
    }

    private boolean areDecided() {
        return joined.stream().allMatch(id -> NetworkStanding.of(view(id)) != Standing.WAITING);
    }

    /** Why a network is not usable now, in a sentence that says what to do. */
    public String whyNotUsable(long id) {
        return standing.reason(id, view(id));
    }

    /** The node's ZeroTier address. Starts the node if it does not run. */
    public long address() throws IOException {
        return node.get().address();
    }

    /** How datagrams go through the kernel, in words. Starts the node if it does not run. */
    String transportDescription() throws IOException {
        return node.get().transportDescription();
    }

    /** The ids of the networks that are joined or to be, in the order in which they were named. */
    public List<Long> joined() {
        return List.copyOf(joined);
    }

    /** To look at the node and to change what it does. Starts the node if it does not run. */
    public ServedNode control() throws IOException {
        return node.get().control();
    }

    /** The networks as they are now; empty before the node runs. */
    public List<NetworkView> networks() {
        return List.copyOf(routed.values());
    }

    /**
     * Starts the node if it does not run and waits until a network is usable.
     *
     * @return whether it is, within the time
     */
    public boolean awaitUsable(long networkId, long timeout, TimeUnit unit) throws IOException, InterruptedException {
        return await(networkId, NetworkView::isReady, unit.toNanos(timeout));
    }

    /** As {@link #awaitUsable}, and until its controller has said so in this run. */
    public boolean awaitConfirmed(long networkId, long timeout, TimeUnit unit)
            throws IOException, InterruptedException {
        return await(networkId, NetworkView::isConfirmed, unit.toNanos(timeout));
    }

    private boolean await(long networkId, Predicate<NetworkView> condition, long nanos)
            throws IOException, InterruptedException {
        node.get();
        return await(() -> view(networkId).filter(condition).isPresent(), nanos);
    }

    private boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        long remaining = nanos;
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (remaining <= 0) {
                    return false;
                }
                remaining = changed.awaitNanos(remaining);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has something told whenever a network, or the node, comes to stand otherwise.
     *
     * @param listener called inside the gate: must return soon and not call back
     */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Has something told of frames between others that the networks' rules divert to this node.
     *
     * @param listener called inside the gate: must return soon and not call back
     */
    public void onDiverted(Consumer<DivertedFrame> listener) {
        frameListeners.add(listener);
    }

    /** Takes a listener of {@link #onDiverted} back; a frame that is under way may still reach it. */
    public void removeDiverted(Consumer<DivertedFrame> listener) {
        frameListeners.remove(listener);
    }

    /** Starts the node if it does not run, and waits at most so long for that; false if the time is over. */
    public boolean awaitStart(long timeout, TimeUnit unit) throws IOException, InterruptedException {
        return node.await(unit.toNanos(timeout));
    }

    /** After {@link #close}: waits until everything that the node was made of has ended. */
    public void awaitEnd() throws InterruptedException {
        node.awaitEnd();
        forgetExit();
    }

    /** Node and peers as they are now; empty while it does not run. */
    public Optional<EngineStatus> status() {
        return node.running().filter(Engine::isOpen).map(Engine::status);
    }

    /**
     * Has {@link #close} wait, at most so long, until what was sent to somebody who is not known yet has found its way; it waits half a
     * second otherwise. The node runs.
     */
    public void lastFrames(Duration bound) {
        node.running().ifPresent(engine -> engine.lastFrames(bound));
    }

    /** Stops the node for good, if it runs. */
    @Override
    public void close() {
        node.close();
        forgetExit();
    }

    private void forgetExit() {
        ProcessExit.Ending mine = ending;
        if (mine != null) {
            mine.close();
        }
    }

    /** What the networks claim. */
    private final class Claims implements RoutedNode.Claims {
        @Override
        public List<NetworkClaims> running() {
            NetworkStanding now = standing;
            return joined.stream().map(id -> now.claims(id, latest(id))).toList();
        }

        @Override
        public List<NetworkClaims> without(Standing stands, String reason) {
            return joined.stream()
                    .map(id -> new NetworkClaims(id, stands, reason, link(id), settings(id)))
                    .toList();
        }

        private Optional<NetworkView> latest(long id) {
            return Optional.ofNullable(views.get(id));
        }

        /** As it was when it was last heard of. */
        private Optional<LinkConfig> link(long id) {
            return latest(id).flatMap(NetworkView::link).or(() -> earlier(id).link());
        }

        private NetworkSettings settings(long id) {
            return latest(id)
                    .map(NetworkView::settings)
                    .orElseGet(() -> earlier(id).settings());
        }

        private Cached earlier(long id) {
            return cached.getOrDefault(id, Cached.NOTHING);
        }
    }
}
