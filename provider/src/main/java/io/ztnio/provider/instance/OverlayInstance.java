package io.ztnio.provider.instance;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.node.MemberView;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.runtime.OverlayNode;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.provider.ZeroTierNetwork;
import io.ztnio.provider.ZeroTierNetwork.State;
import io.ztnio.provider.ZeroTierPeer;
import io.ztnio.provider.ZeroTierStatus;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.runtime.NodeGround;
import io.ztnio.provider.runtime.OverlayNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.service.ServedNode;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A node of the overlay, which has neither roots nor controllers: it is online while it runs. Thread: thread-safe. */
public final class OverlayInstance implements Instance {
    private final ZtnioConfig config;
    private final OverlayNetworks networks;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /**
     * Starts nothing.
     *
     * @param ground of which only a store counts that is no home; its own sockets an overlay opens itself
     */
    public OverlayInstance(ZtnioConfig config, NodeGround ground) {
        this.config = config;
        this.networks = ground.home().isPresent()
                ? new OverlayNetworks(config, true)
                : new OverlayNetworks(config, ground.store(), true);
        networks.onStart(this::listen);
    }

    @Override
    public VirtualNetworks networks() {
        return networks;
    }

    @Override
    public boolean awaitStart(long timeout, TimeUnit unit) throws IOException, InterruptedException {
        return networks.awaitStart(timeout, unit);
    }

    /** Members come and go. */
    private void listen() {
        networks.running()
                .ifPresent(node -> node.addListener(new OverlayListener() {
                    @Override
                    public void onEvent(OverlayEvent event) {
                        tell();
                    }
                }));
        tell();
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public ZeroTierStatus status() {
        Optional<OverlayNode> node = node();
        List<NetworkView> views = node.map(OverlayNode::networks).orElse(List.of());
        return new ZeroTierStatus(
                node.map(OverlayNode::id).map(NodeId::format).orElse(""),
                node.isPresent(),
                node.isPresent(),
                node.map(OverlayNode::localAddresses).orElse(List.of()),
                config.networks().stream().map(id -> network(id, views)).toList());
    }

    private Optional<OverlayNode> node() {
        return networks.running().filter(OverlayNode::isOpen);
    }

    private static ZeroTierNetwork network(long id, List<NetworkView> views) {
        Optional<NetworkView> view =
                views.stream().filter(each -> each.id() == id).findFirst();
        return new ZeroTierNetwork(
                NetworkId.format(id),
                "",
                view.isPresent() ? State.OK : State.WAITING,
                view.map(NetworkView::addresses).orElse(List.of()).stream()
                        .map(IpPrefix::address)
                        .toList(),
                Optional.empty(),
                ZeroTierNetwork.Dns.NONE,
                Optional.empty(),
                view.isPresent() ? "" : "the overlay node does not run",
                NetworkSettings.DEFAULT);
    }

    @Override
    public ServedNode control() {
        throw new UnsupportedOperationException("an overlay's networks are those that ztnio.networks names");
    }

    @Override
    public List<ZeroTierPeer> peers() {
        return node().map(OverlayNode::networks).orElse(List.of()).stream()
                .flatMap(network -> network.members().stream())
                .map(OverlayInstance::peer)
                .distinct()
                .toList();
    }

    private static ZeroTierPeer peer(MemberView member) {
        return new ZeroTierPeer(
                NodeId.format(member.id()), false, member.online(), member.endpoint(), Optional.empty(), "");
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
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
