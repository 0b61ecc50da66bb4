package io.ztnio.provider.runtime;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.node.MemberView;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.overlay.runtime.OverlayNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An overlay node's status as JSON objects; the names are those of a ZeroTier node's, as far as they fit. */
final class OverlayStatus {
    private OverlayStatus() {}

    static Map<String, Object> of(OverlayNode node) {
        List<NetworkView> networks = node.networks();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("address", NodeId.format(node.id()));
        map.put("online", networks.stream().anyMatch(network -> network.online() > 0));
        map.put(
                "endpoints",
                node.localAddresses().stream().map(OverlayStatus::text).toList());
        map.put("networks", networks.stream().map(OverlayStatus::network).toList());
        map.put(
                "peers",
                networks.stream()
                        .flatMap(network -> network.members().stream())
                        .map(OverlayStatus::peer)
                        .toList());
        return map;
    }

    private static Map<String, Object> network(NetworkView network) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", String.format("%016x", network.id()));
        map.put("status", "OK");
        map.put("mtu", network.mtuBytes());
        map.put(
                "addresses",
                network.addresses().stream()
                        .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.bits())
                        .toList());
        return map;
    }

    private static Map<String, Object> peer(MemberView member) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("address", NodeId.format(member.id()));
        map.put("name", member.name().orElse(""));
        map.put("online", member.online());
        map.put("direct", member.online());
        map.put("path", member.endpoint().map(OverlayStatus::text).orElse(""));
        map.put(
                "addresses",
                member.addresses().stream().map(InetAddress::getHostAddress).toList());
        return map;
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + "/" + address.getPort();
    }
}
