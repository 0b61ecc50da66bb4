package io.ztnio.protocol.controller.api;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The API of ZeroTier's controller: {@code /controller}, {@code /controller/network}, {@code /controller/network/NWID}, {@code
 * /controller/network/NWID/member}, {@code /controller/network/NWID/member/ID}, and the two lists under {@code
 * /unstable/controller/network}. POST and PUT are the same; what they name changes, and everything else stays. A network or
 * member that is not there is made.
 *
 * <p>Thread: confined to the node. Times are epoch milliseconds.
 */
public final class ControllerApi {
    private static final int API_VERSION = 4;
    private static final int HEX = 16;
    private static final int SERVER_ERROR = 500;
    private static final int UNAVAILABLE = 503;
    private static final int ID_TRIALS = 1000;
    private static final int MAX_BODY_LENGTH = 4 << 20;
    private static final String NETWORK = "network";
    private static final String MEMBER = "member";
    private static final String NETWORK_ID = "[0-9a-fA-F]{16}";
    private static final String NEW_NETWORK = "[0-9a-fA-F]{10}______";
    private static final String ADDRESS = "[0-9a-fA-F]{10}";
    private static final String AUTHORIZED = "authorized";

    private final Controller controller;
    private final Consumer<String> warnings;

    /** @param warnings gets a line if something of a request is left out that nobody left out on purpose; confined to the node */
    public ControllerApi(Controller controller, Consumer<String> warnings) {
        this.controller = controller;
        this.warnings = warnings;
    }

    /**
     * Answers a request.
     *
     * @param method of HTTP, in capitals
     * @param path what follows {@code /controller}, cut at its slashes; a path with a slash at its end has an empty last part
     * @param body of the request; empty for none
     */
    public Answer handle(String method, List<String> path, String body, long nowMillis) {
        try {
            return switch (path.size()) {
                case 0 -> isGet(method) ? Answer.ok(status(nowMillis)) : Answer.NOT_FOUND;
                case 1 -> path.get(0).equals(NETWORK) ? networks(method, body, nowMillis) : Answer.NOT_FOUND;
                case 2 ->
                    path.get(0).equals(NETWORK) ? network(method, path.get(1), body, nowMillis) : Answer.NOT_FOUND;
                case 3 -> isGet(method) && isMembers(path) ? members(id(path.get(1))) : Answer.NOT_FOUND;
                case 4 ->
                    isMembers(path) && path.get(3).matches(ADDRESS)
                            ? member(method, id(path.get(1)), id(path.get(3)), body, nowMillis)
                            : Answer.NOT_FOUND;
                default -> Answer.NOT_FOUND;
            };
        } catch (IllegalArgumentException e) {
            return new Answer(
                    SERVER_ERROR,
                    new JsonObject()
                            .put("error", SERVER_ERROR)
                            .put("description", e.getMessage())
                            .toString());
        }
    }

    /**
     * Answers a request under {@code /unstable/controller}: the lists with everything in them.
     *
     * @param path what follows {@code /unstable/controller}, cut at its slashes
     */
    public Answer handleUnstable(String method, List<String> path) {
        if (!isGet(method) || path.isEmpty() || !path.get(0).equals(NETWORK)) {
            return Answer.NOT_FOUND;
        }
        if (path.size() == 1) {
            return networksWithCounts();
        }
        return path.size() == 3 && isMembers(path) ? membersInFull(id(path.get(1))) : Answer.NOT_FOUND;
    }

    private static boolean isGet(String method) {
        return method.equals("GET");
    }

    private static boolean isPut(String method) {
        return method.equals("POST") || method.equals("PUT");
    }

    private static boolean isMembers(List<String> path) {
        return path.get(0).equals(NETWORK)
                && path.get(1).matches(NETWORK_ID)
                && path.get(2).equals(MEMBER);
    }

    private static long id(String hex) {
        return Long.parseUnsignedLong(hex, HEX);
    }

    private static JsonObject status(long nowMillis) {
        return new JsonObject()
                .put("controller", true)
                .put("apiVersion", API_VERSION)
                .put("clock", nowMillis)
                .put("databaseReady", true);
    }

    private Answer networks(String method, String body, long nowMillis) {
        if (isGet(method)) {
            return Answer.ok(Json.write(controller.networkRecords().keySet().stream()
                    .map(NetworkId::format)
                    .toList()));
        }
        return isPut(method) ? create(body, nowMillis) : Answer.NOT_FOUND;
    }

    private Answer create(String body, long nowMillis) {
        for (int i = 0; i < ID_TRIALS; i++) {
            int number = Math.max(1, controller.random().nextInt() & 0xff_ffff);
            long networkId = NetworkId.of(controller.address(), number);
            if (controller.networkRecord(networkId).isEmpty()) {
                return Answer.ok(putNetwork(networkId, body, nowMillis));
            }
        }
        return new Answer(UNAVAILABLE, "");
    }

    private Answer network(String method, String name, String body, long nowMillis) {
        if (name.matches(NEW_NETWORK) && isPut(method)) {
            boolean isMine = name.startsWith(Address.format(controller.address()));
            return isMine ? create(body, nowMillis) : Answer.badRequest();
        }
        if (!name.matches(NETWORK_ID)) {
            return Answer.NOT_FOUND;
        }
        long networkId = id(name);
        if (isPut(method)) {
            return Answer.ok(putNetwork(networkId, body, nowMillis));
        }
        Optional<JsonObject> record = controller.networkRecord(networkId);
        if (record.isPresent() && method.equals("DELETE")) {
            controller.deleteNetwork(networkId, nowMillis);
        } else if (!isGet(method)) {
            return Answer.NOT_FOUND;
        }
        return record.map(Answer::ok).orElse(Answer.NOT_FOUND);
    }

    private JsonObject putNetwork(long networkId, String body, long nowMillis) {
        JsonObject changes = object(body);
        JsonObject record =
                controller.networkRecord(networkId).map(JsonObject::copy).orElse(new JsonObject());
        NetworkPost.apply(changes, record);
        UnreadRules.of(changes, networkId).ifPresent(warnings);
        return controller.putNetworkRecord(networkId, record, nowMillis);
    }

    /** What is asked for; nothing if the body is JSON but no object. */
    private static JsonObject object(String body) {
        if (body.length() > MAX_BODY_LENGTH) {
            throw new IllegalArgumentException("more than " + MAX_BODY_LENGTH + " characters");
        }
        return JsonObject.of(Json.parse(body)).orElse(new JsonObject());
    }

    private Answer members(long networkId) {
        if (controller.networkRecord(networkId).isEmpty()) {
            return Answer.NOT_FOUND;
        }
        Map<String, Object> revisions = new TreeMap<>();
        controller
                .memberRecords(networkId)
                .forEach((address, record) -> revisions.put(Address.format(address), record.number("revision", 0)));
        return Answer.ok(Json.write(revisions));
    }

    private Answer member(String method, long networkId, long address, String body, long nowMillis) {
        Optional<JsonObject> network = controller.networkRecord(networkId);
        Optional<JsonObject> member = controller.memberRecord(networkId, address);
        if (network.isEmpty()) {
            return Answer.NOT_FOUND;
        }
        if (isPut(method)) {
            JsonObject record = member.map(JsonObject::copy).orElse(new JsonObject());
            MemberPost.apply(object(body), record, nowMillis);
            return Answer.ok(controller.putMemberRecord(networkId, address, record, nowMillis));
        }
        if (member.isPresent() && method.equals("DELETE")) {
            controller.deleteMember(networkId, address, nowMillis);
        } else if (!isGet(method)) {
            return Answer.NOT_FOUND;
        }
        return member.map(record -> Answer.ok(withSignIn(record, networkId, address, nowMillis)))
                .orElse(Answer.NOT_FOUND);
    }

    /** Whoever has seen a user sign in by OpenID Connect knows by these which member it was. */
    private JsonObject withSignIn(JsonObject record, long networkId, long address, long nowMillis) {
        SingleSignOn signIn = controller.signIn(networkId, address, nowMillis);
        return signIn.version() == 0
                ? record
                : record.copy().put("ssoNonce", signIn.nonce()).put("ssoState", signIn.state());
    }

    private Answer networksWithCounts() {
        List<JsonObject> data = new ArrayList<>();
        controller.networkRecords().forEach((networkId, record) -> {
            SortedMap<Long, JsonObject> members = controller.memberRecords(networkId);
            data.add(record.copy()
                    .put(
                            "meta",
                            Map.of("totalMemberCount", members.size(), "authorizedMemberCount", authorized(members))));
        });
        return Answer.ok(new JsonObject().put("data", data).put("meta", Map.of("networkCount", data.size())));
    }

    private Answer membersInFull(long networkId) {
        if (controller.networkRecord(networkId).isEmpty()) {
            return Answer.NOT_FOUND;
        }
        SortedMap<Long, JsonObject> members = controller.memberRecords(networkId);
        return Answer.ok(new JsonObject()
                .put("data", new ArrayList<>(members.values()))
                .put("meta", Map.of("totalCount", members.size(), "authorizedCount", authorized(members))));
    }

    private static long authorized(SortedMap<Long, JsonObject> members) {
        return members.values().stream()
                .filter(member -> member.flag(AUTHORIZED, false))
                .count();
    }
}
