package io.ztnio.provider.runtime;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.runtime.OverlayNode;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.ZtnioConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Says in the log how an overlay node and its networks stand, in the manner of {@link NetworkReports}, and whom it finds.
 *
 * <p>Thread: thread-safe. What is said inside a gate is written outside.
 */
final class OverlayReports implements OverlayListener {
    private final ZtnioConfig config;
    private final String place;
    private final NetworkReports reports;

    /** Guarded by this: the id of the node that runs, 0 before. */
    private long node;

    /** Guarded by this: what happened before it was said that the node runs. */
    private final List<OverlayEvent> early = new ArrayList<>();

    /** Guarded by this: how many members are there, by network. */
    private final Map<Long, Integer> found = new HashMap<>();

    /** Guarded by this: the node is about to stop, and what it leaves is not lost. */
    private boolean over;

    /** @param place where a node on UDP keeps its state, for messages */
    OverlayReports(ZtnioConfig config, String place, NetworkReports reports) {
        this.config = config;
        this.place = place;
        this.reports = reports;
    }

    /** The node runs. */
    synchronized void started(OverlayNode started, List<NetworkView> networks) {
        node = started.id();
        reports.started(
                node,
                config.transport() == Transport.OVERLAY_MEMORY
                        ? "in memory, on the hub " + config.overlay().hub()
                        : "with " + place + " on UDP "
                                + started.localAddresses().stream()
                                        .map(OverlayReports::text)
                                        .collect(Collectors.joining(" ")));
        networks.forEach(this::network);
        early.forEach(this::say);
        early.clear();
    }

    private void network(NetworkView network) {
        String name = config.overlay().name().map(text -> ", name " + text).orElse("");
        String addresses = network.addresses().stream()
                .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.bits())
                .collect(Collectors.joining(" "));
        reports.network(node, network.id(), "OK, addresses " + addresses + name);
    }

    @Override
    public synchronized void onEvent(OverlayEvent event) {
        if (over) {
            return;
        }
        if (node == 0) {
            early.add(event);
        } else {
            say(event);
        }
    }

    /** The node is about to stop. */
    synchronized void ends() {
        over = true;
    }

    /** By the lock. */
    private void say(OverlayEvent event) {
        String member = NodeId.format(event.nodeId());
        switch (event.kind()) {
            case PEER_ONLINE -> {
                found.merge(event.networkId(), 1, Integer::sum);
                say(System.Logger.Level.INFO, event, "found " + member + " " + event.detail());
            }
            case PEER_OFFLINE -> say(System.Logger.Level.INFO, event, "lost " + member + ": " + event.detail());
            case PEER_CHANGED -> say(System.Logger.Level.INFO, event, member + " has " + event.detail());
            case ADDRESS_CONFLICT ->
                say(
                        System.Logger.Level.WARNING,
                        event,
                        "an address of " + member + " is not believed: " + event.detail());
            case ID_COLLISION ->
                say(
                        System.Logger.Level.WARNING,
                        event,
                        "another key claims the node id " + member + " (" + event.detail() + ")");
            case DAMAGED_STATE -> say(System.Logger.Level.WARNING, event, event.detail());
            default -> {
                // The node itself says the rest, or it follows from what has been said.
            }
        }
    }

    private void say(System.Logger.Level level, OverlayEvent event, String text) {
        reports.event(level, node, event.networkId(), text);
    }

    /** The time is over in which members were to be found: who waits for them is told what to look at. */
    synchronized void late(OverlayNode started) {
        if (over || !started.isOpen()) {
            return;
        }
        long strangers = started.drops(DropReason.BAD_MAC) + started.drops(DropReason.HANDSHAKE_FAILED);
        for (long id : config.networks()) {
            if (!found.containsKey(id)) {
                reports.network(node, id, "OK, but nobody was found: " + whatToDo(strangers));
            }
        }
    }

    private String whatToDo(long strangers) {
        if (strangers > 0) {
            return "others try with another key: check that all have the same ztnio.overlay.key";
        }
        if (config.transport() == Transport.OVERLAY_MEMORY) {
            return "no other node of this process is on the hub "
                    + config.overlay().hub();
        }
        return config.overlay().peers().isEmpty()
                ? "ztnio.overlay.peers names nobody, so that others have to name this node there"
                : "check that " + String.join(", ", config.overlay().peers())
                        + " run, can be reached by UDP and have the same network and ztnio.overlay.key";
    }

    /** As {@code ztnio.overlay.peers} has them. */
    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
