package io.ztnio.tools.cli.node;

import io.ztnio.tools.cli.command.JsonText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node writes to its {@code ztnio.status.file}. Immutable.
 *
 * @param address 10 hexadecimal digits
 * @param online whether a root answers
 */
public record NodeStatus(String address, boolean online, List<Network> networks, List<PeerLink> peers) {
    /**
     * A joined network.
     *
     * @param id 16 hexadecimal digits
     * @param status {@code OK}, or why not
     * @param addresses own addresses as {@code address/bits}
     */
    public record Network(String id, String status, List<String> addresses) {
        public Network {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * How a peer is reached.
     *
     * @param address 10 hexadecimal digits
     * @param role {@code ROOT} or {@code LEAF}
     * @param direct whether packets go to it directly, and not through a root
     * @param path the endpoint if direct, else empty
     * @param latencyMillis negative if not measured
     */
    public record PeerLink(String address, String role, boolean direct, String path, double latencyMillis) {}

    public NodeStatus {
        networks = List.copyOf(networks);
        peers = List.copyOf(peers);
    }

    /** Reads a status file; empty if it is not there yet. */
    public static Optional<NodeStatus> read(Path file) throws IOException {
        Map<String, Object> json;
        try {
            json = JsonText.read(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        List<Network> networks = new ArrayList<>();
        for (Object element : list(json.get("networks"))) {
            Map<?, ?> network = (Map<?, ?>) element;
            networks.add(new Network(
                    text(network, "id"),
                    text(network, "status"),
                    list(network.get("addresses")).stream().map(String::valueOf).toList()));
        }
        List<PeerLink> peers = new ArrayList<>();
        for (Object element : list(json.get("peers"))) {
            Map<?, ?> peer = (Map<?, ?>) element;
            peers.add(new PeerLink(
                    text(peer, "address"),
                    text(peer, "role"),
                    Boolean.TRUE.equals(peer.get("direct")),
                    text(peer, "path"),
                    peer.get("latencyMillis") instanceof Number latency ? latency.doubleValue() : -1));
        }
        return Optional.of(
                new NodeStatus(text(json, "address"), Boolean.TRUE.equals(json.get("online")), networks, peers));
    }

    /** The peer with this address. */
    public Optional<PeerLink> peer(String peerAddress) {
        return peers.stream().filter(peer -> peer.address().equals(peerAddress)).findFirst();
    }

    private static String text(Map<?, ?> json, String field) {
        return json.get(field) == null ? "" : String.valueOf(json.get(field));
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> elements ? elements : List.of();
    }
}
