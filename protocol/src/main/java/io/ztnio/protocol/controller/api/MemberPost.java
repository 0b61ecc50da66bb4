package io.ztnio.protocol.controller.api;

import io.ztnio.protocol.controller.AddressText;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a request changes of a member, as {@link NetworkPost} for networks. Thread-safe. */
final class MemberPost {
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    private MemberPost() {}

    static void apply(JsonObject changes, JsonObject member, long nowMillis) {
        Fields fields = new Fields(changes, member);
        fields.flag("activeBridge", false);
        fields.flag("noAutoAssignIps", false);
        fields.number("authenticationExpiryTime", 0);
        fields.text("name");
        fields.trace();
        if (changes.has("authorized")) {
            authorize(changes.flag("authorized", false), member, nowMillis);
        }
        fields.list("ipAssignments", MemberPost::addresses);
        fields.list("tags", MemberPost::tags);
        fields.list("capabilities", MemberPost::capabilities);
        // The daemon has this field, but nothing that sets it.
        fields.flag("ssoExempt", false);
    }

    private static void authorize(boolean authorized, JsonObject member, long nowMillis) {
        if (authorized == member.flag("authorized", false)) {
            return;
        }
        member.put("authorized", authorized);
        member.put(authorized ? "lastAuthorizedTime" : "lastDeauthorizedTime", nowMillis);
        if (authorized) {
            member.put("lastAuthorizedCredentialType", "api").put("lastAuthorizedCredential", null);
        }
    }

    private static List<Object> addresses(List<?> list) {
        List<Object> addresses = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof String text)) {
                throw new IllegalArgumentException("ipAssignments: " + Json.write(each) + " is not a text");
            }
            AddressText.addressText(text).ifPresent(addresses::add);
        }
        return addresses;
    }

    private static List<Object> tags(List<?> list) {
        Map<Long, Object> tags = new TreeMap<>();
        for (Object each : list) {
            if (each instanceof List<?> pair && pair.size() == 2) {
                long id = Json.number(pair.get(0), 0) & UNSIGNED_INT;
                tags.put(id, List.of(id, Json.number(pair.get(1), 0) & UNSIGNED_INT));
            }
        }
        return new ArrayList<>(tags.values());
    }

    private static List<Object> capabilities(List<?> list) {
        return list.stream()
                .map(each -> Json.number(each, 0))
                .distinct()
                .sorted(Long::compareUnsigned)
                .map(Json::unsigned)
                .<Object>map(number -> number)
                .toList();
    }
}
