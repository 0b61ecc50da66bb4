package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Networks in the JSON of ZeroTier's controller ({@code protocol.md} 9.6). Reading is as loose as there: what cannot be said in a
 * configuration is left out or made to fit. Thread-safe.
 */
final class NetworkJson {
    static final String WINDOW = "certificateTimeoutWindowSize";

    private static final int TRACE_ADDRESS_LENGTH = 10;

    private NetworkJson() {}

    /** Adds what every network has. */
    static void complete(JsonObject json, long networkId, long nowMillis) {
        String id = NetworkId.format(networkId);
        json.putIfAbsent("private", true)
                .putIfAbsent("creationTime", nowMillis)
                .putIfAbsent("name", "")
                .putIfAbsent("multicastLimit", NetworkDefinition.DEFAULT_MULTICAST_LIMIT)
                .putIfAbsent("enableBroadcast", true)
                .putIfAbsent("v4AssignMode", Map.of("zt", false))
                .putIfAbsent("v6AssignMode", Map.of("rfc4193", false, "zt", false, "6plane", false))
                .putIfAbsent("authTokens", Arrays.asList((Object) null))
                .putIfAbsent("capabilities", List.of())
                .putIfAbsent("tags", List.of())
                .putIfAbsent("routes", List.of())
                .putIfAbsent("ipAssignmentPools", List.of())
                .putIfAbsent("mtu", NetworkConfig.DEFAULT_MTU)
                .putIfAbsent("remoteTraceTarget", null)
                .putIfAbsent("remoteTraceLevel", 0)
                .putIfAbsent("rulesSource", "")
                .putIfAbsent("rules", List.of(Map.of("not", false, "or", false, "type", "ACTION_ACCEPT")))
                .putIfAbsent("dns", List.of())
                .putIfAbsent("ssoEnabled", false)
                .putIfAbsent("clientId", "")
                .putIfAbsent("authorizationEndpoint", "")
                .put("objtype", "network")
                .put("id", id)
                .put("nwid", id);
        List.of("clock", "authorizedMemberCount", "activeMemberCount", "totalMemberCount", "lastModified")
                .forEach(json::remove);
    }

    static NetworkDefinition read(JsonObject json, long networkId) {
        Optional<JsonObject> v4 = json.object("v4AssignMode");
        Optional<JsonObject> v6 = json.object("v6AssignMode");
        return NetworkDefinition.builder(networkId)
                .name(cut(json.text("name", ""), NetworkConfig.MAX_NAME_LENGTH))
                .isPrivate(json.flag("private", true))
                .broadcast(json.flag("enableBroadcast", true))
                .assigns(has(v4, "zt"), has(v6, "zt"))
                .rfc4193(has(v6, "rfc4193"))
                .sixPlane(has(v6, "6plane"))
                .mtu(mtu(json.number("mtu", NetworkConfig.DEFAULT_MTU)))
                .multicastLimit((int) Math.min(
                        NetworkConfig.MAX_MULTICAST_LIMIT,
                        json.number("multicastLimit", NetworkDefinition.DEFAULT_MULTICAST_LIMIT) & 0xffff_ffffL))
                .credentialWindow(json.number(WINDOW, NetworkDefinition.DEFAULT_CREDENTIAL_WINDOW_MILLIS))
                .revision(json.number("revision", 0))
                .pools(pools(json))
                .routes(routes(json))
                .rules(rules(json, NetworkConfig.MAX_RULES))
                .capabilities(capabilities(json))
                .tags(tags(json))
                .dns(json.object("dns").map(NetworkJson::dns).orElse(Dns.NONE))
                .authTokens(tokens(json))
                .trace(trace(json))
                .signIn(json.flag("ssoEnabled", false), json.text("authorizationEndpoint", ""))
                .openId(new OpenIdService(
                        json.text("issuer", ""),
                        json.text("clientId", ""),
                        json.text("provider", ""),
                        json.text("centralAuthURL", "")))
                .buildUnchecked();
    }

    /** Writes what a definition says over a network's fields. */
    static void write(NetworkDefinition network, JsonObject json) {
        json.put("name", network.name())
                .put("private", network.isPrivate())
                .put("enableBroadcast", network.broadcast())
                .put("v4AssignMode", Map.of("zt", network.assignsIpv4()))
                .put(
                        "v6AssignMode",
                        Map.of("rfc4193", network.rfc4193(), "zt", network.assignsIpv6(), "6plane", network.sixPlane()))
                .put("mtu", network.mtuBytes())
                .put("multicastLimit", network.multicastLimit())
                .put(
                        "ipAssignmentPools",
                        network.pools().stream().map(NetworkJson::write).toList())
                .put("routes", network.routes().stream().map(NetworkJson::write).toList())
                .put("rules", RuleJson.writeAll(network.rules()))
                .put(
                        "capabilities",
                        network.capabilities().stream().map(NetworkJson::write).toList())
                .put("tags", writeTags(network, json))
                .put("dns", network.dns().equals(Dns.NONE) ? List.of() : write(network.dns()))
                .put("remoteTraceTarget", traceAddress(network.trace()))
                .put("remoteTraceLevel", network.trace().level())
                .put("ssoEnabled", network.needsSignIn())
                .put("authorizationEndpoint", network.signInUrl());
        OpenIdService openId = network.openId();
        json.put("clientId", openId.clientId());
        Map.of("issuer", openId.issuer(), "provider", openId.provider(), "centralAuthURL", openId.redirectUrl())
                .forEach((field, value) -> {
                    // The daemon has no such fields: nothing is said of them where there is nothing to say.
                    if (json.has(field) || !value.isEmpty()) {
                        json.put(field, value);
                    }
                });
        if (!network.authTokens().isEmpty() || !tokens(json).isEmpty()) {
            json.put("authTokens", network.authTokens());
        }
        if (json.has(WINDOW)
                || network.credentialWindowMillis() != NetworkDefinition.DEFAULT_CREDENTIAL_WINDOW_MILLIS) {
            json.put(WINDOW, network.credentialWindowMillis());
        }
    }

    static String traceAddress(TraceTarget trace) {
        return trace.address() == 0 ? null : Address.format(trace.address());
    }

    private static Map<String, Object> write(AddressPool pool) {
        return Map.of(
                "ipRangeStart",
                SocketAddressField.format(pool.first()),
                "ipRangeEnd",
                SocketAddressField.format(pool.last()));
    }

    private static Map<String, Object> write(Route route) {
        Map<String, Object> json = new TreeMap<>();
        json.put("target", route.target().toString());
        json.put("via", route.via().map(SocketAddressField::format).orElse(null));
        return json;
    }

    private static Map<String, Object> write(CapabilityDefinition capability) {
        return Map.of(
                "id",
                Integer.toUnsignedLong(capability.id()),
                "default",
                capability.isDefault(),
                "rules",
                RuleJson.writeAll(capability.rules()));
    }

    private static Map<String, Object> write(Dns dns) {
        return Map.of(
                "domain",
                dns.domain(),
                "servers",
                dns.servers().stream().map(SocketAddressField::format).toList());
    }

    /** Tags without a default are in no definition: they stay. */
    private static List<Object> writeTags(NetworkDefinition network, JsonObject json) {
        Map<Long, Object> tags = new TreeMap<>();
        for (JsonObject tag : json.objects("tags")) {
            if (tag.get("default") == null) {
                tags.put(tag.number("id", 0), tag.fields());
            }
        }
        network.tags().forEach((id, value) -> {
            long number = Integer.toUnsignedLong(id);
            tags.put(number, Map.of("id", number, "default", Integer.toUnsignedLong(value)));
        });
        return new ArrayList<>(tags.values());
    }

    private static boolean has(Optional<JsonObject> modes, String mode) {
        return modes.filter(each -> each.flag(mode, false)).isPresent();
    }

    /** The nearest MTU that the protocol carries. */
    static int mtu(long bytes) {
        return (int) Math.max(NetworkConfig.MIN_MTU, Math.min(NetworkConfig.MAX_CARRIED_MTU, bytes & 0xffff_ffffL));
    }

    /** At most so many bytes of UTF-8. */
    private static String cut(String text, int most) {
        int end = 0;
        int bytes = 0;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > most) {
                break;
            }
            end += Character.charCount(character);
        }
        return text.substring(0, end);
    }

    private static List<AddressPool> pools(JsonObject json) {
        List<AddressPool> pools = new ArrayList<>();
        for (JsonObject each : json.objects("ipAssignmentPools")) {
            Optional<InetAddress> first = AddressText.address(each.text("ipRangeStart", ""));
            Optional<InetAddress> last = AddressText.address(each.text("ipRangeEnd", ""));
            if (first.isPresent() && last.isPresent()) {
                pool(first.get(), last.get()).ifPresent(pools::add);
            }
        }
        return pools;
    }

    private static Optional<AddressPool> pool(InetAddress first, InetAddress last) {
        byte[] from = first.getAddress();
        byte[] to = last.getAddress();
        return from.length == to.length && Arrays.compareUnsigned(from, to) <= 0
                ? Optional.of(new AddressPool(first, last))
                : Optional.empty();
    }

    private static List<Route> routes(JsonObject json) {
        Map<InetPrefix, Route> routes = new LinkedHashMap<>();
        for (JsonObject each : json.objects("routes")) {
            Optional<InetPrefix> target =
                    AddressText.prefix(each.text("target", "")).filter(InetPrefix::isPossible);
            if (target.isPresent() && routes.size() < NetworkConfig.MAX_ROUTES) {
                Optional<InetAddress> via = each.get("via") instanceof String text
                        ? AddressText.address(text)
                                .filter(gateway -> InetPrefix.of(gateway).isIpv6()
                                        == target.get().isIpv6())
                        : Optional.empty();
                routes.putIfAbsent(
                        target.get().network(),
                        new Route(
                                target.get(),
                                via,
                                (int) each.number("flags", 0) & 0xffff,
                                (int) each.number("metric", 0) & 0xffff));
            }
        }
        return new ArrayList<>(routes.values());
    }

    private static List<Rule> rules(JsonObject json, int most) {
        List<Rule> rules = RuleJson.readAll(json.list("rules").orElse(List.of()));
        return rules.subList(0, Math.min(most, rules.size()));
    }

    private static List<CapabilityDefinition> capabilities(JsonObject json) {
        Map<Integer, CapabilityDefinition> result = new TreeMap<>(Integer::compareUnsigned);
        for (JsonObject each : json.objects("capabilities")) {
            int id = (int) each.number("id", 0);
            result.put(
                    id, new CapabilityDefinition(id, each.flag("default", false), rules(each, Capability.MAX_RULES)));
        }
        return new ArrayList<>(result.values());
    }

    private static Map<Integer, Integer> tags(JsonObject json) {
        Map<Integer, Integer> tags = new TreeMap<>(Integer::compareUnsigned);
        for (JsonObject each : json.objects("tags")) {
            if (each.get("default") instanceof Number value) {
                tags.put((int) each.number("id", 0), (int) value.longValue());
            }
        }
        return tags;
    }

    private static Dns dns(JsonObject json) {
        List<InetAddress> servers = json.list("servers").orElse(List.of()).stream()
                .map(each -> AddressText.address(Json.text(each, "")))
                .flatMap(Optional::stream)
                .limit(Dns.MAX_SERVERS)
                .toList();
        return new Dns(cut(json.text("domain", ""), Dns.MAX_DOMAIN_LENGTH), servers);
    }

    private static Map<String, Long> tokens(JsonObject json) {
        Map<String, Long> tokens = new TreeMap<>();
        json.object("authTokens")
                .ifPresent(all -> all.fields().forEach((token, expiry) -> {
                    if (expiry instanceof Number number) {
                        tokens.put(token, number.longValue());
                    }
                }));
        return tokens;
    }

    /** Whom a network or member names to be told. */
    static TraceTarget trace(JsonObject json) {
        String target = json.text("remoteTraceTarget", "");
        long level = json.number("remoteTraceLevel", 0);
        return target.length() == TRACE_ADDRESS_LENGTH
                ? new TraceTarget(Json.hexNumber(target, 0) & 0xff_ffff_ffffL, level)
                : new TraceTarget(0, level);
    }
}
