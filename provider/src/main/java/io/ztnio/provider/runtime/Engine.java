package io.ztnio.provider.runtime;

import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.network.NetworkStore;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.HomeLock;
import io.ztnio.protocol.store.WriteBehindStore;
import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpSockets;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.ReceiveSettings;
import io.ztnio.provider.service.LocalService;
import io.ztnio.provider.service.ServedController;
import io.ztnio.provider.service.ServedNode;
import io.ztnio.tcpip.stack.Continuity;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import io.ztnio.tcpip.turn.LogThread;
import io.ztnio.tcpip.turn.NodeDriver;
import io.ztnio.tcpip.turn.NodeTime;
import io.ztnio.tcpip.turn.OpenedParts;
import io.ztnio.tcpip.turn.Parking;
import io.ztnio.tcpip.turn.Readers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A node with its stack on real sockets: one single-writer engine behind one gate, whose driver waits for datagrams and
 * deadlines outside.
 *
 * <p>Thread: thread-safe.
 */
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    /** Of its threads. */
    private static final String NAME = "ztnio-engine";

    private final EngineClock clock;
    private final OpenedParts parts;
    private final DatagramTransport transport;
    private final NodeDriver driver;

    /** If other threads than the driver's receive. */
    private final Optional<Readers> receivers;

    private final Node node;
    private final Stack stack;
    private final EngineNetworks networks;
    private final EngineCores cores;
    private final EngineControl control;
    private final EngineConfig config;
    private final Optional<EngineController> controller;
    private final EngineNews news;
    private final DropLog dropLog;
    private final AddressLook look;
    /** Whether links are told apart, for which the interfaces are looked at. */
    private final boolean bonds;

    private final Duration exitTimeout;
    private final LastDeliveries last;

    private volatile Predicate<InetAddress> isVirtual = address -> false;
    private final AtomicBoolean closing = new AtomicBoolean();

    private Engine(EngineConfig config, UdpSockets sockets, NodeTime time, OpenedParts parts) throws IOException {
        this.clock = time.clock();
        this.config = config;
        this.parts = parts;
        this.exitTimeout = config.exitTimeout();
        LogThread logs = parts.add("the log", new LogThread());
        System.Logger inside = logs.before(LOG);
        this.news = new EngineNews(inside);
        this.dropLog = new DropLog(logs.before(System.getLogger("io.ztnio.drops")));
        if (config.home().isPresent()) {
            parts.add("the home's lock", HomeLock.take(config.home().get()));
        }
        SecureRandom random = new SecureRandom();
        BiConsumer<String, IOException> damaged = (key, failure) -> warn(LOG, config.place(key), failure);
        NodeState state = config.loadState(random, clock.millis(0), damaged);
        LoopbackRoots.check(state, config.loopback());
        FailureLog failures = new FailureLog(inside);
        WriteBehindStore store = parts.add(
                "the store",
                new WriteBehindStore(
                        config.store(), (key, failure) -> warn(LOG, "cannot write " + config.place(key), failure)));
        this.transport = TcpRelays.over(
                config.openTransport(sockets, damaged), config.paths().tcpRelay(), state.planet());
        NodeDriver.Wire wire = NodeDriver.Wire.of(transport::awaitReadable, transport::wakeup);
        int readers = time == NodeTime.SYSTEM ? config.paths().receiving().readers() : 0;
        this.driver = new NodeDriver(NAME, clock, readers == 0 ? wire : new Parking(), failures);
        parts.add(
                "the UDP sockets",
                () -> driver.call(now -> {
                    transport.close();
                    return null;
                }));
        Outbound outbound = new Outbound(
                transport,
                config.threads(),
                () -> driver.gate().leave(this::resume),
                bug -> failures.report("sender", bug));
        parts.add("the senders", () -> outbound.close(driver.gate()));
        this.bonds = !config.paths().bonding().equals(Bonding.NONE);
        this.node = new Node(
                NodeConfig.builder(state, random)
                        .store(store)
                        .pathPolicy(pathPolicy(config))
                        .peerTimeoutMillis(config.peerTimeout().toMillis())
                        .bonding(config.paths().bonding())
                        .build(),
                outbound,
                (event, nowMillis) -> news.onNodeEvent(state.identity().address(), event));
        outbound.stage().ifPresent(node::sendStage);
        parts.add("the node", () -> driver.gate().run(now -> node.close(clock.millis(now))));
        if (time == NodeTime.SYSTEM) {
            // Where time jumps ahead while all sleep, nobody may be seen asleep while an identity is checked.
            node.identityChecker(parts.add("the check of identities", identityWorker(failures)));
        }
        // The addresses stay the same when the process starts again.
        StackConfig stackConfig =
                config.stack().withContinuity(Continuity.of(state.identity().derive("tcp"), clock.millis(0)));
        this.stack = parts.add("the stack", new EngineStack(clock, driver.gate(), stackConfig, random, failures))
                .stack();
        this.look = new AddressLook(
                clock,
                transport.localAddresses(),
                config.loopback(),
                config.paths().ignoredInterfaces(),
                this::onLook);
        this.cores = new EngineCores(clock, stack, node, outbound, look::rested);
        NetworkStore files = NetworkStore.of(store, (name, failure) -> warn(inside, config.place(name), failure));
        this.networks =
                new EngineNetworks(clock, driver.gate(), stack, node.vl1(), files, cores::touch, news, failures);
        node.handler(networks.networks());
        node.peerLife(new PeerConnections(networks::forEach, clock));
        Optional<Controller> ours = config.controller()
                ? Optional.of(new Controller(node.vl1(), files, networks.networks()))
                : Optional.empty();
        ours.ifPresent(networks.networks()::attach);
        this.controller = ours.map(mine -> new EngineController(mine, driver, clock));
        this.control = new EngineControl(
                clock,
                driver,
                node,
                networks,
                cores,
                ours,
                transport.localAddresses(),
                config.paths().portMapping().enabled(),
                TcpRelays.report(transport, config.paths().tcpRelay()),
                store);
        this.last = new LastDeliveries(driver, clock, stack, node, networks.networks());
        driver.prepare(cores);
        parts.add("the time", time.enter(() -> driver.call(now -> stack.awaitsAcknowledgment())));
        parts.add("the driver", driver);
        this.receivers = readers == 0 ? Optional.empty() : Optional.of(receivers(readers, wire, failures));
    }

    private Readers receivers(int count, NodeDriver.Wire wire, FailureLog failures) {
        PacketReader reader = node.reader(count);
        return parts.add(
                "the readers",
                new Readers(NAME, count, clock, driver, wire, failures, () -> cores.batch(transport, reader)));
    }

    /**
     * Loads the state, binds the sockets and starts the driver.
     *
     * @param os where the UDP sockets come from: never a provider that routes into this engine
     * @throws io.ztnio.protocol.node.DamagedStateException if identity or planet cannot be read
     * @throws IOException if the store or a socket fails
     */
    public static Engine start(EngineConfig config, SelectorProvider os) throws IOException {
        return start(config, UdpSockets.of(os));
    }

    /** As {@link #start(EngineConfig, SelectorProvider)}, on other sockets. */
    public static Engine start(EngineConfig config, UdpSockets sockets) throws IOException {
        return start(config, sockets, NodeTime.SYSTEM);
    }

    /** As {@link #start(EngineConfig, UdpSockets)}, by another clock than the system's. */
    public static Engine start(EngineConfig config, UdpSockets sockets, NodeTime time) throws IOException {
        return start(config, sockets, time, engine -> {});
    }

    /**
     * As {@link #start(EngineConfig, SelectorProvider)}.
     *
     * @param prepare what is done before anything is received: a controller's networks are as they should be by then. What it
     *     throws makes the start fail.
     */
    public static Engine start(EngineConfig config, SelectorProvider os, Consumer<Engine> prepare) throws IOException {
        return start(config, UdpSockets.of(os), NodeTime.SYSTEM, prepare);
    }

    private static Engine start(EngineConfig config, UdpSockets sockets, NodeTime time, Consumer<Engine> prepare)
            throws IOException {
        OpenedParts parts = new OpenedParts(LOG);
        try {
            Engine engine = new Engine(config, sockets, time, parts);
            engine.look.rested();
            prepare.accept(engine);
            engine.receive(time);
            if (time == NodeTime.SYSTEM) {
                engine.mapPort();
            }
            return engine;
        } catch (IOException | RuntimeException | Error e) {
            // Errors too: where no thread can be made, a lock that stays would be the worse for it.
            parts.close();
            throw e;
        }
    }

    private void receive(NodeTime time) {
        if (receivers.isPresent()) {
            driver.start();
            receivers.get().start();
            return;
        }
        ReceiveSettings receiving = config.paths().receiving();
        if (receiving.led() && time == NodeTime.SYSTEM && config.stack().shards() == 1) {
            driver.mayBeLed(receiving.spinNanos(Runtime.getRuntime().availableProcessors()));
        }
        driver.start(() -> cores.batch(transport));
    }

    private void mapPort() throws IOException {
        parts.add(
                "the port mapping",
                PortMappings.start(
                        config.paths().portMapping(),
                        node.address(),
                        transport.localAddresses(),
                        external -> driver.gate().run(now -> node.mappedAddresses(external))));
    }

    private IdentityWorker identityWorker(FailureLog failures) {
        return new IdentityWorker(
                micros -> driver.gate().leave(now -> onIdentityChecked(micros, now)),
                bug -> failures.report("check of an identity", bug));
    }

    /** Inside the gate. */
    private void onIdentityChecked(long micros, long nowNanos) {
        // Before that the last frames may wait for it.
        if (!driver.isStopped()) {
            node.onIdentityChecked(micros, clock.millis(nowNanos));
            cores.touch();
        }
    }

    private PathPolicy pathPolicy(EngineConfig config) {
        PathPolicy allowed = config.loopback() ? PathPolicy.withLoopback() : PathPolicy.standard();
        return config.paths().rules().applyTo(allowed.except(address -> isVirtual.test(address)));
    }

    private static void warn(System.Logger log, String what, Exception failure) {
        log.log(System.Logger.Level.WARNING, what + ": " + failure.getMessage());
    }

    public long address() {
        return node.address();
    }

    /** Whether {@link #close} has not been called. */
    public boolean isOpen() {
        return !driver.isStopped();
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
        news.add(listener);
    }

    /** Joins a network; its configuration arrives later. Joining twice does nothing. */
    public void join(long networkId) {
        driver.gate().run(now -> {
            if (networks.join(networkId, now)) {
                cores.pollSoon(now);
            }
        });
    }

    /** Leaves a network and forgets its configuration; its connections are aborted. */
    public void leave(long networkId) {
        driver.gate().run(now -> networks.leave(networkId, now));
    }

    /** The published endpoints of the roots of planet and moons, this node's own among them. */
    public Set<InetSocketAddress> rootEndpoints() {
        return driver.call(now -> {
            List<World> worlds = new ArrayList<>(node.moons());
            node.planet().ifPresent(worlds::add);
            return worlds.stream()
                    .flatMap(world -> world.roots().stream())
                    .flatMap(root -> root.endpoints().stream())
                    .collect(Collectors.toUnmodifiableSet());
        });
    }

    /** The joined networks as they are now. */
    public List<NetworkView> networks() {
        return driver.call(now -> networks.views());
    }

    /** Address, peers and networks as they are now. */
    public EngineStatus status() {
        return driver.call(now -> {
            long millis = clock.millis(now);
            return new EngineStatus(
                    node.address(),
                    node.isOnline(millis),
                    transport.localAddresses(),
                    node.surfaces(),
                    networks.views(),
                    node.peers(millis));
        });
    }

    /** Replaces a JSON file with {@link #status()} every second from now on. Right after the start, by who has started it. */
    public void writeStatusTo(Path file) {
        parts.add("the status file", StatusFile.start(this, file));
    }

    /** To look at it and to change what it does, as the local API does. */
    public ServedNode control() {
        return control;
    }

    /**
     * Serves the local API from now on, on the loopback TCP port of the number of the UDP port. Right after the start, by who has
     * started it.
     *
     * @throws IOException in words that say what to do, if it cannot be served; the node runs all the same
     */
    public void serve() throws IOException {
        int port = transport.localAddresses().get(0).getPort();
        ServedController served = controller.map(EngineController::served).orElse(ServedController.NONE);
        try {
            parts.add("the local API", LocalService.start(control, config.store(), config.home(), served, port));
        } catch (IOException e) {
            throw new IOException("the local API cannot be served on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
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
        return driver.call(now -> node.vl1().isUpstream());
    }

    /**
     * What it does as a controller.
     *
     * @throws IllegalStateException if it is none
     */
    public EngineController controller() {
        return controller.orElseThrow(() -> new IllegalStateException("this node is not a controller"));
    }

    /** As {@link #close(Duration)}, with the bound of the configuration, and ends whoever waits for something from this node. */
    @Override
    public void close() {
        close(exitTimeout);
        driver.gate().run(stack::closeEndpoints);
    }

    /**
     * Ends every connection as a process that exits does, waits until living peers have acknowledged what was written,
     * resets what is left, then stops the driver, stores what is known of the peers and closes the sockets. Before that, frames
     * whose receivers are not known yet have as long as {@link #lastFrames} says, else half a second. What listens is left waiting.
     * Idempotent.
     *
     * @param bound of the wait for peers; 0 for none
     */
    public void close(Duration bound) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        last.deliver(bound);
        parts.close();
    }

    /**
     * Has {@link #close} wait until nothing waits for whom it is to go to or who else is in its group, also while no root answers.
     *
     * @param bound of that
     */
    void lastFrames(Duration bound) {
        last.lastFrames(bound);
    }

    /** Inside the gate: goes on with what waited for the senders. */
    private void resume(long nowNanos) {
        stack.resume(nowNanos);
    }

    private void onLook(List<InetSocketAddress> endpoints, Set<InetAddress> interrupted) {
        Bonding.Interfaces interfaces =
                bonds ? LocalEndpoints.interfaces(transport.localAddresses()) : Bonding.Interfaces.UNKNOWN;
        driver.gate().run(now -> {
            node.localAddresses(endpoints, interrupted, clock.millis(now));
            node.interfaces(interfaces);
            dropLog.look(node.counters(), networks.networks(), stack);
        });
    }
}
