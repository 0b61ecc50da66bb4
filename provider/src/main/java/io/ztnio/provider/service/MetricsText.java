package io.ztnio.provider.service;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.controller.ControllerCounts;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.network.FrameCounts;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A report in Prometheus' text format: the daemon's names for what is counted here too, and {@code ztnio_} for the rest
 * ({@code docs/service-api.md}). Thread: confined to its maker.
 */
final class MetricsText {
    /** The daemon's names for codes, as far as any are sent. */
    private static final Map<ErrorCode, String> ERRORS = new EnumMap<>(Map.of(
            ErrorCode.OBJ_NOT_FOUND, "obj_not_found",
            ErrorCode.IDENTITY_COLLISION, "identity_collision",
            ErrorCode.UNSUPPORTED_OPERATION, "unsupported_operation",
            ErrorCode.NEED_MEMBERSHIP_CERTIFICATE, "need_membership_certificate",
            ErrorCode.NETWORK_ACCESS_DENIED, "network_access_denied",
            ErrorCode.UNWANTED_MULTICAST, "unwanted_multicast",
            ErrorCode.NETWORK_AUTHENTICATION_REQUIRED, "authentication_required"));

    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(NodeReport node) {
        return new MetricsText().write(node);
    }

    private String write(NodeReport node) {
        NodeReport.Traffic traffic = node.traffic();
        begin("zt_data", "counter", "bytes received and sent, those of relays over TCP as tcp");
        line("zt_data", "direction=\"rx\",protocol=\"udp\"", traffic.bytesIn());
        line("zt_data", "direction=\"tx\",protocol=\"udp\"", traffic.bytesOut());
        line("zt_data", "direction=\"rx\",protocol=\"tcp\"", node.tcpRelay().bytesIn());
        line("zt_data", "direction=\"tx\",protocol=\"tcp\"", node.tcpRelay().bytesOut());
        packets(node.packets());
        begin("zt_num_networks", "gauge", "networks joined");
        line("zt_num_networks", "", node.networks().size());
        begin("zt_network_multicast_groups_subscribed", "gauge", "multicast groups subscribed to");
        node.networks()
                .forEach(network -> line(
                        "zt_network_multicast_groups_subscribed",
                        "network_id=\"" + NetworkId.format(network.id()) + "\"",
                        network.groups().size()));
        begin("zt_network_packets", "counter", "frames, by what the rules of their network decided");
        for (NetworkReport network : node.networks()) {
            String id = ",network_id=\"" + NetworkId.format(network.id()) + "\"";
            FrameCounts frames = network.frames();
            line("zt_network_packets", "accepted=\"yes\",direction=\"rx\"" + id, frames.acceptedIn());
            line("zt_network_packets", "accepted=\"no\",direction=\"rx\"" + id, frames.droppedIn());
            line("zt_network_packets", "accepted=\"yes\",direction=\"tx\"" + id, frames.acceptedOut());
            line("zt_network_packets", "accepted=\"no\",direction=\"tx\"" + id, frames.droppedOut());
        }
        if (!node.served().isEmpty()) {
            begin("controller_network_count", "gauge", "networks that this node controls");
            line("controller_network_count", "", node.served().size());
            begin("controller_member_count", "gauge", "members of the networks that this node controls");
            line(
                    "controller_member_count",
                    "",
                    node.served().values().stream().mapToInt(Integer::intValue).sum());
            controlled(node.control());
        }
        peers(node.peers());
        begin("ztnio_online", "gauge", "whether a root answers");
        line("ztnio_online", "", node.online() ? 1 : 0);
        begin("ztnio_peers", "gauge", "peers known, by how they are reached");
        long direct = node.peers().stream().filter(PeerStatus::direct).count();
        line("ztnio_peers", "path=\"direct\"", direct);
        line("ztnio_peers", "path=\"relayed\"", node.peers().size() - direct);
        begin("ztnio_peer_latency_milliseconds", "gauge", "round trip to a peer, where it is known");
        node.peers().stream()
                .filter(peer -> peer.latencyMillis() >= 0)
                .forEach(peer -> line("ztnio_peer_latency_milliseconds", id(peer), peer.latencyMillis()));
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
                .sorted(Map.Entry.comparingByKey())
                .forEach(drop -> line(
                        "ztnio_drops_total",
                        "reason=\"" + drop.getKey().name().toLowerCase(Locale.ROOT) + "\"",
                        drop.getValue()));
        return text.toString();
    }

    private void packets(NodeReport.Packets packets) {
        begin("zt_packet", "counter", "authentic packets, by verb");
        for (Verb verb : Verb.values()) {
            String type = "packet_type=\"" + name(verb) + "\"";
            line("zt_packet", "direction=\"rx\"," + type, packets.in().getOrDefault(verb, 0L));
            line("zt_packet", "direction=\"tx\"," + type, packets.out().getOrDefault(verb, 0L));
        }
        begin("zt_packet_error", "counter", "refusals, by code");
        ERRORS.forEach((code, name) -> {
            String type = "error_type=\"" + name + "\"";
            line(
                    "zt_packet_error",
                    "direction=\"rx\"," + type,
                    packets.errorsIn().getOrDefault(code, 0L));
            line(
                    "zt_packet_error",
                    "direction=\"tx\"," + type,
                    packets.errorsOut().getOrDefault(code, 0L));
        });
    }

    private void controlled(ControllerCounts done) {
        count("controller_network_change_count", "networks that were changed", done.networkChanges());
        count("controller_member_change_count", "members that were changed", done.memberChanges());
        count("controller_member_auth_count", "members that were let in", done.authorizations());
        count("controller_member_deauth_count", "members that were put out", done.deauthorizations());
        count("controller_network_config_request", "configurations asked for", done.requests());
    }

    private void count(String name, String help, long value) {
        begin(name, "counter", help);
        line(name, "", value);
    }

    private void peers(List<PeerStatus> peers) {
        begin("zt_peer_path_count", "gauge", "paths to a peer");
        for (PeerStatus peer : peers) {
            long alive =
                    peer.paths().stream().filter(PeerStatus.PathStatus::usable).count();
            line("zt_peer_path_count", id(peer) + ",status=\"alive\"", alive);
            line(
                    "zt_peer_path_count",
                    id(peer) + ",status=\"dead\"",
                    peer.paths().size() - alive);
        }
        begin("zt_peer_packets", "counter", "authentic packets from a peer, and packets to it");
        for (PeerStatus peer : peers) {
            line("zt_peer_packets", "direction=\"rx\"," + id(peer), peer.tally().packetsIn());
            line("zt_peer_packets", "direction=\"tx\"," + id(peer), peer.tally().packetsOut());
        }
        begin("zt_peer_packet_errors", "counter", "packets in a peer's name that were not authentic");
        peers.forEach(
                peer -> line("zt_peer_packet_errors", id(peer), peer.tally().damaged()));
        begin(
                "zt_peer_latency",
                "histogram",
                "milliseconds of a round trip to a peer, each time its paths were looked at");
        peers.forEach(this::latency);
    }

    private void latency(PeerStatus peer) {
        List<Long> counts = peer.tally().latencies();
        List<Integer> bounds = PeerStatus.Tally.LATENCY_BOUNDS;
        for (int i = 0; i <= bounds.size(); i++) {
            String bound = i < bounds.size() ? Integer.toString(bounds.get(i)) : "+Inf";
            long atMost = counts.isEmpty() ? 0 : counts.get(i);
            line("zt_peer_latency_bucket", id(peer) + ",le=\"" + bound + "\"", atMost);
        }
        line("zt_peer_latency_sum", id(peer), peer.tally().latencySumMillis());
        line("zt_peer_latency_count", id(peer), counts.isEmpty() ? 0 : counts.get(bounds.size()));
    }

    private static String id(PeerStatus peer) {
        return "node_id=\"" + Address.format(peer.address()) + "\"";
    }

    private static String name(Verb verb) {
        return verb == Verb.QOS_MEASUREMENT ? "qos" : verb.name().toLowerCase(Locale.ROOT);
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
