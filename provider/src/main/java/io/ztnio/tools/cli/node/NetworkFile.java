package io.ztnio.tools.cli.node;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.tools.cli.command.JsonOption;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network that a controller serves, as a JSON file with the field names of ZeroTier's controller: {@code id},
 * {@code name}, {@code private}, {@code mtu}, {@code multicastLimit}, {@code enableBroadcast}, {@code routes} with
 * {@code target} and {@code via}, {@code ipAssignmentPools} with {@code ipRangeStart} and {@code ipRangeEnd},
 * {@code v6AssignMode} with {@code rfc4193} and {@code 6plane}, {@code authorizedMembers}.
 *
 * <p>Thread: immutable.
 */
public final class NetworkFile {
    private static final int HEX = 16;
    private static final int SHORT_ID_LENGTH = 6;

    private final String id;
    private final NetworkDefinition template;
    private final List<Long> authorizedMembers;

    private NetworkFile(String id, NetworkDefinition template, List<Long> authorizedMembers) {
        this.id = id;
        this.template = template;
        this.authorizedMembers = List.copyOf(authorizedMembers);
    }

    /**
     * Reads a definition.
     *
     * @param file where it comes from, for messages
     * @throws IOException naming the file, if it defines no network
     */
    public static NetworkFile parse(Path file, String text) throws IOException {
        try {
            return parse(JsonOption.parse(text));
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + " is not the definition of a network: " + e.getMessage(), e);
        }
    }

    /**
     * The network's id.
     *
     * @param controller address of the controller, for a file that gives only the last 6 digits
     */
    public long id(long controller) {
        long value = Long.parseUnsignedLong(id, HEX);
        return id.length() <= SHORT_ID_LENGTH ? controller << 24 | value : value;
    }

    public NetworkDefinition definition(long controller) {
        return NetworkDefinition.builder(id(controller))
                .name(template.name())
                .isPrivate(template.isPrivate())
                .mtu(template.mtuBytes())
                .multicastLimit(template.multicastLimit())
                .broadcast(template.broadcast())
                .rfc4193(template.rfc4193())
                .sixPlane(template.sixPlane())
                .routes(template.routes())
                .pools(template.pools())
                .build();
    }

    public List<Long> authorizedMembers() {
        return authorizedMembers;
    }

    private static NetworkFile parse(Map<String, Object> json) throws IOException {
        String id = json.get("id") instanceof String text ? text : "000001";
        if (!id.matches("[0-9a-fA-F]{1,6}|[0-9a-fA-F]{16}")) {
            throw new IllegalArgumentException("id '" + id + "' is neither 16 nor up to 6 hexadecimal digits");
        }
        List<Route> routes = new ArrayList<>();
        for (Map<?, ?> route : objects(json, "routes")) {
            InetPrefix target = prefix(text(route, "target"));
            routes.add(route.get("via") instanceof String via ? new Route(target, literal(via)) : new Route(target));
        }
        List<AddressPool> pools = new ArrayList<>();
        for (Map<?, ?> pool : objects(json, "ipAssignmentPools")) {
            pools.add(new AddressPool(literal(text(pool, "ipRangeStart")), literal(text(pool, "ipRangeEnd"))));
        }
        List<Long> members = new ArrayList<>();
        if (json.get("authorizedMembers") instanceof List<?> addresses) {
            addresses.forEach(address -> members.add(Address.parse(String.valueOf(address))));
        }
        Map<?, ?> v6 = json.get("v6AssignMode") instanceof Map<?, ?> mode ? mode : Map.of();
        NetworkDefinition template = NetworkDefinition.builder(0)
                .name(json.get("name") instanceof String name ? name : "")
                .isPrivate(!Boolean.FALSE.equals(json.get("private")))
                .mtu(number(json, "mtu", 2800))
                .multicastLimit(number(json, "multicastLimit", NetworkDefinition.DEFAULT_MULTICAST_LIMIT))
                .broadcast(!Boolean.FALSE.equals(json.get("enableBroadcast")))
                .rfc4193(Boolean.TRUE.equals(v6.get("rfc4193")))
                .sixPlane(Boolean.TRUE.equals(v6.get("6plane")))
                .routes(routes)
                .pools(pools)
                .build();
        return new NetworkFile(id, template, members);
    }

    private static int number(Map<String, Object> json, String field, int otherwise) {
        return json.get(field) instanceof Number number ? number.intValue() : otherwise;
    }

    private static InetPrefix prefix(String text) throws IOException {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is not an address with its prefix length");
        }
        return new InetPrefix(literal(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
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
            throw new IllegalArgumentException("'" + text + "' is not an IP address");
        }
        return InetAddress.getByName(text);
    }
}
