package io.ztnio.provider.runtime;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.runtime.OverlayConfig;
import io.ztnio.overlay.runtime.OverlayNode;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.provider.config.NameSettings;
import io.ztnio.provider.config.OverlaySettings;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.exit.ProcessExit;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.routing.NetworkClaims;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Standing;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The overlay networks that the configuration names, on a node that starts when the first channel needs it. Own addresses
 * are there as soon as it runs; members appear as they are found.
 *
 * <p>Thread: thread-safe.
 */
public final class OverlayNetworks implements VirtualNetworks, AutoCloseable {
    /** Where its state is below the home: a ZeroTier node's files have the same names. */
    public static final String FOLDER = "overlay";

    private static final int LEAST_MTU = 1280;

    private final ZtnioConfig config;

    /** Where the state is, if not in the configured home. */
    private final Optional<StateStore> store;

    private final boolean closesAtExit;
    private final OverlayListener owner;
    private final RoutedNode<OverlayNode> node;

    /** As they were when the node started; empty before. */
    private volatile List<NetworkView> joined = List.of();

    /** Of the node that was started last, or {@code null}. */
    private volatile OverlayReports reports;

    /** Of the node that runs, or {@code null}. */
    private volatile StatusFile status;

    /** The node's end with the process, or {@code null}. */
    private volatile ProcessExit.Ending ending;

    /** Starts nothing. A node that is started ends with the process. */
    public OverlayNetworks(ZtnioConfig config) {
        this(config, true);
    }

    /**
     * Starts nothing.
     *
     * @param closesAtExit whether the node closes its connections when the process ends and says in the log how it stands;
     *     if not, both are the owner's business
     */
    public OverlayNetworks(ZtnioConfig config, boolean closesAtExit) {
        this(config, Optional.empty(), closesAtExit, new OverlayListener() {});
    }

    /** As {@link #OverlayNetworks(ZtnioConfig, boolean)}, of a node that keeps its state elsewhere than in a home. */
    public OverlayNetworks(ZtnioConfig config, StateStore store, boolean closesAtExit) {
        this(config, Optional.of(store), closesAtExit, new OverlayListener() {});
    }

    /**
     * Starts nothing. Connections and the log are the owner's business.
     *
     * @param owner is told what happens to the node, from the beginning of its start on
     */
    public OverlayNetworks(ZtnioConfig config, OverlayListener owner) {
        this(config, Optional.empty(), false, owner);
    }

    private OverlayNetworks(
            ZtnioConfig config, Optional<StateStore> store, boolean closesAtExit, OverlayListener owner) {
        if (config.transport() == Transport.ZEROTIER) {
            throw new IllegalArgumentException("the transport is ZeroTier");
        }
        this.config = config;
        this.store = store;
        this.closesAtExit = closesAtExit;
        this.owner = owner;
        if (closesAtExit) {
            ProcessExit.prepare();
        }
        this.node = new RoutedNode<>(
                config,
                store.isPresent() ? NodeGround.GIVEN_STORE : "ztnio.home=" + config.home(),
                this::start,
                new Claims(),
                !closesAtExit);
    }

    private OverlayNode start() throws IOException {
        OverlayNode started = new OverlayNode(overlayConfig());
        OverlayReports log = new OverlayReports(config, place(), new NetworkReports(node.log(), !closesAtExit));
        reports = log;
        started.addListener(log);
        started.addListener(owner);
        started.start();
        joined = started.networks();
        log.started(started, joined);
        Future<?> unused = node.runtime()
                .schedule(() -> log.late(started), config.joinTimeout().toNanos(), TimeUnit.NANOSECONDS);
        status = config.statusFile()
                .map(file -> StatusFile.start(started::isOpen, () -> OverlayStatus.of(started), file))
                .orElse(null);
        if (closesAtExit) {
            ending = ProcessExit.add(
                    bound -> {
                        log.ends();
                        started.close(bound);
                    },
                    config.exitTimeout());
        }
        return started;
    }

    /** Where a node on UDP keeps its state. */
    private String place() {
        return store.isPresent() ? NodeGround.GIVEN_STORE : "ztnio.home=" + config.home() + " (" + FOLDER + "/)";
    }

    private OverlayConfig overlayConfig() {
        OverlaySettings settings = config.overlay();
        NetworkAccess.Builder access =
                NetworkAccess.builder().allow(settings.allowed()).addresses(settings.addresses());
        settings.key().ifPresent(access::key);
        settings.name().ifPresent(access::name);
        OverlayConfig.Builder builder = OverlayConfig.builder()
                .insecure(settings.insecure())
                .os(OsProvider.get())
                .memberTimeout(config.peerTimeout())
                .exitTimeout(config.exitTimeout())
                .stack(StackConfig.defaults()
                        .withTcpCongestion(config.tcpCongestion())
                        .withMinimumPeerMss(config.tcpMinimumMss()));
        if (config.transport() == Transport.OVERLAY_MEMORY) {
            builder.memory(settings.hub());
        } else {
            builder.bind(config.bind()).port(config.port()).offload(config.udpOffload());
            if (store.isEmpty()) {
                builder.home(config.home().resolve(FOLDER));
            }
            settings.peers().forEach(builder::peer);
        }
        store.ifPresent(builder::store);
        config.networks().forEach(id -> builder.network(id, access.build()));
        return builder.build();
    }

    /** The node, which is started if it does not run. */
    public OverlayNode node() throws IOException {
        return node.get();
    }

    /** Starts the node if it does not run, and waits at most so long for that; false if the time is over. */
    public boolean awaitStart(long timeout, TimeUnit unit) throws IOException, InterruptedException {
        return node.await(unit.toNanos(timeout));
    }

    /** After {@link #close}: waits until everything that the node was made of has ended. */
    public void awaitEnd() throws InterruptedException {
        node.awaitEnd();
        StatusFile written = status;
        if (written != null) {
            written.close();
        }
        forgetExit();
    }

    /** Has something called whenever the node has started; before it does for the first time. */
    public void onStart(Runnable then) {
        node.onStart(then);
    }

    /** The node, if it runs. */
    public Optional<OverlayNode> running() {
        return node.running();
    }

    @Override
    public boolean isConfigured() {
        return config.hasNetworks();
    }

    @Override
    public void awaitReady() throws IOException {
        node.get();
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
    public WildcardScope groupScope(InetAddress group) {
        return node.groupScope(group);
    }

    @Override
    public WhenUnavailable whenUnavailable() {
        return config.whenUnavailable();
    }

    @Override
    public WildcardScope wildcardScope() {
        return config.wildcard();
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
                Optional<OverlayNode> running = node.running();
                List<NetworkView> views = running.map(OverlayNode::networks).orElse(List.of());
                return config.networks().stream()
                        .map(id -> named(id, running, views))
                        .toList();
            }
        };
    }

    private NamedNetwork named(long id, Optional<OverlayNode> running, List<NetworkView> views) {
        Optional<NetworkView> view =
                views.stream().filter(each -> each.id() == id).findFirst();
        boolean usable = view.isPresent();
        return new OverlayNames(
                id,
                usable ? Standing.USABLE : Standing.WAITING,
                usable ? "" : "the overlay node does not run",
                view,
                running.map(OverlayNode::id).orElse(0L),
                config.overlay().name());
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        return stack().openStream();
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        return stack().openListener();
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        return stack().openDatagram();
    }

    private IpStack stack() throws IOException {
        OverlayNode started = node.get();
        try {
            return started.stack();
        } catch (IllegalStateException e) {
            // The process ends: its hooks stop the node.
            SocketException ended = new SocketException(Endpoint.NODE_CLOSED);
            ended.initCause(e);
            throw ended;
        }
    }

    /** Has {@link #close} wait, at most so long, until no datagram waits for an answer who has its address. The node runs. */
    public void lastFrames(Duration bound) {
        node.running().ifPresent(started -> started.lastFrames(bound));
    }

    /** Stops the node, if it runs. */
    @Override
    public void close() {
        OverlayReports log = reports;
        if (log != null) {
            log.ends();
        }
        node.close();
        forgetExit();
    }

    private void forgetExit() {
        ProcessExit.Ending mine = ending;
        if (mine != null) {
            mine.close();
        }
    }

    /** What the networks claim: nobody assigns anything, so that everything is known from the start. */
    private final class Claims implements RoutedNode.Claims {
        @Override
        public List<NetworkClaims> running() {
            return joined.stream()
                    .map(view -> NetworkClaims.usable(view.id(), view.linkConfig()))
                    .toList();
        }

        @Override
        public List<NetworkClaims> without(Standing standing, String reason) {
            return config.networks().stream()
                    .map(id -> new NetworkClaims(id, standing, reason, Optional.of(link(id))))
                    .toList();
        }

        private LinkConfig link(long id) {
            List<IpPrefix> addresses = new ArrayList<>(config.overlay().addresses());
            // Whose address it is matters only while the node runs.
            addresses.add(DerivedAddresses.prefix(id, 0));
            return new LinkConfig(addresses, List.of(), LEAST_MTU);
        }
    }
}
