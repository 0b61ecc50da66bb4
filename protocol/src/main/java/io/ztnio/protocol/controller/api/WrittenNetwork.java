package io.ztnio.protocol.controller.api;

import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as a person wrote it down whole: what is not written has its default, and what cannot work is refused. It is marked
 * as such, so that it goes when what is written goes. Thread: confined to who makes it.
 */
public final class WrittenNetwork {
    private static final String MARK = "definedByFile";
    private static final String V4_MODE = "v4AssignMode";
    private static final String V6_MODE = "v6AssignMode";
    private static final String ZT = "zt";

    /** What this controller counts, and what is nobody's to change. */
    private static final List<String> KEPT = List.of("creationTime", "revision", "id", "nwid", "objtype");

    private final JsonObject written;

    /** A network with the fields that a request has. */
    public WrittenNetwork(JsonObject written) {
        this.written = written;
    }

    /** Whether a record is that of a network that was written down. */
    public static boolean isRecord(JsonObject record) {
        return record.flag(MARK, false);
    }

    /**
     * What the network is.
     *
     * @throws IllegalArgumentException naming the field, if no configuration can say this or it cannot work
     */
    public NetworkDefinition definition(long networkId) {
        return NetworkDefinition.ofRecord(record(new JsonObject()), networkId).toBuilder()
                .build();
    }

    private JsonObject record(JsonObject existing) {
        JsonObject record = new JsonObject();
        KEPT.stream().filter(existing::has).forEach(field -> record.put(field, existing.get(field)));
        NetworkPost.apply(written, record);
        NetworkPost.applyWrittenOnly(written, record);
        boolean hasIpv6 = written.objects("ipAssignmentPools").stream()
                .anyMatch(pool -> pool.text("ipRangeStart", "").contains(":"));
        boolean hasIpv4 = written.objects("ipAssignmentPools").stream()
                .anyMatch(pool -> !pool.text("ipRangeStart", "").contains(":"));
        record.putIfAbsent(V4_MODE, Map.of(ZT, hasIpv4));
        JsonObject v6 = record.object(V6_MODE).orElse(new JsonObject());
        record.put(
                V6_MODE,
                v6.putIfAbsent(ZT, hasIpv6).putIfAbsent("rfc4193", false).putIfAbsent("6plane", false));
        return record.put(MARK, true);
    }

    /**
     * Makes a controller serve it.
     *
     * @param members what is written of members, by address
     * @param authorized who is let in; whoever else was is put out of a private network
     * @throws IllegalArgumentException if the ID is not one of the controller's
     */
    public void apply(
            Controller controller,
            long networkId,
            Map<Long, JsonObject> members,
            Set<Long> authorized,
            long nowMillis) {
        controller.mustBeOurs(networkId);
        JsonObject existing = controller.networkRecord(networkId).orElse(new JsonObject());
        controller.putNetworkRecord(networkId, record(existing), nowMillis);
        members.forEach((address, changes) -> {
            JsonObject member = controller
                    .memberRecord(networkId, address)
                    .map(JsonObject::copy)
                    .orElse(new JsonObject());
            MemberPost.apply(changes, member, nowMillis);
            if (changes.has("identity")) {
                member.put("identity", changes.get("identity"));
            }
            controller.putMemberRecord(networkId, address, member, nowMillis);
        });
        controller.letInOnly(networkId, authorized, nowMillis);
    }
}
