package io.ztnio.provider.instance;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.Role;
import io.ztnio.provider.ZeroTierFrame;
import io.ztnio.provider.ZeroTierFrame.Action;
import io.ztnio.provider.ZeroTierFrameListener;
import io.ztnio.provider.ZeroTierNetwork;
import io.ztnio.provider.ZeroTierNetwork.State;
import io.ztnio.provider.ZeroTierPeer;
import io.ztnio.provider.ZeroTierStatus;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.runtime.DivertedFrame;
import io.ztnio.provider.runtime.EngineStatus;
import io.ztnio.provider.runtime.NetworkView;
import io.ztnio.provider.runtime.NodeGround;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.runtime.ZeroTierNetworks;
import io.ztnio.provider.service.ServedNode;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A ZeroTier node. Thread: thread-safe. */
public final class ZeroTierInstance implements Instance {
    private final ZeroTierNetworks networks;
    private final Map<ZeroTierFrameListener, Consumer<DivertedFrame>> frameListeners = new ConcurrentHashMap<>();

    /** Starts nothing. */
    public ZeroTierInstance(ZtnioConfig config, NodeGround ground) {
        this.networks = new ZeroTierNetworks(config, ground, true);
    }

    @Override
    public VirtualNetworks networks() {
        return networks;
    }

    @Override
    public boolean awaitStart(long timeout, TimeUnit unit) throws IOException, InterruptedException {
        return networks.awaitStart(timeout, unit);
    }

    @Override
    public ZeroTierStatus status() {
        Optional<EngineStatus> engine = engine();
        return new ZeroTierStatus(
                engine.map(status -> Address.format(status.address())).orElse(""),
                engine.isPresent(),
                engine.map(EngineStatus::online).orElse(false),
                engine.map(EngineStatus::localAddresses).orElse(List.of()),
                networks.joined().stream().map(this::network).toList());
    }

    private Optional<EngineStatus> engine() {
        try {
            return networks.status();
        } catch (IllegalStateException e) {
            // It ends in this moment.
            return Optional.empty();
        }
    }

    private ZeroTierNetwork network(long id) {
        Optional<NetworkView> view =
                networks.networks().stream().filter(each -> each.id() == id).findFirst();
        State state = view.map(ZeroTierInstance::state).orElse(State.WAITING);
        Optional<NetworkConfig> usable = state == State.OK ? view.flatMap(NetworkView::config) : Optional.empty();
        List<InetAddress> addresses = usable.map(NetworkConfig::addresses).orElse(List.of()).stream()
                .map(InetPrefix::address)
                .toList();
        return new ZeroTierNetwork(
                NetworkId.format(id),
                view.flatMap(NetworkView::config).map(NetworkConfig::name).orElse(""),
                state,
                addresses,
                usable.isPresent() ? view.flatMap(NetworkView::linkLocal) : Optional.empty(),
                view.flatMap(NetworkView::config)
                        .map(NetworkConfig::dns)
                        .map(ZeroTierInstance::dns)
                        .orElse(ZeroTierNetwork.Dns.NONE),
                view.map(NetworkView::singleSignOn).flatMap(ZeroTierInstance::login),
                state == State.OK && !addresses.isEmpty() ? "" : networks.whyNotUsable(id),
                view.map(NetworkView::settings).orElse(NetworkSettings.DEFAULT));
    }

    private static ZeroTierNetwork.Dns dns(Dns pushed) {
        return new ZeroTierNetwork.Dns(pushed.domain(), pushed.servers());
    }

    private static Optional<ZeroTierNetwork.Login> login(SingleSignOn asked) {
        Optional<Instant> expiry =
                asked.expiryMillis() <= 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(asked.expiryMillis()));
        Optional<ZeroTierNetwork.OpenId> openId = asked.version() == 0
                ? Optional.empty()
                : Optional.of(new ZeroTierNetwork.OpenId(
                        asked.url(),
                        asked.clientId(),
                        asked.provider(),
                        asked.centralUrl(),
                        asked.nonce(),
                        asked.state()));
        return asked.enabled()
                ? Optional.of(new ZeroTierNetwork.Login(asked.page(), expiry, openId))
                : Optional.empty();
    }

    private static State state(NetworkView view) {
        return switch (view.status()) {
            case OK, REQUESTING_CONFIGURATION -> view.isReady() ? State.OK : State.WAITING;
            case ACCESS_DENIED -> State.NOT_AUTHORISED;
            case NOT_FOUND -> State.NOT_FOUND;
            case AUTHENTICATION_REQUIRED -> State.LOGIN_REQUIRED;
        };
    }

    @Override
    public ServedNode control() throws IOException {
        return networks.control();
    }

    @Override
    public List<ZeroTierPeer> peers() {
        return engine().map(EngineStatus::peers).orElse(List.of()).stream()
                .map(ZeroTierInstance::peer)
                .toList();
    }

    private static ZeroTierPeer peer(PeerStatus peer) {
        return new ZeroTierPeer(
                Address.format(peer.address()),
                peer.role() != Role.LEAF,
                peer.direct(),
                peer.paths().stream()
                        .filter(path -> peer.direct() && path.preferred())
                        .map(PeerStatus.PathStatus::remote)
                        .findFirst(),
                peer.latencyMillis() < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(peer.latencyMillis())),
                peer.version());
    }

    @Override
    public void onChange(Runnable listener) {
        networks.onChange(listener);
    }

    @Override
    public void addFrameListener(ZeroTierFrameListener listener) {
        Consumer<DivertedFrame> added = frame -> listener.onFrame(frame(frame));
        if (frameListeners.putIfAbsent(listener, added) == null) {
            networks.onDiverted(added);
        }
    }

    @Override
    public void removeFrameListener(ZeroTierFrameListener listener) {
        Consumer<DivertedFrame> removed = frameListeners.remove(listener);
        if (removed != null) {
            networks.removeDiverted(removed);
        }
    }

    private static ZeroTierFrame frame(DivertedFrame frame) {
        return new ZeroTierFrame(
                NetworkId.format(frame.network()),
                switch (frame.diversion()) {
                    case TEE_OUTBOUND, TEE_INBOUND -> Action.TEE;
                    case WATCH_OUTBOUND, WATCH_INBOUND -> Action.WATCH;
                    case REDIRECT_OUTBOUND, REDIRECT_INBOUND -> Action.REDIRECT;
                },
                frame.diversion().isInbound(),
                Address.format(frame.member()),
                frame.sourceMac(),
                frame.destinationMac(),
                frame.etherType(),
                frame.payload());
    }

    @Override
    public void close() {
        networks.close();
        try {
            networks.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
