package io.ztnio.tools.cli.node;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.tools.cli.command.JsonFields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Members in a network's file, each by its address; what is misspelt is refused by its name. Thread-safe. */
final class MemberFields {
    static final String AUTHORIZED = "authorized";

    private static final String IDENTITY = "identity";
    private static final String ADDRESSES = "ipAssignments";
    private static final String TAGS = "tags";
    private static final String CAPABILITIES = "capabilities";
    private static final String EXPIRY = "authenticationExpiryTime";

    /** What the controller itself writes down is taken, and left to it. */
    private static final String[] KNOWN = {
        AUTHORIZED,
        "activeBridge",
        "noAutoAssignIps",
        ADDRESSES,
        TAGS,
        CAPABILITIES,
        "name",
        "ssoExempt",
        EXPIRY,
        "remoteTraceTarget",
        "remoteTraceLevel",
        IDENTITY,
        "id",
        "address",
        "nwid",
        "objtype",
        "revision",
        "creationTime",
        "lastAuthorizedTime",
        "lastDeauthorizedTime",
        "lastAuthorizedCredentialType",
        "lastAuthorizedCredential",
        "vMajor",
        "vMinor",
        "vRev",
        "vProto"
    };

    private MemberFields() {}

    /** The members in a field. */
    static Map<Long, JsonObject> read(JsonFields json, String field, Optional<JsonObject> written) {
        Map<Long, JsonObject> members = new TreeMap<>();
        JsonObject all = written.orElse(new JsonObject());
        String[] addresses = all.fields().keySet().toArray(new String[0]);
        for (String address : addresses) {
            if (!address.matches("[0-9a-fA-F]{10}")) {
                throw json.isNot(
                        field, "an object with addresses of 10 hexadecimal digits: \"" + address + "\" is none");
            }
        }
        json.object(field, addresses).ifPresent(object -> {
            for (String address : addresses) {
                JsonFields member = object.object(address, KNOWN).orElseThrow();
                JsonObject values = all.object(address).orElseThrow();
                check(member, values, Address.parse(address));
                members.put(Address.parse(address), values);
            }
        });
        return members;
    }

    private static void check(JsonFields member, JsonObject values, long address) {
        member.flag(AUTHORIZED, false);
        member.flag("activeBridge", false);
        member.flag("noAutoAssignIps", false);
        member.flag("ssoExempt", false);
        member.text("name");
        NetworkFile.checkTrace(member);
        for (String ip : member.texts(ADDRESSES)) {
            if (SocketAddressField.parseAddress(ip).isEmpty()) {
                throw member.isNot(ADDRESSES, "a list of IP addresses: \"" + ip + "\" is none");
            }
        }
        for (Object tag : values.list(TAGS).orElse(List.of())) {
            if (!(tag instanceof List<?> pair)
                    || pair.size() != 2
                    || !pair.stream().allMatch(MemberFields::isId)) {
                throw member.isNot(
                        TAGS, "a list of pairs of an id and a value, such as [[1000,7]]: " + Json.write(tag));
            }
        }
        for (Object id : values.list(CAPABILITIES).orElse(List.of())) {
            if (!isId(id)) {
                throw member.isNot(CAPABILITIES, "a list of ids of capabilities: " + Json.write(id));
            }
        }
        if (values.has(EXPIRY) && !(values.get(EXPIRY) instanceof Long)) {
            throw member.wrong(EXPIRY, "a time in milliseconds since 1970");
        }
        Optional<String> identity = member.text(IDENTITY);
        boolean isOther = identity.isPresent()
                && Identity.parse(identity.get())
                        .filter(each -> each.address() == address)
                        .isEmpty();
        if (isOther) {
            throw member.isNot(IDENTITY, "the identity of " + Address.format(address));
        }
    }

    private static boolean isId(Object value) {
        return value instanceof Long number && number >= 0 && number <= 0xffff_ffffL;
    }
}
