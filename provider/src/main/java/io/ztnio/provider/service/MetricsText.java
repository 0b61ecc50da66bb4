package io.ztnio.provider.service;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.vl1.PeerStatus;
import java.util.Locale;

/**
 * A report in Prometheus' text format: the daemon's names for what is counted here too, and {@code ztnio_} for the rest
 * ({@code docs/service-api.md}). Thread: confined to its maker.
 */
final class MetricsText {
    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(NodeReport node) {
        return new MetricsText().write(node);
    }

    private String write(NodeReport node) {
        NodeReport.Traffic traffic = node.traffic();
        begin("zt_data", "counter", "bytes of UDP received and sent");
        line("zt_data", "direction=\"rx\",protocol=\"udp\"", traffic.bytesIn());
        line("zt_data", "direction=\"tx\",protocol=\"udp\"", traffic.bytesOut());
        begin("zt_num_networks", "gauge", "networks joined");
        line("zt_num_networks", "", node.networks().size());
        begin("zt_network_multicast_groups_subscribed", "gauge", "multicast groups subscribed to");
        node.networks()
                .forEach(network -> line(
                        "zt_network_multicast_groups_subscribed",
                        "network_id=\"" + NetworkId.format(network.id()) + "\"",
                        network.groups().size()));
        begin("zt_peer_path_count", "gauge", "paths to a peer");
        for (PeerStatus peer : node.peers()) {
            long alive =
                    peer.paths().stream().filter(PeerStatus.PathStatus::usable).count();
            String id = "node_id=\"" + Address.format(peer.address()) + "\"";
            line("zt_peer_path_count", id + ",status=\"alive\"", alive);
            line("zt_peer_path_count", id + ",status=\"dead\"", peer.paths().size() - alive);
        }
        begin("ztnio_online", "gauge", "whether a root answers");
        line("ztnio_online", "", node.online() ? 1 : 0);
        begin("ztnio_peers", "gauge", "peers known, by how they are reached");
        long direct = node.peers().stream().filter(PeerStatus::direct).count();
        line("ztnio_peers", "path=\"direct\"", direct);
        line("ztnio_peers", "path=\"relayed\"", node.peers().size() - direct);
        begin("ztnio_peer_latency_milliseconds", "gauge", "round trip to a peer, where it is known");
        node.peers().stream()
                .filter(peer -> peer.latencyMillis() >= 0)
                .forEach(peer -> line(
                        "ztnio_peer_latency_milliseconds",
                        "node_id=\"" + Address.format(peer.address()) + "\"",
                        peer.latencyMillis()));
        begin("ztnio_datagrams_total", "counter", "UDP datagrams received and sent");
        line("ztnio_datagrams_total", "direction=\"rx\"", traffic.datagramsIn());
        line("ztnio_datagrams_total", "direction=\"tx\"", traffic.datagramsOut());
        begin("ztnio_packets_total", "counter", "authentic packets for this node, and packets of it");
        line("ztnio_packets_total", "direction=\"rx\"", traffic.packetsIn());
        line("ztnio_packets_total", "direction=\"tx\"", traffic.packetsOut());
        begin("ztnio_relayed_datagrams_total", "counter", "datagrams forwarded for others");
        line("ztnio_relayed_datagrams_total", "", traffic.relayed());
        begin("ztnio_drops_total", "counter", "what was dropped, by reason");
        node.drops().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(drop -> line(
                        "ztnio_drops_total",
                        "reason=\"" + drop.getKey().name().toLowerCase(Locale.ROOT) + "\"",
                        drop.getValue()));
        return text.toString();
    }

    private void begin(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void line(String name, String labels, long value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }
}
