package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.network.VirtualNetwork;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.routing.LinkScope;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkLocal;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.link.Route;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.turn.EngineClock;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A joined network that is a link of the stack.
 *
 * <p>Thread: confined to the engine's gate.
 */
final class AttachedNetwork implements Link {
    /** Between two warnings about one address. */
    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final VirtualNetwork network;
    private final LinkPort port;
    private final Gate gate;
    private final EngineClock clock;
    private final Runnable onSend;
    private final Consumer<String> warnings;
    private final Map<InetAddress, Long> nextWarningNanos = new HashMap<>();
    private NetworkSettings settings;
    private boolean sending;

    /**
     * Attaches a network to the stack.
     *
     * @param settings what the user lets it do
     * @param onSend called for each frame sent
     * @param warnings for who runs the node
     */
    AttachedNetwork(
            VirtualNetwork network,
            NetworkSettings settings,
            Stack stack,
            Gate gate,
            EngineClock clock,
            Runnable onSend,
            Consumer<String> warnings) {
        this.network = network;
        this.settings = settings;
        this.gate = gate;
        this.clock = clock;
        this.onSend = onSend;
        this.warnings = warnings;
        this.port = stack.attach(this);
    }

    VirtualNetwork network() {
        return network;
    }

    NetworkView view() {
        return new NetworkView(
                network.id(), network.mac(), network.status(), network.config(), network.singleSignOn(), settings);
    }

    void configure(NetworkConfig config, long nowNanos) {
        LinkConfig managed = toLinkConfig(config, settings);
        List<IpPrefix> addresses = new ArrayList<>(managed.addresses());
        addresses.add(LinkLocal.of(network.mac(), scopeId()));
        port.configure(new LinkConfig(addresses, managed.routes(), managed.mtuBytes()), nowNanos);
    }

    /** Lets the network do other things from now on. */
    void settings(NetworkSettings changed, long nowNanos) {
        settings = changed;
        network.config().ifPresent(config -> configure(config, nowNanos));
    }

    void detach(long nowNanos) {
        port.detach(nowNanos);
    }

    /** Asks a member whether it still has its connections with us; false if there are none. */
    boolean probe(long member, long nowNanos) {
        return port.probe(MacAddress.of(member, network.id()), nowNanos);
    }

    /** Ends the connections with a member that is gone. */
    void lost(long member, long nowNanos) {
        port.lost(MacAddress.of(member, network.id()), nowNanos);
    }

    /** What the link is given of a configuration: addresses and routes that may be managed, public ones among them; no link-local address. */
    static LinkConfig toLinkConfig(NetworkConfig config, NetworkSettings settings) {
        List<IpPrefix> addresses = config.addresses().stream()
                .map(prefix -> new IpPrefix(prefix.address(), prefix.bits()))
                .filter(settings::manages)
                .toList();
        List<Route> routes = config.routes().stream()
                .map(route -> new Route(
                        new IpPrefix(route.target().address(), route.target().bits()), route.via()))
                .filter(route -> settings.manages(route.target()))
                .toList();
        return new LinkConfig(addresses, routes, config.mtuBytes());
    }

    /** Takes a frame in; one that answers what the stack is just sending waits until it has been sent. */
    void onFrame(
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        if (sending) {
            byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
            gate.post(now -> port.onFrame(sourceMac, destinationMac, etherType, copy, 0, length, now));
        } else {
            port.onFrame(sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
        }
    }

    @Override
    public long mac() {
        return network.mac();
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        onSend.run();
        sending = true;
        try {
            network.sendFrame(destinationMac, etherType, buffer, offset, length, clock.millis(nowNanos));
        } finally {
            sending = false;
        }
    }

    /** A network says by its controller who has which address, and finds out in this way if that is not so. */
    @Override
    public boolean isAnnouncing() {
        return true;
    }

    @Override
    public void onConflict(InetAddress own, long mac) {
        long now = clock.nanos();
        Long next = nextWarningNanos.get(own);
        if (next != null && now < next) {
            return;
        }
        nextWarningNanos.put(own, now + WARNING_NANOS);
        String who = MacAddress.isMember(mac, network.id())
                ? Address.format(MacAddress.address(mac, network.id()))
                : MacAddress.format(mac);
        warnings.accept(
                "network " + NetworkId.format(network.id()) + ": " + who + " has address " + own.getHostAddress()
                        + ", which is ours; have the controller give one of us another one, or take it from there");
    }

    @Override
    public int scopeId() {
        return LinkScope.of(network.id());
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        return network.derivedMac(ipv6, offset);
    }

    @Override
    public long ownerMac(byte[] ip) {
        return network.ownerMac(ip);
    }

    @Override
    public int preferredPacketBytes(long destinationMac, int datagrams) {
        return network.frameBytes(destinationMac, datagrams);
    }

    @Override
    public boolean isCongested(long destinationMac) {
        return network.isCongested(destinationMac);
    }

    @Override
    public void subscribe(long groupMac, int distinguisher) {
        network.subscribe(groupMac, distinguisher);
    }

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {
        network.unsubscribe(groupMac, distinguisher);
    }

    /** The on-link prefixes and routes, empty until configured. */
    Optional<LinkConfig> linkConfig() {
        return network.config().map(config -> toLinkConfig(config, settings));
    }
}
