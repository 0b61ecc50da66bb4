package io.ztnio.protocol.network;

import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.message.MulticastLike.Subscription;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Tells others which multicast groups we subscribe to ({@code protocol.md} 7.7). Thread: confined to the node. */
final class Announcements {
    static final long INTERVAL_MILLIS = 60_000;

    private final Networks networks;

    Announcements(Networks networks) {
        this.networks = networks;
    }

    void configChanged(VirtualNetwork network) {
        subscriptionsChanged(network);
        networks.contactsChanged();
    }

    /** Announces at once if there are new groups, to all who should know. */
    void subscriptionsChanged(VirtualNetwork network) {
        if (network.refreshGroups() && network.configOrNull() != null) {
            announce(network, networks.lastSeenMillis());
        }
    }

    /** When to announce next. */
    long dueMillis(VirtualNetwork network) {
        return network.configOrNull() == null ? Long.MAX_VALUE : network.lastAnnouncedMillis + INTERVAL_MILLIS;
    }

    /** Announces to upstreams, controller, anchors, replicators, and every member that passes the gate. */
    void announce(VirtualNetwork network, long nowMillis) {
        network.lastAnnouncedMillis = nowMillis;
        Set<MulticastGroup> groups = network.groups();
        if (groups.isEmpty()) {
            return;
        }
        Set<Long> told = new LinkedHashSet<>(networks.vl1.upstreams(nowMillis));
        if (!NetworkId.isAdHoc(network.id())) {
            told.add(network.controller());
        }
        told.addAll(network.configOrNull().withRole(Specialist.ANCHOR | Specialist.MULTICAST_REPLICATOR));
        told.remove(networks.self());
        for (long address : told) {
            send(network, groups, address, nowMillis);
        }
        for (long address : network.members.keys()) {
            if (!told.contains(address)) {
                announceToMember(network.members.get(address), nowMillis);
            }
        }
    }

    /** A member has passed the gate. */
    void onMemberSeen(Member member, long nowMillis) {
        if (nowMillis - member.lastAnnouncedMillis >= INTERVAL_MILLIS
                && !member.network.groups().isEmpty()) {
            member.lastAnnouncedMillis = nowMillis;
            networks.credentials.pushIfNeeded(member, nowMillis);
            send(member.network, member.network.groups(), member.address, nowMillis);
        }
    }

    private void announceToMember(Member member, long nowMillis) {
        Optional<Peer> peer = networks.vl1.peer(member.address);
        if (member.address != networks.self()
                && peer.isPresent()
                && member.passesGate(peer.get().identity())) {
            member.lastAnnouncedMillis = nowMillis;
            networks.credentials.pushIfNeeded(member, nowMillis);
            send(member.network, member.network.groups(), member.address, nowMillis);
        }
    }

    private void send(VirtualNetwork network, Set<MulticastGroup> groups, long address, long nowMillis) {
        Iterator<MulticastGroup> each = groups.iterator();
        while (each.hasNext()) {
            ByteWriter writer = networks.vl1.begin(address, Verb.MULTICAST_LIKE);
            while (each.hasNext() && writer.remaining() >= Subscription.LENGTH) {
                MulticastGroup group = each.next();
                writer.putLong(network.id()).putMac(group.mac()).putInt(group.adi());
            }
            networks.vl1.send(true, nowMillis);
        }
    }

    /** Whom to stay in contact with for a network's sake. */
    static Set<Long> contacts(Iterable<VirtualNetwork> all) {
        Set<Long> contacts = new HashSet<>();
        for (VirtualNetwork network : all) {
            NetworkConfig config = network.configOrNull();
            if (config != null) {
                contacts.addAll(config.withRole(Specialist.ANCHOR | Specialist.MULTICAST_REPLICATOR));
            }
        }
        return contacts;
    }
}
