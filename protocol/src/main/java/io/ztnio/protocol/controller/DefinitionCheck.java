package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.CheckedConfig;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.rule.Rule;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Refuses definitions of networks that no configuration can say, or that cannot do what their author wants. Each message
 * starts with the field, by the name that ZeroTier's controller has for it. Thread-safe.
 */
final class DefinitionCheck {
    private DefinitionCheck() {}

    static void check(NetworkDefinition network) {
        int nameLength = network.name().getBytes(StandardCharsets.UTF_8).length;
        require(
                nameLength <= NetworkConfig.MAX_NAME_LENGTH,
                "name",
                nameLength + " bytes of UTF-8 are more than " + NetworkConfig.MAX_NAME_LENGTH);
        range("mtu", network.mtuBytes(), NetworkConfig.MIN_MTU, NetworkConfig.MAX_CARRIED_MTU);
        range("multicastLimit", network.multicastLimit(), 0, NetworkConfig.MAX_MULTICAST_LIMIT);
        most("routes", network.routes().size(), NetworkConfig.MAX_ROUTES);
        most("rules", network.rules().size(), NetworkConfig.MAX_RULES);
        most("capabilities", network.capabilities().size(), NetworkConfig.MAX_CAPABILITIES);
        most("tags", network.tags().size(), NetworkConfig.MAX_TAGS);
        checkRoutes(network.routes());
        network.pools().forEach(pool -> checkPool(pool, network.routes()));
        checkRules("rules", network.rules());
        Set<Integer> ids = new HashSet<>();
        for (CapabilityDefinition capability : network.capabilities()) {
            String id = Integer.toUnsignedString(capability.id());
            require(ids.add(capability.id()), "capabilities", "the id " + id + " is there twice");
            checkRules("capabilities: capability " + id, capability.rules());
        }
    }

    private static void checkRoutes(List<Route> routes) {
        Set<InetPrefix> targets = new HashSet<>();
        for (Route route : routes) {
            InetPrefix target = route.target();
            require(target.isPossible(), "routes", target + " has a prefix longer than the address");
            require(CheckedConfig.isDestination(target), "routes", target + " is nobody's destination");
            require(targets.add(target), "routes", target + " is there twice");
            if (route.via().isPresent()) {
                InetAddress via = route.via().get();
                require(
                        InetPrefix.of(via).isIpv6() == target.isIpv6(),
                        "routes",
                        route + ": target and via are of different IP versions");
                require(CheckedConfig.isHost(via) || via.isLinkLocalAddress(), "routes", route + ": via is no host");
            }
        }
    }

    /** A pool outside the routes gives no addresses, and nobody would know why. */
    private static void checkPool(AddressPool pool, List<Route> routes) {
        String field = "ipAssignmentPools";
        require(
                CheckedConfig.isHost(pool.first()) && CheckedConfig.isHost(pool.last()),
                field,
                pool + " is not of addresses for members");
        require(pool.isIpv4() || AddressAssignment.isWithinOneSubnet(pool), field, pool + " spans more than one /64");
        boolean routed = routes.stream()
                // As the reference does: IPv6 addresses are given on the link only.
                .filter(route -> pool.isIpv4() || route.via().isEmpty())
                .anyMatch(route -> route.target().contains(pool.first().getAddress())
                        && route.target().contains(pool.last().getAddress()));
        require(routed, field, pool + " lies in no route; add the route that it belongs to");
    }

    private static void checkRules(String field, List<Rule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            require(rule.type() != null, field, "rule " + (i + 1) + " has the unknown type " + rule.typeCode());
            require(
                    rule.data().length == rule.type().dataLength(),
                    field,
                    "rule " + (i + 1) + ", " + rule.type() + ", has not "
                            + rule.type().dataLength() + " bytes of data but " + rule.data().length);
        }
    }

    private static void most(String field, int count, int most) {
        require(count <= most, field, count + " are more than " + most);
    }

    private static void range(String field, int value, int least, int most) {
        require(value >= least && value <= most, field, value + " is not within " + least + " to " + most);
    }

    private static void require(boolean condition, String field, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": " + problem);
        }
    }
}
