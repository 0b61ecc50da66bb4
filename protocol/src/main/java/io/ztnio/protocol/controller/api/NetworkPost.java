package io.ztnio.protocol.controller.api;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.controller.AddressText;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.controller.RuleJson;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a request changes of a network, brought into form; what it names that is no field of a network, or cannot be read, is
 * left out. Thread-safe.
 */
final class NetworkPost {
    private static final String ZT = "zt";
    private static final String RFC4193 = "rfc4193";
    private static final String SIX_PLANE = "6plane";
    private static final String DEFAULT = "default";
    private static final String RULES = "rules";
    private static final List<String> V6_MODES = List.of(RFC4193, ZT, SIX_PLANE);

    private NetworkPost() {}

    static void apply(JsonObject changes, JsonObject network) {
        Fields fields = new Fields(changes, network);
        fields.text("name");
        fields.flag("private", true);
        fields.flag("enableBroadcast", false);
        fields.number("multicastLimit", NetworkDefinition.DEFAULT_MULTICAST_LIMIT);
        fields.value(
                "mtu",
                value -> Math.max(
                        NetworkConfig.MIN_MTU,
                        Math.min(
                                NetworkConfig.MAX_CARRIED_MTU,
                                Json.number(value, NetworkConfig.DEFAULT_MTU) & 0xffff_ffffL)));
        fields.trace();
        fields.value("v4AssignMode", NetworkPost::v4Mode);
        fields.value("v6AssignMode", NetworkPost::v6Mode);
        fields.list("routes", NetworkPost::routes);
        fields.list("ipAssignmentPools", NetworkPost::pools);
        fields.list(RULES, list -> RuleJson.writeAll(RuleJson.readAll(list)));
        fields.value("authTokens", NetworkPost::tokens);
        fields.list("capabilities", NetworkPost::capabilities);
        fields.list("tags", NetworkPost::tags);
        changes.object("dns").ifPresent(dns -> network.put("dns", dns(dns)));
        // The daemon has these fields, but nothing that sets them.
        fields.flag("ssoEnabled", false);
        fields.text("authorizationEndpoint");
        fields.text("clientId");
        // It reads these from another database.
        fields.text("issuer");
        fields.text("provider");
        fields.text("centralAuthURL");
    }

    /** What the daemon takes from a file only. */
    static void applyWrittenOnly(JsonObject changes, JsonObject network) {
        Fields fields = new Fields(changes, network);
        fields.text("rulesSource");
        fields.number("certificateTimeoutWindowSize", 0);
    }

    private static Object v4Mode(Object value) {
        boolean zt = value instanceof String text
                ? text.equals(ZT)
                : JsonObject.of(value).filter(mode -> mode.flag(ZT, false)).isPresent();
        return Map.of(ZT, zt);
    }

    private static Object v6Mode(Object value) {
        Optional<JsonObject> modes = JsonObject.of(value);
        List<String> named = value instanceof String text ? Arrays.asList(text.split(",")) : List.of();
        Map<String, Object> result = new TreeMap<>();
        for (String mode : V6_MODES) {
            if (modes.isEmpty() || modes.get().has(mode)) {
                result.put(mode, modes.map(each -> each.flag(mode, false)).orElse(named.contains(mode)));
            }
        }
        return result;
    }

    private static List<Object> routes(List<?> list) {
        List<Object> routes = new ArrayList<>();
        for (JsonObject route : objects(list)) {
            Optional<String> target =
                    route.get("target") instanceof String text ? AddressText.prefixText(text) : Optional.empty();
            if (target.isPresent()) {
                Optional<String> via = route.get("via") instanceof String text
                        ? AddressText.addressText(text).filter(gateway -> isIpv6(gateway) == isIpv6(target.get()))
                        : Optional.empty();
                routes.add(new JsonObject().put("target", target.get()).put("via", via.orElse(null)));
            }
        }
        return routes;
    }

    private static boolean isIpv6(String text) {
        return text.indexOf(':') >= 0;
    }

    private static List<Object> pools(List<?> list) {
        List<Object> pools = new ArrayList<>();
        for (JsonObject pool : objects(list)) {
            Optional<String> first = AddressText.addressText(pool.text("ipRangeStart", ""));
            Optional<String> last = AddressText.addressText(pool.text("ipRangeEnd", ""));
            if (first.isPresent() && last.isPresent() && isIpv6(first.get()) == isIpv6(last.get())) {
                pools.add(Map.of("ipRangeStart", first.get(), "ipRangeEnd", last.get()));
            }
        }
        return pools;
    }

    /** As the daemon answers: no tokens are {@code null}, what is no object a list with {@code null} in it. */
    private static Object tokens(Object value) {
        Optional<JsonObject> tokens = JsonObject.of(value);
        if (tokens.isEmpty()) {
            return Arrays.asList((Object) null);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        tokens.get().fields().forEach((token, expiry) -> {
            if (expiry instanceof Number number && number.doubleValue() >= 0) {
                result.put(token, expiry);
            }
        });
        return result.isEmpty() ? null : result;
    }

    private static List<Object> capabilities(List<?> list) {
        Map<Long, Object> result = new TreeMap<>(Long::compareUnsigned);
        for (JsonObject capability : objects(list)) {
            long id = capability.number("id", 0);
            result.put(
                    id,
                    new JsonObject()
                            .put("id", Json.unsigned(id))
                            .put(DEFAULT, capability.flag(DEFAULT, false))
                            .put(
                                    RULES,
                                    RuleJson.writeAll(RuleJson.readAll(
                                            capability.list(RULES).orElse(List.of())))));
        }
        return new ArrayList<>(result.values());
    }

    private static List<Object> tags(List<?> list) {
        Map<Long, Object> result = new TreeMap<>(Long::compareUnsigned);
        for (JsonObject tag : objects(list)) {
            long id = tag.number("id", 0);
            Object value = tag.get(DEFAULT) == null ? null : Json.unsigned(tag.number(DEFAULT, 0));
            result.put(id, new JsonObject().put("id", Json.unsigned(id)).put(DEFAULT, value));
        }
        return new ArrayList<>(result.values());
    }

    private static JsonObject dns(JsonObject wanted) {
        JsonObject dns = new JsonObject().put("domain", wanted.get("domain"));
        wanted.list("servers").ifPresent(servers -> dns.put("servers", servers));
        return dns;
    }

    private static List<JsonObject> objects(List<?> list) {
        return list.stream().map(JsonObject::of).flatMap(Optional::stream).toList();
    }
}
