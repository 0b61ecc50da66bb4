package io.ztnio.protocol.controller;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.RequestMetadata;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A network with its members, and what is known of them at the moment. Thread: confined to the node. */
final class ControlledNetwork {
    static final int MAX_MEMBERS = 65_536;
    static final int MAX_PENDING = 4096;

    private static final long NEVER = Long.MIN_VALUE / 4;

    final LongMap<Entry> members = new LongMap<>();
    NetworkDefinition definition;
    private int pending;

    ControlledNetwork(NetworkDefinition definition) {
        this.definition = definition;
    }

    /** One member. */
    static final class Entry {
        MemberDefinition definition;
        long lastRequestMillis = NEVER;
        long lastConfigMillis = NEVER;
        /** From the last request that was granted; {@code null} if there has been none. */
        RequestMetadata metadata;

        Entry(MemberDefinition definition) {
            this.definition = definition;
        }
    }

    /** The member; made if need be and there is room for strangers, otherwise {@code null}. */
    Entry entry(long address) {
        Entry entry = members.get(address);
        if (entry == null && members.size() < MAX_MEMBERS && pending < MAX_PENDING) {
            entry = new Entry(MemberDefinition.of(address));
            members.put(address, entry);
            pending++;
        }
        return entry;
    }

    /** Replaces what is wanted of a member. */
    Entry put(MemberDefinition member) {
        Entry entry = members.get(member.address());
        if (entry == null) {
            entry = new Entry(member);
            members.put(member.address(), entry);
            pending += member.authorized() ? 0 : 1;
        } else {
            pending += (entry.definition.authorized() ? 1 : 0) - (member.authorized() ? 1 : 0);
            entry.definition = member;
        }
        return entry;
    }

    void remove(long address) {
        Entry entry = members.remove(address);
        if (entry != null && !entry.definition.authorized()) {
            pending--;
        }
    }

    List<Entry> entries() {
        List<Entry> result = new ArrayList<>(members.size());
        for (long address : members.keys()) {
            result.add(members.get(address));
        }
        return result;
    }

    List<Long> activeBridges() {
        return entries().stream()
                .filter(entry -> entry.definition.activeBridge())
                .map(entry -> entry.definition.address())
                .sorted()
                .toList();
    }

    /** Every address that is assigned to somebody. */
    Set<InetAddress> taken() {
        Set<InetAddress> taken = new HashSet<>();
        for (int i = 0; i < members.slots(); i++) {
            Entry entry = members.valueAt(i);
            if (entry != null) {
                for (InetPrefix prefix : entry.definition.addresses()) {
                    taken.add(prefix.address());
                }
            }
        }
        return taken;
    }
}
