package io.ztnio.tools.cli.network;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.names.Names;
import io.ztnio.provider.runtime.DivertedFrame;
import io.ztnio.provider.runtime.NetworkView;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.runtime.ZeroTierNetworks;
import io.ztnio.tools.cli.command.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node on ZeroTier networks. */
final class ZeroTierNode implements CommandNode {
    private final ZtnioConfig config;
    private final List<Long> wanted;
    private final ZeroTierNetworks networks;
    private final Names names;

    /**
     * A node that does not run yet.
     *
     * @param wanted those of its networks that the command needs
     */
    ZeroTierNode(ZtnioConfig config, List<Long> wanted) {
        this.config = config;
        this.wanted = wanted;
        this.networks = new ZeroTierNetworks(config, false);
        this.names = new Names(networks, new ZeroTierSelectorProvider(networks));
    }

    @Override
    public String id() throws IOException {
        return Address.format(networks.address());
    }

    @Override
    public List<String> introduction() throws IOException {
        return List.of("node " + id());
    }

    /** Members of a ZeroTier network are not known before they are talked to. */
    @Override
    public void narrate(Consumer<String> lines) {
        // Nothing to say.
    }

    @Override
    public VirtualNetworks networks() {
        return networks;
    }

    @Override
    public Duration joinTimeout() {
        return config.joinTimeout();
    }

    private interface Condition {
        boolean await(long network, long timeout, TimeUnit unit) throws IOException, InterruptedException;
    }

    @Override
    public boolean awaitUsable(Duration timeout) throws IOException, InterruptedException {
        return await(networks::awaitUsable, timeout);
    }

    @Override
    public boolean awaitConfirmed(Duration timeout) throws IOException, InterruptedException {
        return await(networks::awaitConfirmed, timeout);
    }

    private boolean await(Condition condition, Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long id : wanted) {
            long left = Math.max(0, deadline - System.nanoTime());
            if (!condition.await(id, left, TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String whyNotUsable() {
        return wanted.stream()
                .filter(id -> view(id).filter(NetworkView::isConfirmed).isEmpty())
                .map(id -> view(id).filter(ZeroTierNode::isRemembered)
                        .map(view -> String.format(
                                "network %016x: its controller has not confirmed the configuration of the last run yet",
                                id))
                        .orElseGet(() -> networks.whyNotUsable(id)))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /** It is as it was in the last run: whoever uses it does so at once, who asks how things stand waits for the answer. */
    private static boolean isRemembered(NetworkView view) {
        return view.status() == NetworkStatus.REQUESTING_CONFIGURATION
                && view.config().isPresent();
    }

    @Override
    public void onDiverted(Consumer<DivertedFrame> listener) {
        networks.onDiverted(listener);
    }

    /** A refusal may turn into a permission while we wait. */
    @Override
    public boolean isHopeless() {
        return wanted.stream()
                .anyMatch(id -> view(id).filter(view -> view.status() == NetworkStatus.NOT_FOUND
                                || view.status() == NetworkStatus.AUTHENTICATION_REQUIRED)
                        .isPresent());
    }

    private Optional<NetworkView> view(long id) {
        return networks.networks().stream().filter(view -> view.id() == id).findFirst();
    }

    @Override
    public List<JoinedNetwork> joined() {
        return networks.networks().stream()
                .map(view -> new JoinedNetwork(
                        String.format("%016x", view.id()),
                        view.status().name(),
                        view.config().map(NetworkConfig::name).orElse(""),
                        view.config().map(NetworkConfig::mtuBytes).orElse(0),
                        prefixes(view).stream()
                                .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.bits())
                                .toList(),
                        view.linkLocal().map(InetAddress::getHostAddress),
                        view.config().map(NetworkConfig::dns).orElse(Dns.NONE),
                        view.singleSignOn()))
                .toList();
    }

    private static List<InetPrefix> prefixes(NetworkView view) {
        return view.config().map(NetworkConfig::addresses).orElse(List.of());
    }

    @Override
    public List<InetAddress> addresses() {
        List<NetworkView> views = networks.networks();
        return Stream.concat(
                        views.stream().flatMap(view -> prefixes(view).stream()).map(InetPrefix::address),
                        views.stream().flatMap(view -> view.linkLocal().stream()))
                .distinct()
                .toList();
    }

    @Override
    public boolean isFixed(String text) {
        return VirtualAddress.isNodeId(text) || VirtualAddress.isLiteral(text);
    }

    @Override
    public Names names() {
        return names;
    }

    @Override
    public InetAddress resolve(String text) {
        return VirtualAddress.isNodeId(text) ? ofMember(text) : VirtualAddress.of(text, this);
    }

    /** The address that follows from a member's ZeroTier address, on the first network that has such addresses. */
    private InetAddress ofMember(String text) {
        long member = parse(text);
        for (NetworkView view : networks.networks()) {
            List<Integer> bits = prefixes(view).stream()
                    .filter(InetPrefix::isIpv6)
                    .map(InetPrefix::bits)
                    .toList();
            if (bits.contains(ManagedAddresses.RFC4193_BITS)) {
                return ManagedAddresses.rfc4193(view.id(), member).address();
            }
            if (bits.contains(ManagedAddresses.SIXPLANE_BITS)) {
                return ManagedAddresses.sixPlane(view.id(), member).address();
            }
        }
        throw new CommandFailure(
                "no address follows from the node id " + text + ": the network has neither RFC 4193 nor"
                        + " 6PLANE addresses. Use the node's IP address, or turn them on at the controller"
                        + " (\"v6AssignMode\": {\"rfc4193\": true})");
    }

    private static long parse(String text) {
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    @Override
    public void lastFrames(Duration bound) {
        networks.lastFrames(bound);
    }

    @Override
    public void close() {
        networks.close();
    }
}
