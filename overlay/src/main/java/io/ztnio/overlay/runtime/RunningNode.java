package io.ztnio.overlay.runtime;

import io.ztnio.overlay.address.AddressBook;
import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.IdentityFiles;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.NodeCore;
import io.ztnio.overlay.node.NodeSettings;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.store.OverlayStore;
import io.ztnio.overlay.transport.MemoryPort;
import io.ztnio.protocol.store.HomeLock;
import io.ztnio.protocol.store.WriteBehindStore;
import io.ztnio.protocol.transport.Carrier;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.tcpip.stack.Continuity;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import io.ztnio.tcpip.turn.NodeDriver;
import io.ztnio.tcpip.turn.OpenedParts;
import io.ztnio.tcpip.turn.TurnGate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A node from its start to its stop: sockets or a place on a hub, a gate and its driver. Thread: thread-safe. */
final class RunningNode {
    private static final System.Logger LOG = System.getLogger("io.ztnio.overlay");
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long LOOK_UP_NANOS = 60_000 * NANOS_PER_MILLI;
    private static final long RESOLVER_END_MILLIS = 1000;

    private final EngineClock clock = new EngineClock();
    private final OpenedParts parts;
    private final AddressBook addressBook;
    private final Carrier carrier;
    private final NodeDriver driver;
    private final StackedNode node;
    private final PeerAddresses peers;
    private final OverlayListener listener;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread resolver;

    /** Work for the inside of the gate that may fail. */
    interface Work<T> {
        T run(StackedNode node, long nowNanos) throws IOException;
    }

    private RunningNode(
            OverlayConfig config,
            UnaryOperator<Carrier> path,
            OverlayListener listener,
            System.Logger inside,
            OpenedParts parts)
            throws IOException {
        this.parts = parts;
        this.listener = listener;
        this.peers = new PeerAddresses(config.peers());
        if (config.home().isPresent()) {
            parts.add("the home's lock", HomeLock.take(config.home().get()));
        }
        SecureRandom random = new SecureRandom();
        FailureLog failures = new FailureLog(inside);
        OverlayStore disk = new OverlayStore(config.store());
        Identity identity = IdentityFiles.loadOrCreate(disk, config.seed(), random);
        this.addressBook = AddressBook.load(disk, this::damaged);
        WriteBehindStore store = parts.add(
                "the store",
                new WriteBehindStore(
                        disk,
                        (key, failure) -> LOG.log(
                                System.Logger.Level.WARNING, "cannot write " + key + ": " + failure.getMessage())));
        Supplier<List<InetSocketAddress>> others = peers::found;
        if (config.hub().isPresent()) {
            MemoryPort port = config.hub().get().attach();
            others = port::neighbours;
            this.carrier = path.apply(port);
        } else {
            this.carrier = path.apply(
                    Carriers.open(config, disk, (key, failure) -> damaged(key + ": " + failure.getMessage())));
        }
        this.driver = new NodeDriver(
                "ztnio-overlay", clock, NodeDriver.Wire.of(carrier::awaitReadable, carrier::wakeup), failures);
        parts.add(
                "the UDP sockets",
                () -> driver.call(now -> {
                    carrier.close();
                    return null;
                }));
        this.node = new StackedNode(
                driver.gate(),
                new NodeSettings(
                        config.hub().isPresent(),
                        config.insecure(),
                        others,
                        config.memberTimeout().toNanos(),
                        clock::millis),
                identity,
                store,
                config.stack().withContinuity(Continuity.of(identity.derive("tcp"), clock.millis(0))),
                random,
                carrier,
                listener,
                bug -> failures.report("task", bug),
                clock.nanos());
        parts.add("the node", () -> driver.gate().run(now -> node.core().stop(now)));
        driver.prepare(new Cores());
        this.resolver = new Thread(this::resolve, "ztnio-overlay-resolver");
        resolver.setDaemon(true);
        parts.add("the resolver", this::endResolver);
        parts.add("the driver", driver);
    }

    /** @param inside a log that does not wait, for the inside of the gate */
    static RunningNode start(
            OverlayConfig config, UnaryOperator<Carrier> path, OverlayListener listener, System.Logger inside)
            throws IOException {
        OpenedParts parts = new OpenedParts(LOG);
        try {
            RunningNode running = new RunningNode(config, path, listener, inside, parts);
            running.begin(config);
            return running;
        } catch (IOException | RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }

    private void damaged(String what) {
        listener.onEvent(new OverlayEvent(OverlayEvent.Kind.DAMAGED_STATE, 0, 0, what));
    }

    private void begin(OverlayConfig config) throws IOException {
        if (config.insecure()) {
            String warning = "nothing is encrypted: whoever reaches this node is a member of its networks";
            LOG.log(System.Logger.Level.WARNING, warning);
            listener.onEvent(new OverlayEvent(OverlayEvent.Kind.INSECURE, 0, 0, warning));
        }
        Map<Long, NetworkAccess> networks = call((stacked, now) -> {
            Map<Long, NetworkAccess> all = stacked.core().stored();
            all.putAll(config.networks());
            return all;
        });
        for (Map.Entry<Long, NetworkAccess> network : networks.entrySet()) {
            long id = network.getKey();
            try {
                join(id, network.getValue());
            } catch (IOException e) {
                if (config.networks().containsKey(id)) {
                    throw e;
                }
                // A stored network that strangers could join, say, is no reason to do without the others.
                listener.onEvent(
                        new OverlayEvent(OverlayEvent.Kind.DAMAGED_STATE, id, 0, "not joined: " + e.getMessage()));
            }
        }
        driver.start(Arrived::new);
        if (peers.hasNames()) {
            resolver.start();
        }
        listener.onEvent(new OverlayEvent(
                OverlayEvent.Kind.STARTED,
                0,
                core().id(),
                carrier.localAddresses().toString()));
    }

    TurnGate gate() {
        return driver.gate();
    }

    IpStack stack() {
        return node.stack();
    }

    NodeCore core() {
        return node.core();
    }

    AddressBook addressBook() {
        return addressBook;
    }

    List<InetSocketAddress> localAddresses() {
        return carrier.localAddresses();
    }

    void join(long networkId, NetworkAccess access) throws IOException {
        // Stretching a key takes long: not inside the gate.
        NetworkAccess prepared = access.prepared(networkId);
        call((stacked, now) -> {
            stacked.join(networkId, prepared, now);
            return null;
        });
    }

    /** Runs something inside the gate and waits for its result. */
    <T> T call(Work<T> work) throws IOException {
        return driver.call(now -> work.run(node, now));
    }

    boolean isRunning() {
        return !driver.isStopped();
    }

    /**
     * Ends connections, says goodbye, writes what is to be written. Idempotent.
     *
     * @param bound of the wait for others to take what was written to them
     * @param lastFrames bound of the wait for whoever has the addresses of packets that wait
     */
    void stop(Duration bound, Duration lastFrames) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        int reset = driver.deliver(node.stack(), bound);
        if (reset > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "connections that were reset because the others had not taken everything within " + bound.toMillis()
                            + " ms: " + reset);
        }
        driver.await(now -> !node.stack().awaitsNeighbors(), clock.nanos() + lastFrames.toNanos());
        parts.close();
        listener.onEvent(
                new OverlayEvent(OverlayEvent.Kind.STOPPED, 0, node.core().id(), ""));
    }

    /** After {@link #stop}: nobody waits any longer for what does not come. */
    void closeEndpoints() {
        driver.gate().run(node.stack()::closeEndpoints);
    }

    /** Waits for it, but not for a name server that does not answer. */
    private void endResolver() {
        resolver.interrupt();
        try {
            resolver.join(RESOLVER_END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks up the names of peers, now and every minute. */
    private void resolve() {
        while (!driver.isStopped()) {
            peers.look();
            LockSupport.parkNanos(this, LOOK_UP_NANOS);
            // Whoever interrupts it to end it has stopped the driver before.
            Thread.interrupted();
        }
    }

    private final class Cores implements NodeDriver.Cores {
        @Override
        public long turn(long nowNanos) {
            return node.turn(nowNanos);
        }

        @Override
        public void giveUp(long nowNanos) {
            node.stack().giveUp(nowNanos);
        }

        @Override
        public void flush() {
            carrier.flush();
        }
    }

    /** Datagrams on their way to the node. */
    private final class Arrived implements NodeDriver.Batch {
        private final DatagramBatch datagrams = new DatagramBatch();

        @Override
        public int receive() {
            carrier.receive(datagrams);
            return datagrams.size();
        }

        @Override
        public void handle(int index, long nowNanos, long ingressNanos) {
            node.onDatagram(
                    datagrams.socket(index),
                    datagrams.source(index),
                    datagrams.buffer(index),
                    0,
                    datagrams.length(index),
                    nowNanos);
        }

        @Override
        public void clear() {
            datagrams.clear();
        }
    }
}
