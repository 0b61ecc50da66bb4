package io.ztnio.provider.instance;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.Role;
import io.ztnio.provider.ZeroTierNetwork;
import io.ztnio.provider.ZeroTierNetwork.State;
import io.ztnio.provider.ZeroTierPeer;
import io.ztnio.provider.ZeroTierStatus;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.runtime.EngineStatus;
import io.ztnio.provider.runtime.NetworkView;
import io.ztnio.provider.runtime.NodeGround;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.runtime.ZeroTierNetworks;
import io.ztnio.provider.service.ServedNode;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A ZeroTier node. Thread: thread-safe. */
public final class ZeroTierInstance implements Instance {
    private final ZeroTierNetworks networks;

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
                state == State.OK && !addresses.isEmpty() ? "" : networks.whyNotUsable(id),
                view.map(NetworkView::settings).orElse(NetworkSettings.DEFAULT));
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
    public void close() {
        networks.close();
        try {
            networks.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
