package io.ztnio.tools.cli.network;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.SingleSignOn;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that the command's node is on. Immutable.
 *
 * @param id 16 hexadecimal digits
 * @param status {@code OK}, or why not
 * @param addresses own addresses as {@code address/bits}
 */
record JoinedNetwork(
        String id,
        String status,
        String name,
        int mtuBytes,
        List<String> addresses,
        Optional<String> linkLocal,
        Dns dns,
        SingleSignOn login) {
    JoinedNetwork {
        addresses = List.copyOf(addresses);
    }

    /** The name servers that the network's controller names. */
    List<String> servers() {
        return dns.servers().stream().map(InetAddress::getHostAddress).toList();
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("status", status);
        map.put("name", name);
        map.put("mtu", mtuBytes);
        map.put("addresses", addresses);
        linkLocal.ifPresent(address -> map.put("linkLocal", address));
        map.put("dns", Map.of("domain", dns.domain(), "servers", servers()));
        if (login.enabled()) {
            map.put("authenticationURL", login.page());
            map.put("authenticationExpiryTime", login.expiryMillis());
        }
        return map;
    }
}
