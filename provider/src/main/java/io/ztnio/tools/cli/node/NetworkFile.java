package io.ztnio.tools.cli.node;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.controller.api.WrittenNetwork;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.JsonFields;
import io.ztnio.tools.cli.command.JsonText;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A network that a controller serves, as a JSON file with the fields of ZeroTier's controller, and beside them {@code
 * authorizedMembers}, a list of addresses, and {@code members}, an object with members by their addresses. Any other field is
 * refused by name: who believes it in force would have another network than he thinks. Without {@code v4AssignMode} or {@code
 * v6AssignMode} addresses are given from the pools that there are.
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
    private static final String AUTHORIZED_MEMBERS = "authorizedMembers";
    private static final String MEMBERS = "members";
    private static final String V4_MODE = "v4AssignMode";
    private static final String V6_MODE = "v6AssignMode";
    private static final String ZT = "zt";
    private static final String RULES = "rules";
    private static final String TAGS = "tags";
    private static final String CAPABILITIES = "capabilities";
    private static final String DEFAULT = "default";
    private static final String TOKENS = "authTokens";
    private static final String TRACE_TARGET = "remoteTraceTarget";
    private static final String TRACE_LEVEL = "remoteTraceLevel";
    private static final String WINDOW = "certificateTimeoutWindowSize";
    private static final long MAX_ID = 0xffff_ffffL;
    private static final int MAX_TRACE_LEVEL = 30;

    /** What the controller itself writes down is taken, and left to it; the last is the compiler's, and kept for it. */
    private static final String[] KNOWN = {
        ID,
        NAME,
        "private",
        "mtu",
        "multicastLimit",
        "enableBroadcast",
        ROUTES,
        POOLS,
        V4_MODE,
        V6_MODE,
        DNS,
        RULES,
        TAGS,
        CAPABILITIES,
        AUTHORIZED_MEMBERS,
        MEMBERS,
        TOKENS,
        TRACE_TARGET,
        TRACE_LEVEL,
        WINDOW,
        "ssoEnabled",
        "authorizationEndpoint",
        "clientId",
        "issuer",
        "provider",
        "centralAuthURL",
        "nwid",
        "objtype",
        "revision",
        "creationTime",
        "rulesSource"
    };

    private static final String PREFIX = "an address with its prefix length, such as 10.1.0.0/16";

    private final String id;
    private final JsonObject written;
    private final NetworkDefinition definition;
    private final Set<Long> authorizedMembers;
    private final Map<Long, JsonObject> members;

    private NetworkFile(String id, JsonObject written, Set<Long> authorizedMembers, Map<Long, JsonObject> members) {
        this.id = id;
        this.written = written;
        this.definition = new WrittenNetwork(written).definition(0);
        this.authorizedMembers = Set.copyOf(authorizedMembers);
        this.members = Map.copyOf(members);
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
        JsonObject fields = JsonObject.of(JsonText.parse(file.toString(), text)).orElseThrow();
        leaveOutNothings(fields);
        JsonFields json = JsonFields.parse(file.toString(), fields.toString(), KNOWN);
        try {
            return parse(json, fields);
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

    /** The network as it is served. */
    public NetworkDefinition definition(long controller) {
        return new WrittenNetwork(written).definition(id(controller));
    }

    /** Whether members need to be authorized. */
    public boolean isPrivate() {
        return definition.isPrivate();
    }

    public Set<Long> authorizedMembers() {
        return authorizedMembers;
    }

    /** Makes the controller serve the network as the file says, and let in whom it names. */
    void apply(Controller controller, long nowMillis) {
        new WrittenNetwork(written).apply(controller, id(controller.address()), members, authorizedMembers, nowMillis);
    }

    /** What the daemon writes where it has nothing to say. */
    private static void leaveOutNothings(JsonObject fields) {
        if (fields.list(DNS).filter(List::isEmpty).isPresent()) {
            fields.remove(DNS);
        }
        if (fields.has(TOKENS) && fields.object(TOKENS).isEmpty()) {
            fields.remove(TOKENS);
        }
        if (fields.get(TRACE_TARGET) == null) {
            fields.remove(TRACE_TARGET);
        }
        for (String list : List.of(ROUTES, TAGS, RULES)) {
            fields.list(list).ifPresent(values -> fields.put(list, withoutNothings(values)));
        }
        fields.list(CAPABILITIES).ifPresent(values -> fields.put(CAPABILITIES, withoutNothings(values)));
        fields.object(MEMBERS).ifPresent(members -> {
            JsonObject all = new JsonObject();
            members.fields()
                    .forEach((address, member) ->
                            all.put(address, withoutNothings(List.of(member)).get(0)));
            fields.put(MEMBERS, all);
        });
    }

    private static List<Object> withoutNothings(List<?> values) {
        List<Object> result = new ArrayList<>();
        for (Object value : values) {
            Optional<JsonObject> object = JsonObject.of(value);
            object.ifPresent(each -> {
                each.fields().entrySet().stream()
                        .filter(field -> field.getValue() == null)
                        .map(Map.Entry::getKey)
                        .toList()
                        .forEach(each::remove);
                each.list(RULES).ifPresent(rules -> each.put(RULES, withoutNothings(rules)));
            });
            result.add(object.<Object>map(each -> each).orElse(value));
        }
        return result;
    }

    private static NetworkFile parse(JsonFields json, JsonObject fields) {
        String id = json.text(ID).orElse("000001");
        if (!id.matches("[0-9a-fA-F]{1,6}|[0-9a-fA-F]{16}")) {
            throw json.wrong(ID, "16 hexadecimal digits, or up to 6 that the controller's address is put in front of");
        }
        String name = json.text(NAME).orElse("");
        if (name.getBytes(StandardCharsets.UTF_8).length > NetworkConfig.MAX_NAME_LENGTH) {
            throw json.wrong(NAME, "a text of at most " + NetworkConfig.MAX_NAME_LENGTH + " bytes");
        }
        json.flag("private", true);
        json.flag("enableBroadcast", true);
        json.number("mtu", NetworkConfig.DEFAULT_MTU, NetworkConfig.MIN_MTU, NetworkConfig.MAX_CARRIED_MTU);
        json.number("multicastLimit", NetworkDefinition.DEFAULT_MULTICAST_LIMIT, 0, NetworkConfig.MAX_MULTICAST_LIMIT);
        checkRoutes(json);
        checkPools(json);
        json.object(V4_MODE, ZT).ifPresent(mode -> mode.flag(ZT, false));
        json.object(V6_MODE, "rfc4193", "6plane", ZT).ifPresent(mode -> {
            mode.flag("rfc4193", false);
            mode.flag("6plane", false);
            mode.flag(ZT, false);
        });
        json.object(DNS, "domain", "servers").ifPresent(NetworkFile::checkDns);
        RuleFields.check(json, RULES, fields.list(RULES).orElse(List.of()));
        checkTags(json, fields);
        checkCapabilities(json, fields);
        checkTokens(json, fields);
        checkTrace(json);
        json.number(WINDOW, 0, 0, Integer.MAX_VALUE);
        json.flag("ssoEnabled", false);
        json.text("authorizationEndpoint");
        json.text("clientId");
        json.text("issuer");
        json.text("provider");
        json.text("centralAuthURL");
        json.text("rulesSource");
        Map<Long, JsonObject> members = MemberFields.read(json, MEMBERS, fields.object(MEMBERS));
        Set<Long> authorized = new TreeSet<>(authorized(json));
        members.forEach((address, member) -> {
            if (member.flag(MemberFields.AUTHORIZED, false)) {
                authorized.add(address);
            }
        });
        return new NetworkFile(id, fields, authorized, members);
    }

    private static void checkTags(JsonFields json, JsonObject fields) {
        List<JsonFields> tags = json.objects(TAGS, ID, DEFAULT);
        for (int i = 0; i < tags.size(); i++) {
            JsonObject values = fields.objects(TAGS).get(i);
            checkId(tags.get(i), values, ID);
            if (values.has(DEFAULT)) {
                checkId(tags.get(i), values, DEFAULT);
            }
        }
    }

    private static void checkId(JsonFields json, JsonObject values, String field) {
        if (!(values.get(field) instanceof Long number) || number < 0 || number > MAX_ID) {
            throw json.wrong(field, "a whole number from 0 to " + MAX_ID);
        }
    }

    private static void checkCapabilities(JsonFields json, JsonObject fields) {
        List<JsonFields> capabilities = json.objects(CAPABILITIES, ID, DEFAULT, RULES);
        for (int i = 0; i < capabilities.size(); i++) {
            JsonFields capability = capabilities.get(i);
            JsonObject values = fields.objects(CAPABILITIES).get(i);
            checkId(capability, values, ID);
            capability.flag(DEFAULT, false);
            List<?> rules = values.list(RULES).orElse(List.of());
            RuleFields.check(capability, RULES, rules);
            if (rules.size() > Capability.MAX_RULES) {
                throw capability.isNot(RULES, "a list of at most " + Capability.MAX_RULES + " rules");
            }
        }
    }

    /** The tokens themselves are secret. */
    private static void checkTokens(JsonFields json, JsonObject fields) {
        JsonObject tokens = fields.object(TOKENS).orElse(new JsonObject());
        for (Object expiry : tokens.fields().values()) {
            if (!(expiry instanceof Long time) || time < 0) {
                throw json.isNot(TOKENS, "an object with tokens and when they expire, in milliseconds since 1970 or 0");
            }
        }
    }

    static void checkTrace(JsonFields json) {
        json.number(TRACE_LEVEL, 0, 0, MAX_TRACE_LEVEL);
        if (json.text(TRACE_TARGET)
                .filter(text -> !text.matches("[0-9a-f]{10}"))
                .isPresent()) {
            throw json.wrong(TRACE_TARGET, "an address of 10 hexadecimal digits");
        }
    }

    private static void checkRoutes(JsonFields json) {
        for (JsonFields route : json.objects(ROUTES, "target", "via", "flags", "metric")) {
            InetPrefix target = prefix(route);
            Optional<InetAddress> via = address(route, "via");
            if (via.isPresent() && via.get() instanceof Inet6Address != target.isIpv6()) {
                throw route.wrong("via", "an address of the target's family");
            }
            route.number("flags", 0, 0, 0xffff);
            route.number("metric", 0, 0, 0xffff);
        }
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

    private static void checkPools(JsonFields json) {
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
        }
    }

    private static void checkDns(JsonFields json) {
        List<InetAddress> servers = new ArrayList<>();
        for (String server : json.texts("servers")) {
            servers.add(SocketAddressField.parseAddress(server)
                    .orElseThrow(() -> json.isNot("servers", "a list of IP addresses: \"" + server + "\" is none")));
        }
        boolean fits = servers.size() <= Dns.MAX_SERVERS
                && json.requiredText("domain").getBytes(StandardCharsets.UTF_8).length <= Dns.MAX_DOMAIN_LENGTH;
        if (!fits) {
            throw json.isNot(
                    "servers",
                    "a list of at most " + Dns.MAX_SERVERS + ", or domain a text of at most " + Dns.MAX_DOMAIN_LENGTH
                            + " bytes");
        }
    }

    private static List<Long> authorized(JsonFields json) {
        List<Long> members = new ArrayList<>();
        for (String member : json.texts(AUTHORIZED_MEMBERS)) {
            if (!member.matches("[0-9a-fA-F]{10}")) {
                throw json.isNot(
                        AUTHORIZED_MEMBERS, "a list of addresses of 10 hexadecimal digits: \"" + member + "\" is none");
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
