package io.ztnio.tools.cli.network;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.runtime.OverlayNetwork;
import io.ztnio.overlay.runtime.OverlayNode;
import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.names.Names;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.provider.runtime.DivertedFrame;
import io.ztnio.provider.runtime.OverlayNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tools.cli.command.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A node on overlay networks. */
final class OverlayCommandNode implements CommandNode {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final ZtnioConfig config;
    private final OverlayNetworks networks;
    private final Names names;

    /** What the start found; what comes later is told to those who want a narration. */
    private final List<String> damage = new CopyOnWriteArrayList<>();

    OverlayCommandNode(ZtnioConfig config) {
        this.config = config;
        this.networks = new OverlayNetworks(config, new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                if (event.kind() == OverlayEvent.Kind.DAMAGED_STATE) {
                    damage.add(Printable.text(event.detail()));
                }
            }
        });
        this.names = new Names(networks, new ZeroTierSelectorProvider(networks));
    }

    @Override
    public String id() throws IOException {
        return NodeId.format(networks.node().id());
    }

    @Override
    public List<String> introduction() throws IOException {
        OverlayNode node = networks.node();
        List<String> lines = new ArrayList<>(damage);
        lines.add("node " + NodeId.format(node.id()));
        lines.add("identity " + node.identity());
        for (InetSocketAddress local : node.localAddresses()) {
            lines.add("udp " + NetworkCommand.text(local));
        }
        return lines;
    }

    @Override
    public void narrate(Consumer<String> lines) throws IOException {
        OverlayNode node = networks.node();
        node.addListener(new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                lines.accept(Printable.text(event.toString()));
            }
        });
        for (NetworkView view : node.networks()) {
            view.members().forEach(member -> lines.accept("member " + Printable.text(member.toString())));
        }
    }

    @Override
    public VirtualNetworks networks() {
        return networks;
    }

    @Override
    public Duration joinTimeout() {
        return config.joinTimeout();
    }

    /** Own addresses are there as soon as the node runs; others are waited for when they are named. */
    @Override
    public boolean awaitUsable(Duration timeout) throws IOException {
        networks.awaitReady();
        return true;
    }

    /** Nobody administers an overlay. */
    @Override
    public boolean awaitConfirmed(Duration timeout) throws IOException {
        return awaitUsable(timeout);
    }

    @Override
    public String whyNotUsable() {
        return "the node does not run";
    }

    @Override
    public boolean isHopeless() {
        return false;
    }

    private OverlayNode node() {
        try {
            return networks.node();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onDiverted(Consumer<DivertedFrame> listener) {
        throw new CommandFailure("an overlay has no rules that divert frames: this is for --stack zerotier");
    }

    @Override
    public List<JoinedNetwork> joined() {
        return node().networks().stream()
                .map(view -> new JoinedNetwork(
                        String.format("%016x", view.id()),
                        "OK",
                        "",
                        view.mtuBytes(),
                        view.addresses().stream()
                                .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.bits())
                                .toList(),
                        Optional.empty(),
                        Dns.NONE,
                        SingleSignOn.NONE))
                .toList();
    }

    @Override
    public List<InetAddress> addresses() {
        return node().networks().stream()
                .flatMap(view -> view.addresses().stream())
                .map(IpPrefix::address)
                .distinct()
                .toList();
    }

    @Override
    public boolean isFixed(String text) {
        return false;
    }

    @Override
    public Names names() {
        return names;
    }

    /** Waits until the other node is there: a connection begun before would only be a slow failure. */
    @Override
    public InetAddress resolve(String text) throws IOException {
        InetAddress literal = VirtualAddress.isLiteral(text) ? VirtualAddress.of(text, this) : null;
        if (literal != null
                && (VirtualAddress.isForEverybody(literal)
                        || networks.decideLocal(literal).verdict() == Verdict.VIRTUAL)) {
            return literal;
        }
        OverlayNode node = networks.node();
        long deadline = System.nanoTime() + config.joinTimeout().toNanos();
        do {
            for (NetworkView view : node.networks()) {
                OverlayNetwork network = node.network(view.id()).orElseThrow();
                long owner = owner(network, text);
                if (owner == node.id() || (owner >= 0 && network.awaitPeer(owner, LOOK_AGAIN))) {
                    return literal != null ? literal : network.addressOf(owner);
                }
                if (owner < 0) {
                    network.awaitPeers((int) network.view().online() + 1, LOOK_AGAIN);
                }
            }
        } while (System.nanoTime() - deadline < 0);
        throw new CommandFailure(text + " is not there: no node that was found has this id, name or address within "
                + config.joinTimeout().toMillis() + " ms. Found: " + found(node)
                + ". Is it running, with the same network and key? Name a node to start from with --peer");
    }

    /** The node that a text stands for now, or -1. */
    private static long owner(OverlayNetwork network, String text) throws IOException {
        try {
            return network.resolve(text);
        } catch (UnknownHostException e) {
            return -1;
        }
    }

    private static String found(OverlayNode node) {
        List<String> members = node.networks().stream()
                .flatMap(view -> view.members().stream())
                .map(Object::toString)
                .map(Printable::text)
                .toList();
        return members.isEmpty() ? "nobody" : String.join(", ", members);
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
