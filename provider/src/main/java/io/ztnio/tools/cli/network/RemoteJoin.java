package io.ztnio.tools.cli.network;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.control.RunningNode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Has a node that runs already join networks. Thread: the command's. */
final class RemoteJoin {
    private static final long AGAIN_MILLIS = 250;
    private static final String OK = "OK";
    private static final String NOT_FOUND = "NOT_FOUND";

    private final RunningNode node;
    private final Consumer<String> progress;

    RemoteJoin(RunningNode node, Consumer<String> progress) {
        this.node = node;
        this.progress = progress;
    }

    /** Ten hexadecimal digits. */
    String nodeId() {
        return RunningNode.field(node.object("/status"), "address");
    }

    /**
     * Joins, and waits until the networks' controllers have said yes.
     *
     * @throws CommandFailure if they have not within the time; the node goes on asking
     */
    List<JoinedNetwork> join(List<String> networks, Duration timeout) {
        progress.accept("the node that runs with this home joins");
        List<String> ids = networks.stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .toList();
        ids.forEach(id -> node.post(path(id), "{}"));
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            List<JoinedNetwork> now = ids.stream().map(this::look).toList();
            List<JoinedNetwork> missing =
                    now.stream().filter(network -> !network.status().equals(OK)).toList();
            if (missing.isEmpty()) {
                return now;
            }
            boolean hopeless =
                    missing.stream().anyMatch(network -> network.status().equals(NOT_FOUND));
            if (hopeless || System.nanoTime() - deadline >= 0) {
                JoinedNetwork first = missing.get(0);
                throw new CommandFailure(
                        "network " + first.id() + ": " + first.status() + "; the node " + nodeId() + " goes on asking");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("interrupted; the node goes on joining", e);
            }
        }
    }

    private static String path(String id) {
        return "/network/" + id;
    }

    private JoinedNetwork look(String id) {
        Map<?, ?> network = node.object(path(id));
        List<String> addresses = new ArrayList<>();
        if (network.get("assignedAddresses") instanceof List<?> list) {
            list.forEach(address -> addresses.add(String.valueOf(address)));
        }
        return new JoinedNetwork(
                id,
                RunningNode.field(network, "status"),
                network.get("name") instanceof String name ? name : "",
                network.get("mtu") instanceof Number mtu ? mtu.intValue() : 0,
                addresses,
                Optional.empty(),
                dns(network.get("dns")),
                network.get("authenticationURL") instanceof String url
                        ? SingleSignOn.at(
                                url,
                                network.get("authenticationExpiryTime") instanceof Number expiry
                                        ? expiry.longValue()
                                        : 0)
                        : SingleSignOn.NONE);
    }

    private static Dns dns(Object field) {
        if (!(field instanceof Map<?, ?> dns && dns.get("servers") instanceof List<?> list)) {
            return Dns.NONE;
        }
        List<InetAddress> servers = new ArrayList<>();
        for (Object server : list) {
            SocketAddressField.parseAddress(String.valueOf(server)).ifPresent(servers::add);
        }
        return new Dns(dns.get("domain") instanceof String domain ? domain : "", servers);
    }
}
