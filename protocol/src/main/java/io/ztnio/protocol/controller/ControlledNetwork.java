package io.ztnio.protocol.controller;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.json.JsonObject;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A network with its members, and what is known of them at the moment. Thread: confined to the node. */
final class ControlledNetwork {
    static final int MAX_MEMBERS = 65_536;
    static final int MAX_PENDING = 4096;

    private static final int MAX_EXPULSIONS = 256;

    /** The longest credential window. */
    private static final long EXPULSION_LIFE_MILLIS = ConfigIssuer.MAX_WINDOW_MILLIS;

    private static final long NEVER = Long.MIN_VALUE / 4;

    final LongMap<Entry> members = new LongMap<>();
    JsonObject record;
    NetworkDefinition definition;

    /** How many members that are let in have an address: more than one only if the operator says so. */
    private final Map<InetAddress, Integer> held = new HashMap<>();

    /** Kept, because every member is told of them whenever it asks. */
    private final TreeSet<Long> activeBridges = new TreeSet<>();

    /** Oldest first. */
    private final ArrayDeque<Expulsion> expulsions = new ArrayDeque<>();

    private long expelled;
    private int pending;

    ControlledNetwork(long networkId, JsonObject record) {
        this.record = record;
        this.definition = NetworkJson.read(record, networkId);
    }

    /** Replaces the network's record, which is changed no more from now on. */
    void define(JsonObject newRecord) {
        definition = NetworkJson.read(newRecord, definition.networkId());
        record = newRecord;
    }

    /** A member that was put out: whoever asks later is told of it too, until its certificate is too old for anybody. */
    record Expulsion(Revocation revocation, long atMillis, long number) {}

    /** One member. */
    static final class Entry {
        /** Empty until something is kept of it. */
        JsonObject record = new JsonObject();

        MemberDefinition definition;
        /** How many expulsions it has been told of, or need not be. */
        long told;

        /** When it was last sent credentials. */
        long lastCredentialsMillis = NEVER;

        long lastRequestMillis = NEVER;
        long lastConfigMillis = NEVER;
        /** From the last request, granted or not; {@code null} if there has been none. */
        RequestMetadata metadata;

        /** What it signs in with; {@code null} if it never had to by OpenID Connect. */
        byte[] signInNonce;

        long signInNonceMillis = NEVER;

        /** Whether a changed configuration has not been sent yet. */
        boolean isOwedConfig;

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

    /**
     * Replaces a member's record, which is changed no more from now on but by this. One that is let in has only those of its
     * former addresses that nobody else has got meanwhile.
     */
    Entry put(long address, JsonObject record) {
        Entry entry = members.get(address);
        MemberDefinition old = entry == null ? MemberDefinition.of(address) : entry.definition;
        hold(old, -1);
        MemberDefinition member = MemberJson.read(record, address);
        if (member.authorized() && !old.authorized()) {
            List<InetPrefix> free = free(member);
            if (free.size() < member.addresses().size()) {
                MemberJson.setAddresses(record, free);
                member = member.withAddresses(free);
            }
        }
        hold(member, 1);
        if (entry == null) {
            entry = new Entry(member);
            members.put(address, entry);
            pending += member.authorized() ? 0 : 1;
        } else {
            pending += (old.authorized() ? 1 : 0) - (member.authorized() ? 1 : 0);
        }
        if (member.activeBridge()) {
            activeBridges.add(address);
        } else {
            activeBridges.remove(address);
        }
        entry.definition = member;
        entry.record = record;
        return entry;
    }

    /** Forgets a member. */
    void remove(long address) {
        Entry entry = members.remove(address);
        activeBridges.remove(address);
        if (entry != null) {
            hold(entry.definition, -1);
            pending -= entry.definition.authorized() ? 0 : 1;
        }
    }

    private void hold(MemberDefinition member, int change) {
        if (member.authorized()) {
            for (InetPrefix prefix : member.addresses()) {
                held.merge(prefix.address(), change, (a, b) -> a + b == 0 ? null : a + b);
            }
        }
    }

    /** An address that a pool gave is not the member's while it is out. What the operator gave by hand is. */
    private List<InetPrefix> free(MemberDefinition member) {
        if (member.noAutoAssign()) {
            return member.addresses();
        }
        return member.addresses().stream()
                .filter(prefix -> !held.containsKey(prefix.address())
                        || definition.pools().stream().noneMatch(pool -> pool.contains(prefix.address())))
                .toList();
    }

    void expelled(Revocation revocation, long nowMillis) {
        expulsions.removeIf(each -> nowMillis - each.atMillis() > EXPULSION_LIFE_MILLIS);
        if (expulsions.size() == MAX_EXPULSIONS) {
            expulsions.poll();
        }
        expelled++;
        expulsions.add(new Expulsion(revocation, nowMillis, expelled));
    }

    /** Expulsions that a member has not been told of, which it is to be from now on. */
    List<Revocation> untold(Entry entry, long nowMillis) {
        List<Revocation> untold = expulsions.stream()
                .filter(each -> each.number() > entry.told)
                .map(Expulsion::revocation)
                .toList();
        if (!untold.isEmpty()) {
            entry.lastCredentialsMillis = nowMillis;
        }
        entry.told = expelled;
        return untold;
    }

    List<Entry> entries() {
        List<Entry> result = new ArrayList<>(members.size());
        for (long address : members.keys()) {
            result.add(members.get(address));
        }
        return result;
    }

    /** In order of their addresses. */
    List<Long> activeBridges() {
        return List.copyOf(activeBridges);
    }

    /** Every address of a member that is let in; those of others are free. */
    Set<InetAddress> taken() {
        return Collections.unmodifiableSet(held.keySet());
    }
}
