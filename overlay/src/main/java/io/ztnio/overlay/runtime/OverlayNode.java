package io.ztnio.overlay.runtime;

import io.ztnio.overlay.address.AddressBook;
import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.overlay.socket.SocketOwner;
import io.ztnio.protocol.transport.Carrier;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.turn.LogThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A node in real time, with its TCP/IP stack. It can be stopped and started again; connections do not survive that,
 * identity and networks do.
 *
 * <p>Thread: thread-safe.
 */
public final class OverlayNode implements AutoCloseable {
    private final OverlayConfig config;
    private final UnaryOperator<Carrier> path;
    private final List<OverlayListener> listeners = new CopyOnWriteArrayList<>();
    private final LogThread logs = new LogThread();
    private final System.Logger log = logs.before(System.getLogger("io.ztnio.overlay"));
    private final Arrivals arrivals = new Arrivals();
    private final Map<Long, SocketOwner> sockets = new ConcurrentHashMap<>();
    private volatile RunningNode running;
    private volatile Duration lastFrames = Duration.ZERO;
    private volatile boolean closed;

    /** A node that does not run yet. */
    public OverlayNode(OverlayConfig config) {
        this(config, carrier -> carrier);
    }

    /** A node whose datagrams go through something else before its sockets: a bad network. */
    OverlayNode(OverlayConfig config, UnaryOperator<Carrier> path) {
        this.config = config;
        this.path = path;
        listeners.add(arrivals);
    }

    /**
     * A node that runs.
     *
     * @throws io.ztnio.overlay.identity.DamagedIdentityException if the stored identity cannot be used
     * @throws IOException as {@link #start()}
     */
    public static OverlayNode start(OverlayConfig config) throws IOException {
        OverlayNode node = new OverlayNode(config);
        node.start();
        return node;
    }

    /**
     * Loads the state, opens the sockets, joins the networks of earlier runs and of the configuration. Nothing happens if
     * the node runs.
     *
     * @throws IOException if the identity is damaged, a socket cannot be opened, or a configured network would let strangers in; it
     *     says what to do
     */
    public synchronized void start() throws IOException {
        if (closed) {
            throw new IllegalStateException("the node is closed");
        }
        if (running == null) {
            running = RunningNode.start(config, path, new Listeners(), log);
        }
    }

    /**
     * Ends connections, says goodbye to the others, stores what is known, closes the sockets of {@link OverlayNetwork}.
     * Nothing happens if the node does not run.
     */
    public void stop() {
        stop(config.exitTimeout());
    }

    private synchronized void stop(Duration bound) {
        RunningNode node = running;
        if (node != null) {
            node.stop(bound, lastFrames);
            running = null;
            sockets.keySet().forEach(this::endSockets);
        }
    }

    /** Stops the node for good, and whoever waits for something from it. Idempotent. */
    @Override
    public void close() {
        RunningNode node = running;
        close(config.exitTimeout());
        if (node != null) {
            node.closeEndpoints();
        }
    }

    /**
     * Stops the node for good, as a process does that ends: what listens is left waiting. Idempotent.
     *
     * @param bound of the wait for others to take what was written to them; 0 for none
     */
    public void close(Duration bound) {
        stop(bound);
        closed = true;
        logs.close();
    }

    /** Has {@link #stop} and {@link #close} wait, at most so long, until no packet waits for an answer who has its address. */
    public void lastFrames(Duration bound) {
        lastFrames = bound;
    }

    /** Whether it runs. */
    public boolean isOpen() {
        RunningNode node = running;
        return node != null && node.isRunning();
    }

    RunningNode running() {
        RunningNode node = running;
        if (node == null) {
            throw new IllegalStateException("the node does not run");
        }
        return node;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** Node id, 40 bits. */
    public long id() {
        return running().core().id();
    }

    /** Node id and public key: what others put on a network's list. */
    public PublicIdentity identity() {
        return running().core().identity().publicIdentity();
    }

    /** The UDP addresses bound, or the place on the hub. */
    public List<InetSocketAddress> localAddresses() {
        return running().localAddresses();
    }

    /** Listens from now on. */
    public void addListener(OverlayListener listener) {
        listeners.add(listener);
    }

    /** Ends {@link #addListener}. */
    public void removeListener(OverlayListener listener) {
        listeners.remove(listener);
    }

    /**
     * Joins a network, and every time the node starts again. Our addresses on it are there at once; members appear as
     * they are found. Joining again replaces the access.
     *
     * @throws IOException if the network has neither key nor list, over UDP; it says what to do
     */
    public OverlayNetwork join(long networkId, NetworkAccess access) throws IOException {
        running().join(networkId, access);
        return new OverlayNetwork(this, networkId);
    }

    /** Leaves a network and forgets it: its connections are aborted. */
    public void leave(long networkId) throws IOException {
        running().call((node, now) -> {
            node.leave(networkId, now);
            return null;
        });
        endSockets(networkId);
    }

    private void endSockets(long networkId) {
        SocketOwner owner = sockets.remove(networkId);
        if (owner != null) {
            owner.end();
        }
    }

    /** What the sockets of a network belong to. */
    SocketOwner sockets(long networkId) {
        return sockets.computeIfAbsent(
                networkId, id -> new SocketOwner(address -> new OverlayNetwork(this, id).nodeOf(address)));
    }

    /** A joined network, or empty. */
    public Optional<OverlayNetwork> network(long networkId) {
        return networks().stream().anyMatch(view -> view.id() == networkId)
                ? Optional.of(new OverlayNetwork(this, networkId))
                : Optional.empty();
    }

    /** The joined networks as they are now: own addresses with their prefixes, routes, members. */
    public List<NetworkView> networks() {
        return get(
                running(),
                (node, now) -> node.core().networks().stream()
                        .map(network -> network.view())
                        .toList());
    }

    /** The stack, for endpoints: {@code openStream}, {@code openListener}, {@code openDatagram} from any thread. */
    public IpStack stack() {
        return running().stack();
    }

    /** What the stack and the node run in. */
    public Gate gate() {
        return running().gate();
    }

    /** Names and addresses that the user gave to nodes. */
    public AddressBook addressBook() {
        return running().addressBook();
    }

    /** How much was discarded for a reason since the start. */
    public long drops(DropReason reason) {
        return running().core().drops().value(reason);
    }

    /** Those reasons for which something was discarded, with their counts. */
    public String drops() {
        return running().core().drops().toString();
    }

    static <T> T get(RunningNode node, RunningNode.Work<T> work) {
        try {
            return node.call(work);
        } catch (IOException e) {
            throw new IllegalStateException("what only looks does not fail", e);
        }
    }

    private final class Listeners implements OverlayListener {
        @Override
        public void onEvent(OverlayEvent event) {
            log.log(System.Logger.Level.DEBUG, event::toString);
            for (OverlayListener listener : listeners) {
                listener.onEvent(event);
            }
        }

        @Override
        public void onFrame(long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
            for (OverlayListener listener : listeners) {
                listener.onFrame(networkId, sourceId, broadcast, buffer, offset, length);
            }
        }
    }
}
