package io.ztnio.provider.runtime;

import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.runtime.OverlayConfig;
import io.ztnio.overlay.runtime.OverlayNode;
import io.ztnio.provider.config.OverlaySettings;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The overlay networks that the configuration names, on a node that starts when the first channel needs it. Own addresses
 * are there as soon as it runs; members appear as they are found.
 *
 * <p>Thread: thread-safe.
 */
public final class OverlayNetworks implements VirtualNetworks, AutoCloseable {
    /** Below the home: a ZeroTier node's files have the same names. */
    private static final String FOLDER = "overlay";

    private final ZtnioConfig config;
    private final boolean closesAtExit;
    private final OwnRoutes routes;
    private final LazyStart<OverlayNode> node;

    /** Starts nothing. A node that is started ends with the process. */
    public OverlayNetworks(ZtnioConfig config) {
        this(config, true);
    }

    /**
     * Starts nothing.
     *
     * @param closesAtExit whether the node closes its connections when the process ends; if not, {@link #close} is the
     *     owner's business
     */
    public OverlayNetworks(ZtnioConfig config, boolean closesAtExit) {
        if (config.transport() == Transport.ZEROTIER) {
            throw new IllegalArgumentException("the transport is ZeroTier");
        }
        this.config = config;
        this.closesAtExit = closesAtExit;
        this.routes = new OwnRoutes(config);
        this.node = new LazyStart<>(config, this::start);
    }

    private OverlayNode start() throws IOException {
        OverlayNode started = OverlayNode.start(overlayConfig());
        routes.update(started.networks().stream().map(NetworkView::linkConfig).toList());
        config.statusFile().ifPresent(file -> StatusFile.start(started::isOpen, () -> OverlayStatus.of(started), file));
        if (closesAtExit) {
            Runtime.getRuntime().addShutdownHook(new Thread(started::close, "ztnio-shutdown"));
        }
        return started;
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
                .stack(StackConfig.defaults().withTcpCongestion(config.tcpCongestion()));
        if (config.transport() == Transport.OVERLAY_MEMORY) {
            builder.memory(settings.hub());
        } else {
            builder.home(config.home().resolve(FOLDER))
                    .bind(config.bind())
                    .port(config.port())
                    .offload(config.udpOffload());
            settings.peers().forEach(builder::peer);
        }
        config.networks().forEach(id -> builder.network(id, access.build()));
        return builder.build();
    }

    /** The node, which is started if it does not run. */
    public OverlayNode node() throws IOException {
        return node.get();
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
        return node.running().isPresent() || address.isLoopbackAddress()
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
    public WildcardScope wildcardScope() {
        return config.wildcard();
    }

    @Override
    public StreamEndpoint openStream() throws IOException {
        return node.get().stack().openStream();
    }

    @Override
    public ListenerEndpoint openListener() throws IOException {
        return node.get().stack().openListener();
    }

    @Override
    public DatagramEndpoint openDatagram() throws IOException {
        return node.get().stack().openDatagram();
    }

    /** Stops the node, if it runs. */
    @Override
    public void close() {
        node.running().ifPresent(OverlayNode::close);
    }
}
