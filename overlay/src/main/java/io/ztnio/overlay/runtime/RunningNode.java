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
import io.ztnio.overlay.transport.Carrier;
import io.ztnio.protocol.store.HomeLock;
import io.ztnio.protocol.store.WriteBehindStore;
import io.ztnio.tcpip.stack.Continuity;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.TurnGate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * A node from its start to its stop: sockets or a place on a hub, a gate, and a thread that waits for datagrams and
 * deadlines outside the gate. Thread: thread-safe.
 */
final class RunningNode {
    private static final System.Logger LOG = System.getLogger("io.ztnio.overlay");
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MAX_REST_NANOS = 10_000 * NANOS_PER_MILLI;
    private static final long LOOK_UP_NANOS = 60_000 * NANOS_PER_MILLI;
    private static final long LINGER_NANOS = 3_000 * NANOS_PER_MILLI;
    private static final long LOOK_AGAIN_NANOS = 2 * NANOS_PER_MILLI;
    private static final int MAX_LOGGED_FAILURES = 10;

    private final EngineClock clock = new EngineClock();
    private final TurnGate gate = new TurnGate(clock, new Turns());
    private final Optional<HomeLock> lock;
    private final WriteBehindStore store;
    private final AddressBook addressBook;
    private final Carrier carrier;
    private final PeerAddresses peers;
    private final OverlayListener listener;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread driver;
    private final Thread resolver;

    /** Set before the driver runs; turns before that have nothing to do. */
    private volatile StackedNode node;

    private volatile boolean stopped;

    /** Work for the inside of the gate that may fail. */
    interface Work<T> {
        T run(StackedNode node, long nowNanos) throws IOException;
    }

    private RunningNode(
            Optional<HomeLock> lock,
            WriteBehindStore store,
            AddressBook addressBook,
            Carrier carrier,
            PeerAddresses peers,
            OverlayListener listener) {
        this.lock = lock;
        this.store = store;
        this.addressBook = addressBook;
        this.carrier = carrier;
        this.peers = peers;
        this.listener = listener;
        this.driver = new Thread(this::drive, "ztnio-overlay");
        driver.setDaemon(true);
        this.resolver = new Thread(this::resolve, "ztnio-overlay-resolver");
        resolver.setDaemon(true);
    }

    static RunningNode start(OverlayConfig config, UnaryOperator<Carrier> path, OverlayListener listener)
            throws IOException {
        Optional<HomeLock> lock = config.home().isPresent()
                ? Optional.of(HomeLock.take(config.home().get()))
                : Optional.empty();
        List<AutoCloseable> opened = new ArrayList<>();
        lock.ifPresent(opened::add);
        boolean started = false;
        try {
            SecureRandom random = new SecureRandom();
            OverlayStore disk = new OverlayStore(config.store());
            Identity identity = IdentityFiles.loadOrCreate(disk, config.seed(), random);
            AddressBook book = AddressBook.load(disk);
            Carrier carrier = path.apply(Carriers.open(config, disk));
            opened.add(carrier);
            WriteBehindStore store = new WriteBehindStore(
                    disk,
                    (key, failure) ->
                            LOG.log(System.Logger.Level.WARNING, "cannot write " + key + ": " + failure.getMessage()));
            opened.add(store);
            RunningNode running =
                    new RunningNode(lock, store, book, carrier, new PeerAddresses(config.peers()), listener);
            running.begin(config, identity, random);
            started = true;
            return running;
        } finally {
            if (!started) {
                closeAll(opened);
            }
        }
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.DEBUG, "after a failed start", e);
            }
        }
    }

    private void begin(OverlayConfig config, Identity identity, SecureRandom random) throws IOException {
        boolean memory = config.hub().isPresent();
        NodeSettings settings =
                new NodeSettings(
                        memory,
                        config.insecure(),
                        memory ? carrier::neighbours : peers::found,
                        config.memberTimeout().toNanos(),
                        clock::millis);
        StackedNode made = new StackedNode(
                gate,
                settings,
                identity,
                store,
                config.stack().withContinuity(Continuity.of(identity.derive("tcp"), clock.millis(0))),
                random,
                carrier::send,
                listener,
                bug -> failed("task", bug),
                clock.nanos());
        node = made;
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
            join(network.getKey(), network.getValue());
        }
        driver.start();
        if (peers.hasNames()) {
            resolver.start();
        }
        listener.onEvent(new OverlayEvent(
                OverlayEvent.Kind.STARTED,
                0,
                identity.id(),
                carrier.localAddresses().toString()));
    }

    TurnGate gate() {
        return gate;
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
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<IOException> failure = new AtomicReference<>();
        gate.run(now -> {
            try {
                result.set(work.run(node, now));
            } catch (IOException e) {
                failure.set(e);
            }
        });
        if (failure.get() != null) {
            throw failure.get();
        }
        return result.get();
    }

    boolean isRunning() {
        return !stopped;
    }

    /** Ends connections, says goodbye, writes what is to be written. Idempotent. */
    void stop() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        gate.run(now -> node.stack().closeConnections());
        awaitFinished(clock.nanos() + LINGER_NANOS);
        stopped = true;
        resolver.interrupt();
        carrier.wakeup();
        join(driver);
        gate.run(now -> {
            node.core().stop(now);
            carrier.flush();
            closeCarrier();
        });
        store.close();
        try {
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "releasing the home: " + e.getMessage());
        }
        listener.onEvent(
                new OverlayEvent(OverlayEvent.Kind.STOPPED, 0, node.core().id(), ""));
    }

    private void closeCarrier() {
        try {
            carrier.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the UDP sockets: " + e.getMessage());
        }
    }

    private void awaitFinished(long deadlineNanos) {
        AtomicInteger unfinished = new AtomicInteger();
        do {
            gate.run(now -> unfinished.set(node.stack().unfinishedConnections()));
            if (unfinished.get() > 0) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        } while (unfinished.get() > 0 && clock.nanos() < deadlineNanos);
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void drive() {
        while (!stopped) {
            try {
                if (carrier.receive() > 0) {
                    gate.run(this::deliver);
                } else {
                    rest();
                }
            } catch (IOException | RuntimeException e) {
                if (!stopped) {
                    failed("driver", e);
                }
            }
        }
    }

    private void deliver(long nowNanos) {
        carrier.deliver((socket, source, buffer, offset, length) -> {
            try {
                node.onDatagram(socket, source, buffer, offset, length, nowNanos);
            } catch (RuntimeException e) {
                // One datagram that shows a bug must not take the others with it.
                failed("datagram", e);
            }
        });
    }

    /** Nothing has come: sleeps until something does or is due. */
    private void rest() throws IOException {
        long deadline = gate.driverFallsAsleep();
        try {
            long now = clock.nanos();
            if (deadline > now) {
                long wait = Math.min(deadline - now, MAX_REST_NANOS);
                carrier.awaitReadable((wait + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
            }
        } finally {
            gate.driverIsAwake();
        }
        if (deadline <= clock.nanos()) {
            gate.runDue();
        }
    }

    /** Looks up the names of peers, now and every minute. */
    private void resolve() {
        while (!stopped) {
            peers.look();
            LockSupport.parkNanos(this, LOOK_UP_NANOS);
        }
    }

    private void failed(String where, Exception bug) {
        if (failures.getAndIncrement() < MAX_LOGGED_FAILURES) {
            LOG.log(System.Logger.Level.ERROR, "unexpected failure in the " + where + "; the node goes on", bug);
        }
    }

    private final class Turns implements TurnGate.Turn {
        @Override
        public long turn(long nowNanos) {
            StackedNode stacked = node;
            if (stacked == null || stopped) {
                return Long.MAX_VALUE;
            }
            try {
                return stacked.turn(nowNanos);
            } finally {
                carrier.flush();
            }
        }

        @Override
        public void wakeDriver() {
            carrier.wakeup();
        }

        @Override
        public void failed(RuntimeException bug) {
            RunningNode.this.failed("engine", bug);
        }
    }
}
