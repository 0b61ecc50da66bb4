package io.ztnio.protocol.network;

import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.message.GatherResult;
import io.ztnio.protocol.message.MulticastGather;
import io.ztnio.protocol.message.MulticastLike;
import io.ztnio.protocol.message.OkMulticastFrame;
import io.ztnio.protocol.message.OkMulticastGather;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** MULTICAST_LIKE and MULTICAST_GATHER as they are received ({@code protocol.md} 4.10, 4.14). Thread: node. */
final class MulticastExchange {
    private static final int MAX_RESULTS = 1024;

    private final Networks networks;

    MulticastExchange(Networks networks) {
        this.networks = networks;
    }

    Outcome onLike(InboundPacket packet, ByteReader reader, long nowMillis) {
        Optional<MulticastLike> like = MulticastLike.read(reader);
        if (like.isEmpty()) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        long sender = packet.sender().address();
        long checked = 0;
        boolean authorized = false;
        for (MulticastLike.Subscription each : like.get().subscriptions()) {
            if (each.networkId() != checked) {
                checked = each.networkId();
                authorized = isAuthorized(packet, checked, nowMillis);
            }
            if (authorized) {
                add(each.networkId(), new MulticastGroup(each.mac(), each.adi()), sender, nowMillis);
            } else {
                networks.count(NetworkDropReason.UNAUTHORIZED);
            }
        }
        return Outcome.RECEIVED;
    }

    Outcome onGather(InboundPacket packet, ByteReader reader, long nowMillis) {
        Optional<MulticastGather> read = MulticastGather.read(reader);
        if (read.isEmpty()) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        MulticastGather gather = read.get();
        if (!gather.certificate().isEmpty()) {
            CertificateOfMembership.read(gather.certificate().reader())
                    .ifPresent(com -> networks.credentials.take(com, packet, nowMillis));
        }
        if (gather.limit() == 0) {
            return Outcome.RECEIVED;
        }
        VirtualNetwork network = networks.joined(gather.networkId());
        boolean member = network != null && networks.inbound.passesGate(network, packet);
        if (!member && !isAuthorized(packet, gather.networkId(), nowMillis)) {
            networks.count(NetworkDropReason.UNAUTHORIZED);
            return Outcome.RECEIVED;
        }
        MulticastGroup group = new MulticastGroup(gather.mac(), gather.adi());
        GatherResult result = gather(gather.networkId(), group, packet, gather.limit(), nowMillis);
        if (!result.addresses().isEmpty()) {
            ByteWriter writer = networks.vl1.beginOk(packet);
            new OkMulticastGather(gather.networkId(), gather.mac(), gather.adi(), result).write(writer);
            networks.vl1.sendReply(packet, nowMillis);
        }
        return member ? Outcome.TRUSTED : Outcome.RECEIVED;
    }

    /**
     * Whom we know in a group, ourselves first, without the one who asks. Unlike the reference's, this answer names us for
     * broadcast too: a controller that is a member has nobody else to be found by.
     */
    GatherResult gather(long networkId, MulticastGroup group, InboundPacket asking, int limit, long nowMillis) {
        List<Long> result = new ArrayList<>();
        VirtualNetwork network = networks.joined(networkId);
        if (network != null && network.groups().contains(group)) {
            result.add(networks.self());
        }
        MulticastTable table = networks.tableOrNull(networkId);
        if (table != null) {
            result.addAll(table.members(group, asking.sender().address(), nowMillis, networks.vl1.random()));
        }
        int most = Integer.compareUnsigned(limit, MAX_RESULTS) < 0 ? limit : MAX_RESULTS;
        return new GatherResult(result.size(), result.subList(0, Math.min(most, result.size())));
    }

    Outcome onGatherResult(ByteReader reader, long nowMillis) {
        Optional<OkMulticastGather> ok = OkMulticastGather.read(reader);
        if (ok.isEmpty()) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        OkMulticastGather found = ok.get();
        learn(found.networkId(), new MulticastGroup(found.mac(), found.adi()), found.result(), nowMillis);
        return Outcome.RECEIVED;
    }

    Outcome onFrameResult(InboundPacket packet, ByteReader reader, long nowMillis) {
        Optional<OkMulticastFrame> ok = OkMulticastFrame.read(
                reader,
                certificate -> CertificateOfMembership.read(certificate)
                        .ifPresent(com -> networks.credentials.take(com, packet, nowMillis)));
        if (ok.isEmpty()) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        OkMulticastFrame found = ok.get();
        if (found.result() != null) {
            learn(found.networkId(), new MulticastGroup(found.mac(), found.adi()), found.result(), nowMillis);
        }
        return Outcome.RECEIVED;
    }

    private void learn(long networkId, MulticastGroup group, GatherResult result, long nowMillis) {
        if (networks.joined(networkId) == null) {
            networks.count(NetworkDropReason.NOT_JOINED);
            return;
        }
        for (long member : result.addresses()) {
            if (member != networks.self() && member != 0) {
                add(networkId, group, member, nowMillis);
            }
        }
    }

    private void add(long networkId, MulticastGroup group, long member, long nowMillis) {
        MulticastTable table = networks.table(networkId);
        if (table == null || !table.add(group, member, nowMillis)) {
            networks.count(NetworkDropReason.TABLE_FULL);
            return;
        }
        VirtualNetwork network = networks.joined(networkId);
        if (network != null) {
            networks.multicast.onMember(network, group, member, nowMillis);
        }
    }

    private boolean isAuthorized(InboundPacket packet, long networkId, long nowMillis) {
        VirtualNetwork network = networks.joined(networkId);
        return (network != null && networks.inbound.passesGate(network, packet))
                || networks.vl1.isUpstream()
                || networks.isAuthorizedByController(networkId, packet.sender().address(), nowMillis);
    }
}
