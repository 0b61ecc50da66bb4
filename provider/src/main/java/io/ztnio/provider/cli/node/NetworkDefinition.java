package io.ztnio.provider.cli.node;

import io.ztnio.provider.cli.JsonOption;
import io.ztnio.tcpip.link.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network that a controller serves, as JSON with the field names of ZeroTier's controller: {@code id}, {@code name},
 * {@code private}, {@code routes} with {@code target}, {@code ipAssignmentPools} with {@code ipRangeStart} and
 * {@code ipRangeEnd}, {@code authorizedMembers}.
 *
 * @param id its upper 40 bits are the controller's address
 * @param isPrivate whether only {@code authorizedMembers} are let in
 * @param routes managed routes
 * @param pools ranges that members get their addresses from, one of each IP version
 * @param authorizedMembers addresses of nodes
 */
public record NetworkDefinition(
        long id,
        String name,
        boolean isPrivate,
        List<IpPrefix> routes,
        List<AddressPool> pools,
        List<Long> authorizedMembers) {
    private static final int HEX = 16;

    /** A range of addresses, both ends included. */
    public record AddressPool(InetAddress first, InetAddress last) {}

    public NetworkDefinition {
        routes = List.copyOf(routes);
        pools = List.copyOf(pools);
        authorizedMembers = List.copyOf(authorizedMembers);
    }

    /** Reads a file. */
    public static NetworkDefinition read(Path file) throws IOException {
        try {
            return parse(JsonOption.parse(Files.readString(file)));
        } catch (RuntimeException e) {
            throw new IOException(file + " is not the definition of a network: " + e.getMessage(), e);
        }
    }

    private static NetworkDefinition parse(Map<String, Object> json) throws IOException {
        List<IpPrefix> routes = new ArrayList<>();
        for (Map<?, ?> route : objects(json, "routes")) {
            String[] target = text(route, "target").split("/", -1);
            routes.add(new IpPrefix(literal(target[0]), Integer.parseInt(target[1])));
        }
        List<AddressPool> pools = new ArrayList<>();
        for (Map<?, ?> pool : objects(json, "ipAssignmentPools")) {
            pools.add(new AddressPool(literal(text(pool, "ipRangeStart")), literal(text(pool, "ipRangeEnd"))));
        }
        List<Long> members = new ArrayList<>();
        if (json.get("authorizedMembers") instanceof List<?> addresses) {
            addresses.forEach(address -> members.add(Long.parseLong(String.valueOf(address), HEX)));
        }
        return new NetworkDefinition(
                Long.parseUnsignedLong(text(json, "id"), HEX),
                json.get("name") instanceof String name ? name : "",
                !Boolean.FALSE.equals(json.get("private")),
                routes,
                pools,
                members);
    }

    private static List<Map<?, ?>> objects(Map<String, Object> json, String field) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (json.get(field) instanceof List<?> elements) {
            for (Object element : elements) {
                if (!(element instanceof Map<?, ?> object)) {
                    throw new IllegalArgumentException(field + " holds something that is not an object");
                }
                objects.add(object);
            }
        }
        return objects;
    }

    private static String text(Map<?, ?> json, String field) {
        if (json.get(field) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(field + " is missing");
    }

    private static InetAddress literal(String text) throws IOException {
        if (!text.matches("[0-9a-fA-F:.]+")) {
            throw new IllegalArgumentException(text + " is not an IP address");
        }
        return InetAddress.getByName(text);
    }
}
