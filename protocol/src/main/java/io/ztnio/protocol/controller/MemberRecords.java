package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.controller.ControlledNetwork.Entry;
import io.ztnio.protocol.json.JsonObject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Keeps members' records, counts their revisions, and gives members addresses. Thread: confined to the node. */
final class MemberRecords {
    private static final String REVISION = "revision";

    private final StoredDefinitions store;
    private final RandomGenerator random;

    /** What this has done, and by whom else it is used. */
    ControllerCounts counts = ControllerCounts.NONE;

    MemberRecords(StoredDefinitions store, RandomGenerator random) {
        this.store = store;
        this.random = random;
    }

    /**
     * Replaces a member's record, and keeps it if it says anything new.
     *
     * @return whether it does
     */
    boolean put(ControlledNetwork network, long address, JsonObject record, long nowMillis) {
        Entry old = network.members.get(address);
        JsonObject before = old == null ? new JsonObject() : old.record;
        MemberJson.complete(record, network.definition.networkId(), address, nowMillis);
        return keep(network, network.put(address, record), before);
    }

    /** Keeps what a request changes, and gives an address of each version whose pools have one. */
    void putAndAssign(ControlledNetwork network, Entry entry, JsonObject record, long nowMillis) {
        JsonObject before = entry.record;
        long address = entry.definition.address();
        MemberJson.complete(record, network.definition.networkId(), address, nowMillis);
        network.put(address, record);
        assignAddresses(network, entry);
        keep(network, entry, before);
    }

    private boolean keep(ControlledNetwork network, Entry entry, JsonObject before) {
        if (before.equalsBut(REVISION, entry.record)) {
            return false;
        }
        counts = counts.memberChanged(MemberJson.isAuthorized(before), MemberJson.isAuthorized(entry.record));
        entry.record.put(REVISION, entry.record.number(REVISION, 0) + 1);
        store.saveMember(network.definition.networkId(), entry.definition.address(), entry.record);
        return true;
    }

    /** Gives the member one address of each version that has a pool, if it has none yet. */
    private void assignAddresses(ControlledNetwork network, Entry entry) {
        MemberDefinition member = entry.definition;
        NetworkDefinition definition = network.definition;
        if (member.noAutoAssign() || definition.pools().isEmpty()) {
            return;
        }
        List<InetPrefix> usable = usable(definition, member);
        boolean needsIpv4 = definition.assignsIpv4() && usable.stream().allMatch(InetPrefix::isIpv6);
        boolean needsIpv6 = definition.assignsIpv6() && usable.stream().noneMatch(InetPrefix::isIpv6);
        if (!needsIpv4 && !needsIpv6) {
            return;
        }
        Set<InetAddress> taken = network.taken();
        List<InetPrefix> addresses = new ArrayList<>(member.addresses());
        if (needsIpv6) {
            AddressAssignment.ipv6(definition, member.address(), taken, random).ifPresent(addresses::add);
        }
        if (needsIpv4) {
            AddressAssignment.ipv4(definition, member.address(), taken).ifPresent(addresses::add);
        }
        if (addresses.size() > member.addresses().size()) {
            JsonObject record = entry.record.copy();
            MemberJson.setAddresses(record, addresses);
            network.put(member.address(), record);
        }
    }

    /** A member's own addresses that lie on a route, with the prefix of the longest. */
    static List<InetPrefix> usable(NetworkDefinition network, MemberDefinition member) {
        return member.addresses().stream()
                .map(prefix -> AddressAssignment.onRoute(prefix.address(), network.routes()))
                .flatMap(Optional::stream)
                .toList();
    }
}
