package io.ztnio.tools.cli.network;

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
        String id, String status, String name, int mtuBytes, List<String> addresses, Optional<String> linkLocal) {
    JoinedNetwork {
        addresses = List.copyOf(addresses);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("status", status);
        map.put("name", name);
        map.put("mtu", mtuBytes);
        map.put("addresses", addresses);
        linkLocal.ifPresent(address -> map.put("linkLocal", address));
        return map;
    }
}
