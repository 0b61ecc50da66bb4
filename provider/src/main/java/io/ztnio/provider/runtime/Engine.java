package io.ztnio.provider.runtime;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.network.NetworkListener;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.HomeLock;
import io.ztnio.protocol.store.WriteBehindStore;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.Continuity;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.TurnGate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A node with its stack on real sockets: one single-writer engine behind one gate. The driver thread waits for
 * datagrams and deadlines outside the gate and hands what came to whoever is inside.
 *
 * <p>Thread: thread-safe.
 */
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    /** Batches under way at once: the driver receives into one while others are handled. */
    private static final int BATCHES = 4;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Traffic makes a poll of the node due, at most this often. */
    private static final long POLL_NANOS = 5 * NANOS_PER_MILLI;

    private static final long MAX_REST_NANOS = 10_000 * NANOS_PER_MILLI;
    private static final long LOOK_NANOS = 30_000 * NANOS_PER_MILLI;
    private static final int MAX_LOGGED_FAILURES = 10;

    /** How long a closing engine waits for its peers' last acknowledgements. */
    private static final long LINGER_NANOS = 3_000 * NANOS_PER_MILLI;

    private static final long LOOK_AGAIN_NANOS = 2 * NANOS_PER_MILLI;

    private final EngineClock clock = new EngineClock();
    private final TurnGate gate = new TurnGate(clock, new Turns());
    private final Optional<HomeLock> lock;
    private final DatagramTransport transport;
    private final Outbound outbound;
    private final WriteBehindStore store;
    private final Node node;
    private final Networks networks;
    private final Optional<Controller> controller;
    private final EngineStack stacks;
    private final Stack stack;
    private final Thread driver;
    private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();

    /** Inside the gate. */
    private final LongMap<AttachedNetwork> attached = new LongMap<>();

    /** Inside the gate: when node and networks want to be polled, on the engine's clock. */
    private long protocolDeadlineNanos;

    /** Inside the gate: frames or datagrams went through the node since its last poll, which may change its deadline. */
    private boolean touched;

    /** Inside the gate: being touched makes the node due, but not before this. */
    private long nextPollNanos;

    /** Driver only. */
    private long nextLookNanos;

    private final boolean loopback;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Predicate<InetAddress> isVirtual = address -> false;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final DropLog dropLog = new DropLog();
    private volatile boolean closed;

    private Engine(
            EngineConfig config,
            NodeState state,
            DatagramTransport transport,
            SecureRandom random,
            Optional<HomeLock> lock) {
        this.lock = lock;
        this.transport = transport;
        this.loopback = config.loopback();
        this.store = new WriteBehindStore(
                config.store(),
                (key, failure) ->
                        LOG.log(System.Logger.Level.WARNING, "cannot write " + key + ": " + failure.getMessage()));
        PathPolicy policy = (config.loopback() ? PathPolicy.withLoopback() : PathPolicy.standard())
                .except(address -> isVirtual.test(address));
        NodeConfig nodeConfig = NodeConfig.builder(state, random)
                .store(store)
                .pathPolicy(policy)
                .peerTimeoutMillis(config.peerTimeout().toMillis())
                .build();
        this.outbound =
                new Outbound(transport, config.threads(), () -> gate.leave(this::resume), bug -> failed("sender", bug));
        this.node = new Node(nodeConfig, outbound, (event, nowMillis) -> onNodeEvent(event));
        outbound.stage().ifPresent(node::sendStage);
        NetworkStore files = NetworkStore.of(
                store,
                (name, failure) ->
                        LOG.log(System.Logger.Level.WARNING, "cannot use " + name + ": " + failure.getMessage()));
        this.networks = new Networks(node.vl1(), files, new Frames());
        node.handler(networks);
        node.peerLife(new PeerConnections(this::forEachAttached, clock));
        if (config.controller()) {
            this.controller = Optional.of(new Controller(node.vl1(), files, networks));
            networks.attach(controller.get());
        } else {
            this.controller = Optional.empty();
        }
        // The addresses stay the same when the process starts again.
        Continuity continuity = Continuity.of(state.identity().derive("tcp"), clock.millis(0));
        this.stacks = new EngineStack(
                clock, gate, config.stack().withContinuity(continuity), random, bug -> failed("stack", bug));
        this.stack = stacks.stack();
        this.driver = new Thread(this::drive, "ztnio-engine");
        driver.setDaemon(true);
    }

    /**
     * Loads the state, binds the sockets and starts the driver.
     *
     * @param os where the UDP sockets come from: never a provider that routes into this engine
     * @throws io.ztnio.protocol.node.DamagedStateException if identity, planet or a moon cannot be read
     * @throws IOException if the store or a socket fails
     */
    public static Engine start(EngineConfig config, SelectorProvider os) throws IOException {
        Optional<HomeLock> lock = config.home().isPresent()
                ? Optional.of(HomeLock.take(config.home().get()))
                : Optional.empty();
        try {
            SecureRandom random = new SecureRandom();
            NodeState state = state(config, random);
            DatagramTransport transport = LastPort.open(os, config);
            LOG.log(System.Logger.Level.DEBUG, () -> "UDP transport: " + transport.description());
            Engine engine = new Engine(config, state, transport, random, lock);
            engine.advertise();
            engine.driver.start();
            return engine;
        } catch (IOException | RuntimeException e) {
            if (lock.isPresent()) {
                lock.get().close();
            }
            throw e;
        }
    }

    private static NodeState state(EngineConfig config, SecureRandom random) throws IOException {
        NodeState state = NodeState.load(config.store(), random, null);
        if (config.planet().isEmpty()) {
            return state;
        }
        // A newer version of the same planet that came in-band is kept.
        boolean newerStored = state.planet()
                .filter(stored -> config.planet().get().shouldBeReplacedBy(stored))
                .isPresent();
        return newerStored ? state : new NodeState(state.identity(), config.planet(), state.moons(), state.peers());
    }

    public long address() {
        return node.address();
    }

    /** Whether {@link #close} has not been called. */
    public boolean isOpen() {
        return !closed;
    }

    /** The UDP addresses bound. */
    public List<InetSocketAddress> localAddresses() {
        return transport.localAddresses();
    }

    /** How datagrams go through the kernel, in words. */
    String transportDescription() {
        return transport.description();
    }

    /** Listens from now on; what happened before is in {@link #status()}. */
    public void addListener(EngineListener listener) {
        listeners.add(listener);
    }

    /** Joins a network; its configuration arrives later. Joining twice does nothing. */
    public void join(long networkId) {
        gate.run(now -> {
            if (attached.get(networkId) == null) {
                VirtualNetwork network = networks.join(networkId, clock.millis(now));
                AttachedNetwork link = new AttachedNetwork(network, stack, gate, clock, () -> touched = true);
                attached.put(networkId, link);
                // A configuration of an earlier run is there at once.
                network.config().ifPresent(config -> link.configure(config, now));
                announce(link);
                protocolDeadlineNanos = now;
            }
        });
    }

    /** Leaves a network and forgets its configuration; its connections are aborted. */
    public void leave(long networkId) {
        gate.run(now -> {
            AttachedNetwork link = attached.remove(networkId);
            if (link != null) {
                link.detach(now);
                networks.leave(networkId);
            }
        });
    }

    /** The joined networks as they are now. */
    public List<NetworkView> networks() {
        List<NetworkView> views = new ArrayList<>();
        gate.run(now -> forEachAttached(link -> views.add(link.view())));
        return views;
    }

    /** Address, peers and networks as they are now. */
    public EngineStatus status() {
        AtomicReference<EngineStatus> status = new AtomicReference<>();
        gate.run(now -> {
            long millis = clock.millis(now);
            List<NetworkView> views = new ArrayList<>();
            forEachAttached(link -> views.add(link.view()));
            status.set(new EngineStatus(
                    node.address(),
                    node.isOnline(millis),
                    transport.localAddresses(),
                    node.surfaces(),
                    views,
                    node.peers(millis)));
        });
        return status.get();
    }

    /** Replaces a JSON file with {@link #status()} every second from now on. */
    public void writeStatusTo(Path file) {
        StatusFile.start(this, file);
    }

    /** The stack, for endpoints: of its methods only those that any thread may call. */
    Stack stack() {
        return stack;
    }

    /** Sets which addresses lie on virtual networks, so that no path to a peer leads through them. */
    void virtualAddresses(Predicate<InetAddress> predicate) {
        isVirtual = predicate;
    }

    /** Whether this node is a root of its planet. */
    public boolean isRoot() {
        AtomicReference<Boolean> root = new AtomicReference<>();
        gate.run(now -> root.set(node.vl1().isUpstream()));
        return root.get();
    }

    /**
     * Defines a network of our own, or replaces its definition; members are told.
     *
     * @throws IllegalStateException if this engine is no controller
     * @throws IllegalArgumentException if the network's id does not start with our address
     */
    public void define(NetworkDefinition definition) {
        Controller mine = mustControl();
        gate.run(now -> mine.put(definition, clock.millis(now)));
    }

    /** Lets a member into a private network of ours. */
    public void authorize(long networkId, long member) {
        Controller mine = mustControl();
        gate.run(now -> mine.authorize(networkId, member, clock.millis(now)));
    }

    /** Shuts a member out; the others are told at once. */
    public void deauthorize(long networkId, long member) {
        Controller mine = mustControl();
        gate.run(now -> mine.deauthorize(networkId, member, clock.millis(now)));
    }

    /** The members of a network of ours, those who were refused among them. */
    public List<MemberDefinition> members(long networkId) {
        Controller mine = mustControl();
        AtomicReference<List<MemberDefinition>> members = new AtomicReference<>();
        gate.run(now -> members.set(mine.members(networkId)));
        return members.get();
    }

    private Controller mustControl() {
        return controller.orElseThrow(() -> new IllegalStateException("this node is not a controller"));
    }

    /**
     * Ends every connection as a process that exits does, waits a moment until the peers have acknowledged what was
     * written, then stops the driver, stores what is known of the peers and closes the sockets.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        gate.run(now -> stack.closeConnections());
        awaitFinished(clock.nanos() + LINGER_NANOS);
        closed = true;
        transport.wakeup();
        joinDriver();
        stacks.stop();
        gate.run(now -> {
            node.close(clock.millis(now));
            outbound.stop();
        });
        outbound.awaitSent();
        gate.run(now -> outbound.close());
        store.close();
        release();
    }

    /** Inside the gate: goes on with what waited for the senders. */
    private void resume(long nowNanos) {
        stack.resume(nowNanos);
    }

    private void release() {
        try {
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "releasing the home: " + e.getMessage());
        }
    }

    private void awaitFinished(long deadlineNanos) {
        AtomicInteger unfinished = new AtomicInteger();
        do {
            gate.run(now -> unfinished.set(stack.unfinishedConnections()));
            if (unfinished.get() > 0) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        } while (unfinished.get() > 0 && clock.nanos() < deadlineNanos);
    }

    private void joinDriver() {
        boolean interrupted = false;
        while (driver.isAlive() && Thread.currentThread() != driver) {
            try {
                driver.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void drive() {
        Inbound[] batches = new Inbound[BATCHES];
        for (int i = 0; i < BATCHES; i++) {
            batches[i] = new Inbound();
        }
        int next = 0;
        while (!closed) {
            try {
                if (batches[next].offer()) {
                    next = (next + 1) % BATCHES;
                } else {
                    rest();
                }
            } catch (IOException | RuntimeException e) {
                if (!closed) {
                    failed("driver", e);
                }
            }
        }
    }

    /** Nothing has come: sleeps until something does or is due. */
    private void rest() throws IOException {
        long deadline = gate.driverFallsAsleep();
        try {
            long now = clock.nanos();
            if (deadline > now) {
                long wait = Math.min(deadline - now, MAX_REST_NANOS);
                transport.awaitReadable((wait + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
            }
        } finally {
            gate.driverIsAwake();
        }
        if (deadline <= clock.nanos()) {
            gate.runDue();
        }
        advertise();
    }

    /** Looks now and then which addresses the machine has. */
    private void advertise() {
        long now = clock.nanos();
        if (now >= nextLookNanos) {
            nextLookNanos = now + LOOK_NANOS;
            List<InetSocketAddress> endpoints = LocalEndpoints.toAdvertise(transport.localAddresses(), loopback);
            gate.run(later -> {
                node.localAddresses(endpoints);
                dropLog.look(node.counters(), networks, stack);
            });
        }
    }

    private void announce(AttachedNetwork link) {
        NetworkView view = link.view();
        for (EngineListener listener : listeners) {
            listener.onNetwork(view);
        }
    }

    private void onNodeEvent(NodeEvent event) {
        LOG.log(System.Logger.Level.DEBUG, () -> "node " + Address.format(node.address()) + ": " + event);
        for (EngineListener listener : listeners) {
            listener.onNodeEvent(event);
        }
    }

    private void forEachAttached(Consumer<AttachedNetwork> action) {
        for (int slot = 0; slot < attached.slots(); slot++) {
            AttachedNetwork link = attached.valueAt(slot);
            if (link != null) {
                action.accept(link);
            }
        }
    }

    private void failed(String where, Exception bug) {
        if (failures.getAndIncrement() < MAX_LOGGED_FAILURES) {
            LOG.log(System.Logger.Level.ERROR, "unexpected failure in the " + where + "; the engine goes on", bug);
        }
    }

    /** A batch on its way from the driver to whoever is inside the gate. */
    private final class Inbound implements Gate.Task {
        private final DatagramBatch datagrams = new DatagramBatch();
        private volatile boolean underWay;
        private long ingressNanos;

        /** Receives and posts; false if nothing has come. Driver only. */
        boolean offer() {
            while (underWay) {
                // All batches wait: whoever is inside is behind. Wait for the gate instead of racing ahead.
                gate.runDue();
            }
            transport.receive(datagrams);
            if (datagrams.size() == 0) {
                return false;
            }
            ingressNanos = clock.nanos();
            underWay = true;
            gate.post(this);
            return true;
        }

        @Override
        public void run(long nowNanos) {
            long millis = clock.millis(nowNanos);
            try {
                for (int i = 0; i < datagrams.size(); i++) {
                    node.onDatagram(
                            datagrams.socket(i),
                            datagrams.source(i),
                            datagrams.buffer(i),
                            0,
                            datagrams.length(i),
                            millis,
                            ingressNanos);
                }
            } finally {
                datagrams.clear();
                touched = true;
                underWay = false;
            }
        }
    }

    /** What follows the tasks of a turn. */
    private final class Turns implements TurnGate.Turn {
        @Override
        public long turn(long nowNanos) {
            if (node == null) {
                return Long.MAX_VALUE;
            }
            try {
                return turnCores(nowNanos);
            } finally {
                outbound.flush();
            }
        }

        private long turnCores(long nowNanos) {
            long stackDeadline = stack.turn(nowNanos);
            if (nowNanos >= protocolDeadlineNanos || (touched && nowNanos >= nextPollNanos)) {
                touched = false;
                protocolDeadlineNanos = clock.nanosAt(node.poll(clock.millis(nowNanos)));
                nextPollNanos = nowNanos + POLL_NANOS;
            }
            long protocolDeadline = touched ? Math.min(protocolDeadlineNanos, nextPollNanos) : protocolDeadlineNanos;
            return Math.min(stackDeadline, protocolDeadline);
        }

        @Override
        public void wakeDriver() {
            transport.wakeup();
        }

        @Override
        public void failed(RuntimeException bug) {
            Engine.this.failed("engine", bug);
        }
    }

    /** Takes what the networks say to the stack and the listeners. */
    private final class Frames implements NetworkListener {
        @Override
        public void onFrame(
                VirtualNetwork network,
                long sourceMac,
                long destinationMac,
                int etherType,
                byte[] buffer,
                int offset,
                int length,
                long ingressNanos) {
            AttachedNetwork link = attached.get(network.id());
            if (link != null) {
                link.onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
            }
        }

        @Override
        public void onConfigChanged(VirtualNetwork network, NetworkConfig config) {
            AttachedNetwork link = attached.get(network.id());
            if (link != null) {
                link.configure(config, clock.nanos());
                announce(link);
            }
        }

        @Override
        public void onStatus(VirtualNetwork network, NetworkStatus status) {
            AttachedNetwork link = attached.get(network.id());
            if (link != null) {
                announce(link);
            }
        }
    }
}
