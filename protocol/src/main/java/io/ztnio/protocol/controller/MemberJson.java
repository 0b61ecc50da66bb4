package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.wire.SocketAddressField;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Members in the JSON of ZeroTier's controller, as {@link NetworkJson} for networks. Thread-safe. */
final class MemberJson {
    static final String ADDRESSES = "ipAssignments";

    private static final String AUTHORIZED = "authorized";
    private static final String IDENTITY = "identity";
    private static final String CAPABILITIES = "capabilities";
    private static final String TAGS = "tags";

    private MemberJson() {}

    /** Adds what every member has. */
    static void complete(JsonObject json, long networkId, long address, long nowMillis) {
        json.putIfAbsent(AUTHORIZED, false)
                .putIfAbsent("ssoExempt", false)
                .putIfAbsent(ADDRESSES, List.of())
                .putIfAbsent("activeBridge", false)
                .putIfAbsent(TAGS, List.of())
                .putIfAbsent(CAPABILITIES, List.of())
                .putIfAbsent("creationTime", nowMillis)
                .putIfAbsent("noAutoAssignIps", false)
                .putIfAbsent("revision", 0)
                .putIfAbsent("lastDeauthorizedTime", 0)
                .putIfAbsent("lastAuthorizedTime", 0)
                .putIfAbsent("lastAuthorizedCredentialType", null)
                .putIfAbsent("lastAuthorizedCredential", null)
                .putIfAbsent("authenticationExpiryTime", 0)
                .putIfAbsent("vMajor", -1)
                .putIfAbsent("vMinor", -1)
                .putIfAbsent("vRev", -1)
                .putIfAbsent("vProto", -1)
                .putIfAbsent("remoteTraceTarget", null)
                .putIfAbsent("remoteTraceLevel", 0)
                .put("objtype", "member")
                .put("id", Address.format(address))
                .put("address", Address.format(address))
                .put("nwid", NetworkId.format(networkId));
        List.of(
                        "clock",
                        "physicalAddr",
                        "recentLog",
                        "lastModified",
                        "lastRequestMetaData",
                        "authenticationURL",
                        "authenticationClientID",
                        "ssoNonce",
                        "ssoState")
                .forEach(json::remove);
    }

    static MemberDefinition read(JsonObject json, long address) {
        return new MemberDefinition(
                address,
                Identity.parse(json.text(IDENTITY, "")).map(Identity::withoutSecret),
                json.flag(AUTHORIZED, false),
                json.flag("activeBridge", false),
                json.flag("noAutoAssignIps", false),
                json.list(ADDRESSES).orElse(List.of()).stream()
                        .map(each -> AddressText.address(Json.text(each, "")))
                        .flatMap(Optional::stream)
                        .map(InetPrefix::of)
                        .toList(),
                tags(json),
                json.list(CAPABILITIES).orElse(List.of()).stream()
                        .map(each -> (int) Json.number(each, 0))
                        .distinct()
                        .toList(),
                NetworkJson.trace(json),
                new MemberDefinition.SignIn(json.flag("ssoExempt", false), json.number("authenticationExpiryTime", 0)));
    }

    /** Whether an identity is kept, be it one that cannot be read: that must not count as none. */
    static boolean hasIdentity(JsonObject json) {
        return !json.text(IDENTITY, "").isEmpty();
    }

    /** Writes what a definition says over a member's fields. */
    static void write(MemberDefinition member, JsonObject json, long nowMillis) {
        member.identity().ifPresent(identity -> setIdentity(json, identity));
        setAuthorized(json, member.authorized(), "api", null, nowMillis);
        json.put("activeBridge", member.activeBridge())
                .put("noAutoAssignIps", member.noAutoAssign())
                .put("ssoExempt", member.signIn().isExempt())
                .put("authenticationExpiryTime", member.signIn().untilMillis())
                .put("remoteTraceTarget", NetworkJson.traceAddress(member.trace()))
                .put("remoteTraceLevel", member.trace().level())
                .put(
                        CAPABILITIES,
                        member.capabilities().stream()
                                .map(Integer::toUnsignedLong)
                                .sorted()
                                .toList());
        setAddresses(json, member.addresses());
        setTags(json, member.tags());
    }

    static void setIdentity(JsonObject json, Identity identity) {
        json.put(IDENTITY, identity.toPublicString());
    }

    /** Whether a member's record says that it is let in. */
    static boolean isAuthorized(JsonObject json) {
        return json.flag(AUTHORIZED, false);
    }

    /**
     * Lets a member in or puts it out, and remembers when and why if that changes anything.
     *
     * @param credential what it showed; {@code null} for nothing
     */
    static void setAuthorized(
            JsonObject json, boolean authorized, String credentialType, String credential, long nowMillis) {
        if (authorized == isAuthorized(json)) {
            return;
        }
        json.put(AUTHORIZED, authorized);
        if (authorized) {
            json.put("lastAuthorizedTime", nowMillis)
                    .put("lastAuthorizedCredentialType", credentialType)
                    .put("lastAuthorizedCredential", credential);
        } else {
            json.put("lastDeauthorizedTime", nowMillis);
        }
    }

    static void setAddresses(JsonObject json, List<InetPrefix> addresses) {
        json.put(
                ADDRESSES,
                addresses.stream()
                        .map(prefix -> SocketAddressField.format(prefix.address()))
                        .toList());
    }

    static void setVersion(JsonObject json, RequestMetadata metadata) {
        json.put("vMajor", metadata.major())
                .put("vMinor", metadata.minor())
                .put("vRev", metadata.revision())
                .put("vProto", metadata.protocolVersion());
    }

    /** What a member said of itself when it asked last, as far as it is kept; {@code null} if nothing is. */
    static RequestMetadata lastMetadata(JsonObject json) {
        int major = (int) json.number("vMajor", -1);
        int minor = (int) json.number("vMinor", -1);
        // Rules came with 1.2.
        int rulesEngine = major > 1 || minor >= 2 ? 1 : 0;
        return major < 1
                ? null
                : new RequestMetadata(
                        7,
                        0,
                        (int) json.number("vProto", 0),
                        major,
                        minor,
                        (int) json.number("vRev", 0),
                        rulesEngine,
                        "",
                        "");
    }

    /** Gives a member what new members of the network have. */
    static void addDefaultCapabilities(JsonObject json, NetworkDefinition network) {
        Set<Object> ids = new LinkedHashSet<>(json.list(CAPABILITIES).orElse(List.of()));
        network.capabilities().stream()
                .filter(CapabilityDefinition::isDefault)
                .forEach(each -> ids.add(Integer.toUnsignedLong(each.id())));
        json.put(CAPABILITIES, new ArrayList<>(ids));
    }

    /** Gives a member the network's values of tags that it has none of. */
    static void addDefaultTags(JsonObject json, NetworkDefinition network) {
        Map<Integer, Integer> tags = tags(json);
        Map<Integer, Integer> all = new TreeMap<>(network.tags());
        all.putAll(tags);
        if (all.size() > tags.size()) {
            setTags(json, all);
        }
    }

    private static void setTags(JsonObject json, Map<Integer, Integer> tags) {
        Map<Integer, Integer> sorted = new TreeMap<>(Integer::compareUnsigned);
        sorted.putAll(tags);
        List<Object> pairs = new ArrayList<>();
        sorted.forEach((id, value) -> pairs.add(List.of(Integer.toUnsignedLong(id), Integer.toUnsignedLong(value))));
        json.put(TAGS, pairs);
    }

    private static Map<Integer, Integer> tags(JsonObject json) {
        Map<Integer, Integer> tags = new TreeMap<>(Integer::compareUnsigned);
        for (Object each : json.list(TAGS).orElse(List.of())) {
            if (each instanceof List<?> pair && pair.size() == 2) {
                tags.put((int) Json.number(pair.get(0), 0), (int) Json.number(pair.get(1), 0));
            }
        }
        return tags;
    }
}
