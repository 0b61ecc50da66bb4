package io.ztnio.overlay.runtime;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.IdentityFiles;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.NodeCore;
import io.ztnio.overlay.node.NodeSettings;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.transport.MemoryHub;
import io.ztnio.overlay.transport.MemoryPort;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * Nodes on a hub in virtual time: all that happens follows from the seed and from what the caller does. An hour passes as
 * fast as its events can be worked off. Its keys follow from the seed too, so it is for tests and simulations only.
 *
 * <p>Thread: belongs to one thread; so do its nodes' stacks and endpoints.
 */
public final class VirtualOverlay {
    /** Epoch milliseconds at the beginning of time: the first of January 2026. */
    private static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final MemoryHub hub;
    private final SplittableRandom seeds;
    private final List<VirtualNode> nodes = new ArrayList<>();
    private final EventLoop loop = new EventLoop(bug -> {
        throw bug;
    });
    /** Of one node at a time. */
    private final DatagramBatch arrived = new DatagramBatch();

    private long nowNanos;

    /** An overlay without nodes. */
    public VirtualOverlay(long seed) {
        this.seeds = new SplittableRandom(seed);
        this.hub = new MemoryHub(this::nowNanos, seeds.nextLong());
    }

    /** Nanoseconds since the beginning. */
    public long nowNanos() {
        return nowNanos;
    }

    /** What carries datagrams: its faults and partitions. */
    public MemoryHub hub() {
        return hub;
    }

    /** The loop that runs a simulation's own tasks, at their time. */
    public EventLoop loop() {
        return loop;
    }

    /** The nodes that run. */
    public List<VirtualNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Starts a node, which joins the networks that its store has. */
    public VirtualNode start(StateStore store) throws IOException {
        return start(store, StackConfig.defaults());
    }

    /** Starts a node with a stack of its own settings. */
    public VirtualNode start(StateStore store, StackConfig stack) throws IOException {
        VirtualNode node = new VirtualNode(store, stack);
        nodes.add(node);
        for (Map.Entry<Long, NetworkAccess> network : node.core().stored().entrySet()) {
            node.join(network.getKey(), network.getValue());
        }
        return node;
    }

    /** Lets time pass. */
    public void run(long nanos) {
        runUntil(nowNanos + nanos, () -> false);
    }

    /**
     * Lets time pass until a condition holds, which is looked at after each moment at which something happened.
     *
     * @return whether it held within the time
     */
    public boolean await(BooleanSupplier condition, long nanos) {
        return runUntil(nowNanos + nanos, condition);
    }

    private boolean runUntil(long endNanos, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            long next = loop.nextNanos(nowNanos);
            for (VirtualNode node : nodes) {
                next = Math.min(next, node.nextNanos());
            }
            if (next > endNanos) {
                nowNanos = endNanos;
                return false;
            }
            nowNanos = Math.max(nowNanos, next);
            loop.turn(nowNanos);
            for (VirtualNode node : List.copyOf(nodes)) {
                node.turn();
            }
        }
        return true;
    }

    /** A node of the overlay. */
    public final class VirtualNode {
        private final VirtualGate gate = new VirtualGate(VirtualOverlay.this::nowNanos, this::touch);
        private final List<OverlayListener> listeners = new CopyOnWriteArrayList<>();
        private final MemoryPort port = hub.attach();
        private final StackedNode node;
        private long deadlineNanos;
        private boolean running = true;

        private VirtualNode(StateStore store, StackConfig stack) throws IOException {
            Random random = new Random(seeds.nextLong());
            Identity identity = IdentityFiles.loadOrCreate(store, Optional.empty(), random);
            NodeSettings settings = new NodeSettings(
                    true,
                    false,
                    port::neighbours,
                    OverlayConfig.DEFAULT_MEMBER_TIMEOUT.toNanos(),
                    nanos -> EPOCH_MILLIS + nanos / NANOS_PER_MILLI);
            this.node = new StackedNode(
                    gate,
                    settings,
                    identity,
                    store,
                    stack,
                    random,
                    port,
                    new Listeners(),
                    bug -> {
                        throw bug;
                    },
                    nowNanos);
            this.deadlineNanos = nowNanos;
        }

        /** Node id. */
        public long id() {
            return node.core().id();
        }

        /** The node without its stack. */
        public NodeCore core() {
            return node.core();
        }

        /** For endpoints. What they are told to do happens at the present moment. */
        public IpStack stack() {
            return node.stack();
        }

        /** What everything of this node runs in. */
        public Gate gate() {
            return gate;
        }

        /** Its place on the hub. */
        public MemoryPort port() {
            return port;
        }

        public void addListener(OverlayListener listener) {
            listeners.add(listener);
        }

        /** Joins a network. */
        public void join(long networkId, NetworkAccess access) throws IOException {
            node.join(networkId, access, nowNanos);
            deadlineNanos = nowNanos;
        }

        /** Leaves a network and forgets it. */
        public void leave(long networkId) throws IOException {
            node.leave(networkId, nowNanos);
            deadlineNanos = nowNanos;
        }

        /** Says goodbye and ends. */
        public void stop() {
            gate.run(now -> node.core().stop(now));
            kill();
        }

        /** Ends without a word, as a crash does. */
        public void kill() {
            running = false;
            nodes.remove(this);
            port.close();
        }

        /** Something entered the gate, which may have left something to send. */
        private void touch() {
            deadlineNanos = nowNanos;
        }

        private long nextNanos() {
            return Math.min(deadlineNanos, port.nextArrivalNanos());
        }

        /** Takes in what has arrived and does what is due. */
        private void turn() {
            if (!running) {
                return;
            }
            gate.run(now -> {
                for (port.receive(arrived); arrived.size() > 0; port.receive(arrived)) {
                    for (int i = 0; i < arrived.size(); i++) {
                        node.onDatagram(
                                arrived.socket(i), arrived.source(i), arrived.buffer(i), 0, arrived.length(i), now);
                    }
                    arrived.clear();
                }
            });
            gate.run(now -> deadlineNanos = node.turn(now));
        }

        private final class Listeners implements OverlayListener {
            @Override
            public void onEvent(OverlayEvent event) {
                listeners.forEach(listener -> listener.onEvent(event));
            }

            @Override
            public void onFrame(
                    long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
                listeners.forEach(listener -> listener.onFrame(networkId, sourceId, broadcast, buffer, offset, length));
            }
        }
    }
}
