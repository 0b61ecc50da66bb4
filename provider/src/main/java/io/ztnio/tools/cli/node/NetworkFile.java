package io.ztnio.tools.cli.node;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.JsonFields;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A network that a controller serves, as a JSON file with the field names of ZeroTier's controller: {@code id},
 * {@code name}, {@code private}, {@code mtu}, {@code multicastLimit}, {@code enableBroadcast}, {@code routes} with
 * {@code target} and {@code via}, {@code ipAssignmentPools} with {@code ipRangeStart} and {@code ipRangeEnd},
 * {@code v6AssignMode} with {@code rfc4193} and {@code 6plane}, {@code dns} with {@code domain} and {@code servers}, {@code
 * authorizedMembers}. Any other field is refused by
 * name, {@code rules} among them: who believes them in force would have an open network.
 *
 * <p>Thread: immutable.
 */
public final class NetworkFile {
    private static final int HEX = 16;
    private static final int SHORT_ID_LENGTH = 6;
    private static final String ID = "id";
    private static final String NAME = "name";
    private static final String ROUTES = "routes";
    private static final String POOLS = "ipAssignmentPools";
    private static final String FIRST = "ipRangeStart";
    private static final String LAST = "ipRangeEnd";
    private static final String DNS = "dns";
    private static final String MEMBERS = "authorizedMembers";
    private static final String PREFIX = "an address with its prefix length, such as 10.1.0.0/16";

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
     * @throws CommandFailure naming the file and the field, if it defines no network
     * @throws IOException if the file cannot be read
     */
    public static NetworkFile read(Path file) throws IOException {
        return parse(file, TextFile.read(file));
    }

    /**
     * Reads a definition.
     *
     * @param file where it comes from, for messages
     * @throws CommandFailure naming the file and the field, if it defines no network
     */
    public static NetworkFile parse(Path file, String text) {
        JsonFields json = JsonFields.parse(
                file.toString(),
                text,
                ID,
                NAME,
                "private",
                "mtu",
                "multicastLimit",
                "enableBroadcast",
                ROUTES,
                POOLS,
                "v6AssignMode",
                DNS,
                MEMBERS);
        try {
            return parse(json);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(file + ": " + e.getMessage(), e);
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
                .dns(template.dns())
                .build();
    }

    /** Whether members need to be authorized. */
    public boolean isPrivate() {
        return template.isPrivate();
    }

    public List<Long> authorizedMembers() {
        return authorizedMembers;
    }

    private static NetworkFile parse(JsonFields json) {
        String id = json.text(ID).orElse("000001");
        if (!id.matches("[0-9a-fA-F]{1,6}|[0-9a-fA-F]{16}")) {
            throw json.wrong(ID, "16 hexadecimal digits, or up to 6 that the controller's address is put in front of");
        }
        String name = json.text(NAME).orElse("");
        if (name.getBytes(StandardCharsets.UTF_8).length > NetworkConfig.MAX_NAME_LENGTH) {
            throw json.wrong(NAME, "a text of at most " + NetworkConfig.MAX_NAME_LENGTH + " bytes");
        }
        Optional<JsonFields> v6 = json.object("v6AssignMode", "rfc4193", "6plane");
        NetworkDefinition template = NetworkDefinition.builder(0)
                .name(name)
                .isPrivate(json.flag("private", true))
                .mtu(json.number("mtu", NetworkConfig.DEFAULT_MTU, NetworkConfig.MIN_MTU, NetworkConfig.MAX_MTU))
                .multicastLimit(json.number(
                        "multicastLimit",
                        NetworkDefinition.DEFAULT_MULTICAST_LIMIT,
                        0,
                        NetworkConfig.MAX_MULTICAST_LIMIT))
                .broadcast(json.flag("enableBroadcast", true))
                .rfc4193(v6.map(mode -> mode.flag("rfc4193", false)).orElse(false))
                .sixPlane(v6.map(mode -> mode.flag("6plane", false)).orElse(false))
                .routes(routes(json))
                .pools(pools(json))
                .dns(json.object(DNS, "domain", "servers").map(NetworkFile::dns).orElse(Dns.NONE))
                .build();
        return new NetworkFile(id, template, members(json));
    }

    private static List<Route> routes(JsonFields json) {
        List<Route> routes = new ArrayList<>();
        for (JsonFields route : json.objects(ROUTES, "target", "via")) {
            InetPrefix target = prefix(route);
            Optional<InetAddress> via = address(route, "via");
            if (via.isPresent() && via.get() instanceof Inet6Address != target.isIpv6()) {
                throw route.wrong("via", "an address of the target's family");
            }
            routes.add(via.map(gateway -> new Route(target, gateway)).orElseGet(() -> new Route(target)));
        }
        return routes;
    }

    private static InetPrefix prefix(JsonFields route) {
        String text = route.requiredText("target");
        try {
            if (text.indexOf('/') > 0) {
                return InetPrefix.parse(text);
            }
        } catch (IllegalArgumentException e) {
            // Told as everything else that is wrong here.
            throw route.wrong("target", PREFIX);
        }
        throw route.wrong("target", PREFIX);
    }

    private static List<AddressPool> pools(JsonFields json) {
        List<AddressPool> pools = new ArrayList<>();
        for (JsonFields pool : json.objects(POOLS, FIRST, LAST)) {
            InetAddress first = requiredAddress(pool, FIRST);
            InetAddress last = requiredAddress(pool, LAST);
            byte[] from = first.getAddress();
            byte[] to = last.getAddress();
            if (from.length != to.length) {
                throw pool.wrong(LAST, "an address of the family of " + FIRST);
            }
            if (Arrays.compareUnsigned(from, to) > 0) {
                throw pool.wrong(LAST, "an address that is not before " + FIRST + " " + first.getHostAddress());
            }
            pools.add(new AddressPool(first, last));
        }
        return pools;
    }

    private static Dns dns(JsonFields json) {
        List<InetAddress> servers = new ArrayList<>();
        for (String server : json.texts("servers")) {
            servers.add(SocketAddressField.parseAddress(server)
                    .orElseThrow(() -> json.isNot("servers", "a list of IP addresses: \"" + server + "\" is none")));
        }
        try {
            return new Dns(json.requiredText("domain"), servers);
        } catch (IllegalArgumentException e) {
            throw json.isNot(
                    "servers",
                    "a list of at most " + Dns.MAX_SERVERS + ", or domain a text of at most " + Dns.MAX_DOMAIN_LENGTH
                            + " bytes");
        }
    }

    private static List<Long> members(JsonFields json) {
        List<Long> members = new ArrayList<>();
        for (String member : json.texts(MEMBERS)) {
            if (!member.matches("[0-9a-fA-F]{10}")) {
                throw json.isNot(MEMBERS, "a list of addresses of 10 hexadecimal digits: \"" + member + "\" is none");
            }
            members.add(Address.parse(member));
        }
        return members;
    }

    private static InetAddress requiredAddress(JsonFields json, String field) {
        json.requiredText(field);
        return address(json, field).orElseThrow();
    }

    private static Optional<InetAddress> address(JsonFields json, String field) {
        return json.text(field)
                .map(text ->
                        SocketAddressField.parseAddress(text).orElseThrow(() -> json.wrong(field, "an IP address")));
    }
}
