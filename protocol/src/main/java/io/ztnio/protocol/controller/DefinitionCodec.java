package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.wire.ByteReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Definitions as dictionaries, for the store: one key for each thing, lists as numbered keys. Thread-safe. */
final class DefinitionCodec {
    private static final String TRUE = "1";

    private DefinitionCodec() {}

    static byte[] write(NetworkDefinition network) {
        Dictionary d = new Dictionary()
                .put("nwid", network.networkId())
                .put("name", network.name())
                .put("private", network.isPrivate())
                .put("broadcast", network.broadcast())
                .put("rfc4193", network.rfc4193())
                .put("6plane", network.sixPlane())
                .put("mtu", network.mtuBytes())
                .put("multicastLimit", network.multicastLimit())
                .put("window", network.credentialWindowMillis())
                .put("revision", network.revision())
                .put("rules", Rule.encode(network.rules()))
                .put("dns.domain", network.dns().domain());
        number(d, "dns.server", network.dns().servers(), server -> new InetPrefix(server, 0).toString());
        number(
                d,
                "pool",
                network.pools(),
                pool -> new InetPrefix(pool.first(), 0) + "-" + new InetPrefix(pool.last(), 0));
        number(d, "route", network.routes(), DefinitionCodec::route);
        for (CapabilityDefinition capability : network.capabilities()) {
            String key = "capability." + Integer.toHexString(capability.id());
            d.put(key, Rule.encode(capability.rules())).put("default." + key, capability.isDefault());
        }
        network.tags().forEach((id, value) -> d.put("tag." + Integer.toHexString(id), value & 0xffffffffL));
        int token = 0;
        for (Map.Entry<String, Long> each : network.authTokens().entrySet()) {
            d.put("token." + token, each.getKey()).put("expiry.token." + token, each.getValue());
            token++;
        }
        return d.toByteArray();
    }

    /**
     * Reads a network.
     *
     * @throws IllegalArgumentException saying what is wrong, if the file is damaged
     */
    static NetworkDefinition readNetwork(byte[] bytes) {
        Dictionary d = Dictionary.parseFile(bytes);
        ByteReader ruleReader = new ByteReader(d.bytes("rules").orElse(new byte[0]));
        List<Rule> rules = Rule.readAll(ruleReader, NetworkConfig.MAX_RULES);
        if (d.number("nwid", 0) == 0 || !ruleReader.ok()) {
            throw new IllegalArgumentException("not the definition of a network");
        }
        return NetworkDefinition.builder(d.number("nwid", 0))
                .name(d.text("name"))
                .isPrivate(d.flag("private"))
                .broadcast(d.flag("broadcast"))
                .rfc4193(d.flag("rfc4193"))
                .sixPlane(d.flag("6plane"))
                .mtu((int) d.number("mtu", NetworkConfig.DEFAULT_MTU))
                .multicastLimit((int) d.number("multicastLimit", NetworkDefinition.DEFAULT_MULTICAST_LIMIT))
                .credentialWindow(d.number("window", NetworkDefinition.DEFAULT_CREDENTIAL_WINDOW_MILLIS))
                .revision(d.number("revision", 0))
                .rules(rules)
                .dns(new Dns(
                        d.text("dns.domain"),
                        numbered(d, "dns.server").stream()
                                .map(text -> InetPrefix.parse(text).address())
                                .toList()))
                .pools(numbered(d, "pool").stream().map(DefinitionCodec::pool).toList())
                .routes(numbered(d, "route").stream()
                        .map(DefinitionCodec::routeOf)
                        .toList())
                .capabilities(capabilities(d))
                .tags(tags(d))
                .authTokens(tokens(d))
                .build();
    }

    static byte[] write(MemberDefinition member) {
        Dictionary d = new Dictionary()
                .putAddress("address", member.address())
                .put("identity", member.identity().map(Identity::toPublicString).orElse(""))
                .put("authorized", member.authorized())
                .put("activeBridge", member.activeBridge())
                .put("noAutoAssign", member.noAutoAssign());
        number(d, "ip", member.addresses(), InetPrefix::toString);
        member.tags().forEach((id, value) -> d.put("tag." + Integer.toHexString(id), value & 0xffffffffL));
        member.capabilities().forEach(id -> d.put("capability." + Integer.toHexString(id), TRUE));
        return d.toByteArray();
    }

    /**
     * Reads a member.
     *
     * @throws IllegalArgumentException saying what is wrong, if the file is damaged
     */
    static MemberDefinition readMember(byte[] bytes) {
        Dictionary d = Dictionary.parseFile(bytes);
        long address = d.address("address");
        if (Address.isReserved(address)) {
            throw new IllegalArgumentException("not the definition of a member");
        }
        return new MemberDefinition(
                address,
                identity(d.text("identity")),
                d.flag("authorized"),
                d.flag("activeBridge"),
                d.flag("noAutoAssign"),
                numbered(d, "ip").stream().map(InetPrefix::parse).toList(),
                tags(d),
                ids(d, "capability."));
    }

    /** None is an empty text: whoever asks first is the member. What is damaged must not turn into that. */
    private static Optional<Identity> identity(String text) {
        Optional<Identity> identity = Identity.parse(text);
        if (identity.isEmpty() && !text.isEmpty()) {
            throw new IllegalArgumentException("its identity cannot be read");
        }
        return identity;
    }

    private static <T> void number(Dictionary d, String key, List<T> items, Function<T, String> text) {
        for (int i = 0; i < items.size(); i++) {
            d.put(key + "." + i, text.apply(items.get(i)));
        }
    }

    private static List<String> numbered(Dictionary d, String key) {
        List<String> result = new ArrayList<>();
        while (d.contains(key + "." + result.size())) {
            result.add(d.text(key + "." + result.size()));
        }
        return result;
    }

    private static String route(Route route) {
        return route.target()
                + route.via().map(via -> " " + new InetPrefix(via, 0)).orElse("");
    }

    private static Route routeOf(String text) {
        int space = text.indexOf(' ');
        return space < 0
                ? new Route(InetPrefix.parse(text))
                : new Route(
                        InetPrefix.parse(text.substring(0, space)),
                        InetPrefix.parse(text.substring(space + 1)).address());
    }

    private static AddressPool pool(String text) {
        int dash = Math.max(0, text.indexOf('-'));
        return new AddressPool(
                InetPrefix.parse(text.substring(0, dash)).address(),
                InetPrefix.parse(text.substring(dash + 1)).address());
    }

    private static List<CapabilityDefinition> capabilities(Dictionary d) {
        List<CapabilityDefinition> result = new ArrayList<>();
        for (int id : ids(d, "capability.")) {
            String key = "capability." + Integer.toHexString(id);
            ByteReader reader = new ByteReader(d.bytes(key).orElse(new byte[0]));
            List<Rule> rules = Rule.readAll(reader, NetworkConfig.MAX_RULES);
            result.add(new CapabilityDefinition(id, d.flag("default." + key), rules));
        }
        return result;
    }

    private static Map<Integer, Integer> tags(Dictionary d) {
        Map<Integer, Integer> result = new HashMap<>();
        ids(d, "tag.").forEach(id -> result.put(id, (int) d.number("tag." + Integer.toHexString(id), 0)));
        return result;
    }

    private static Map<String, Long> tokens(Dictionary d) {
        Map<String, Long> result = new HashMap<>();
        for (int i = 0; d.contains("token." + i); i++) {
            result.put(d.text("token." + i), d.number("expiry.token." + i, 0));
        }
        return result;
    }

    private static List<Integer> ids(Dictionary d, String prefix) {
        List<Integer> result = new ArrayList<>();
        for (String key : d.keys()) {
            if (key.startsWith(prefix) && key.substring(prefix.length()).matches("[0-9a-f]{1,8}")) {
                result.add(Integer.parseUnsignedInt(key.substring(prefix.length()), 16));
            }
        }
        return result;
    }
}
