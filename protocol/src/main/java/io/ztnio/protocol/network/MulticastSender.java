package io.ztnio.protocol.network;

import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.message.MulticastGather;
import io.ztnio.protocol.network.MulticastTable.Group;
import io.ztnio.protocol.network.MulticastTable.PendingMulticast;
import io.ztnio.protocol.rule.FilteredFrame;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Sends multicasts to the members of a group, and asks who they are ({@code protocol.md} 7.7). Thread: node. */
final class MulticastSender {
    static final int FLAG_CERTIFICATE = 0x01;
    static final int FLAG_GATHER = 0x02;
    static final int FLAG_SOURCE_MAC = 0x04;
    static final int FLAG_REPLICATE = 0x08;

    static final long QUEUE_LIFE_MILLIS = 5000;
    static final long GATHER_DELAY_MILLIS = 60_000;

    /** What an answer takes beyond the round trip, and the round trip while it is not known. */
    private static final int ANSWER_MILLIS = 50;

    private static final int UNKNOWN_ROUND_TRIP_MILLIS = 200;

    private static final int MAX_QUEUE = 32;
    private static final int MAX_ASKED = 16;
    private static final int MAX_FRAME_PREFIX = 8 + 1 + 4 + 6 + 6 + 4 + 2;

    private final Networks networks;

    MulticastSender(Networks networks) {
        this.networks = networks;
    }

    /** Sends the frame in {@link Networks#frame}, which is ours and passed the filter, to a group. */
    void send(VirtualNetwork network, MulticastGroup group, long nowMillis) {
        NetworkConfig config = network.configOrNull();
        List<Long> replicators = config.withRole(Specialist.MULTICAST_REPLICATOR);
        if (!network.isActiveBridge() && !replicators.contains(networks.self())) {
            Optional<Peer> replicator = nearest(replicators, nowMillis);
            if (replicator.isPresent()) {
                Member member = network.member(replicator.get().address(), nowMillis);
                networks.credentials.pushIfNeeded(member, nowMillis);
                transmit(network, group, member.address, FLAG_SOURCE_MAC | FLAG_REPLICATE, 0, nowMillis);
                return;
            }
        }
        distribute(network, group, 0, nowMillis);
    }

    /** Sends the frame in {@link Networks#frame} on for {@code origin}, who asked for it. */
    void replicate(VirtualNetwork network, MulticastGroup group, long origin, long nowMillis) {
        distribute(network, group, origin, nowMillis);
    }

    private void distribute(VirtualNetwork network, MulticastGroup group, long origin, long nowMillis) {
        NetworkConfig config = network.configOrNull();
        int limit = config.multicastLimit();
        List<Long> known =
                networks.table(network.id()).members(group, networks.self(), nowMillis, networks.vl1.random());
        int gather = known.size() >= limit ? 1 : limit - known.size() + 1;
        Set<Long> recipients = new LinkedHashSet<>(config.withRole(Specialist.ACTIVE_BRIDGE));
        recipients.remove(networks.self());
        recipients.remove(origin);
        int room = recipients.size() + limit;
        for (Iterator<Long> each = known.iterator(); each.hasNext() && recipients.size() < room; ) {
            long member = each.next();
            if (member != origin) {
                recipients.add(member);
            }
        }
        if (known.size() < limit) {
            gatherAndQueue(network, group, gather, known.isEmpty(), origin, recipients, nowMillis);
        }
        for (long recipient : recipients) {
            sendTo(network, group, recipient, origin != 0, gather, nowMillis);
        }
    }

    private void gatherAndQueue(
            VirtualNetwork network,
            MulticastGroup key,
            int limit,
            boolean nobodyKnown,
            long origin,
            Set<Long> recipients,
            long nowMillis) {
        Group group = networks.table(network.id()).groupOrNew(key);
        if (group == null) {
            networks.count(NetworkDropReason.TABLE_FULL);
            return;
        }
        if (nobodyKnown || nowMillis - group.lastGatherMillis >= GATHER_DELAY_MILLIS) {
            group.lastGatherMillis = nowMillis;
            group.answersDueMillis = nowMillis + gather(network, key, limit, nowMillis);
        }
        if (origin == 0) {
            FilteredFrame frame = networks.frame;
            byte[] payload = Arrays.copyOfRange(frame.bytes(), frame.offset(), frame.offset() + frame.length());
            if (group.queue.size() >= MAX_QUEUE) {
                group.queue.poll();
            }
            group.queue.add(new PendingMulticast(nowMillis, frame.etherType(), payload, new HashSet<>(recipients)));
        }
    }

    /** Sends what waits for members of a group to one that has become known. */
    void onMember(VirtualNetwork network, MulticastGroup key, long address, long nowMillis) {
        Group group = networks.table(network.id()).group(key);
        NetworkConfig config = network.configOrNull();
        if (group == null || group.queue.isEmpty() || config == null || address == networks.self()) {
            return;
        }
        for (PendingMulticast pending : new ArrayList<>(group.queue)) {
            if (nowMillis - pending.createdMillis >= QUEUE_LIFE_MILLIS
                    || pending.sentTo.size() >= config.multicastLimit()) {
                group.queue.remove(pending);
            } else if (pending.sentTo.add(address)) {
                byte[] payload = pending.payload;
                networks.frame.frame(network.mac(), key.mac(), pending.etherType, payload, 0, payload.length);
                sendTo(network, key, address, false, 0, nowMillis);
            }
        }
    }

    private void sendTo(
            VirtualNetwork network,
            MulticastGroup group,
            long recipient,
            boolean foreignSource,
            int gather,
            long nowMillis) {
        Member member = network.member(recipient, nowMillis);
        // A replicated frame passed the inbound rules; what goes out from here is judged as ours.
        if (!networks.outbound.filter(network, recipient, member, false, nowMillis)) {
            return;
        }
        networks.credentials.pushIfNeeded(member, nowMillis);
        int flags = (foreignSource ? FLAG_SOURCE_MAC : 0) | (gather > 0 ? FLAG_GATHER : 0);
        transmit(network, group, recipient, flags, gather, nowMillis);
    }

    private void transmit(
            VirtualNetwork network, MulticastGroup group, long recipient, int flags, int gather, long nowMillis) {
        FilteredFrame frame = networks.frame;
        ByteWriter writer = networks.vl1.begin(recipient, Verb.MULTICAST_FRAME);
        if (writer.remaining() < MAX_FRAME_PREFIX + frame.length()) {
            networks.count(NetworkDropReason.TOO_LARGE);
            return;
        }
        writer.putLong(network.id()).putByte(flags);
        if ((flags & FLAG_GATHER) != 0) {
            writer.putInt(gather);
        }
        if ((flags & FLAG_SOURCE_MAC) != 0) {
            writer.putMac(frame.sourceMac());
        }
        writer.putMac(group.mac()).putInt(group.adi()).putShort(frame.etherType());
        writer.putBytes(frame.bytes(), frame.offset(), frame.length());
        networks.vl1.send(!network.configOrNull().has(NetworkConfig.FLAG_NO_COMPRESSION), nowMillis);
    }

    /**
     * Asks who subscribes: the best upstream, the controller, anchors and replicators.
     *
     * @return how long the answers should take, in milliseconds
     */
    private int gather(VirtualNetwork network, MulticastGroup group, int limit, long nowMillis) {
        NetworkConfig config = network.configOrNull();
        Set<Long> asked = new LinkedHashSet<>();
        networks.vl1.upstreams(nowMillis).stream().limit(1).forEach(asked::add);
        if (network.controller() >>> 32 != 0xff) {
            asked.add(network.controller());
        }
        asked.addAll(config.withRole(Specialist.ANCHOR | Specialist.MULTICAST_REPLICATOR));
        asked.remove(networks.self());
        Bytes certificate =
                config.membership().map(com -> Bytes.of(com.encode())).orElse(Bytes.EMPTY);
        int flags = certificate.isEmpty() ? 0 : MulticastGather.FLAG_CERTIFICATE;
        asked.stream().limit(MAX_ASKED).forEach(address -> {
            ByteWriter writer = networks.vl1.begin(address, Verb.MULTICAST_GATHER);
            new MulticastGather(network.id(), flags, group.mac(), group.adi(), limit, certificate).write(writer);
            networks.vl1.send(false, nowMillis);
        });
        int roundTrip =
                asked.stream().limit(MAX_ASKED).mapToInt(this::roundTrip).max().orElse(-ANSWER_MILLIS);
        return roundTrip + ANSWER_MILLIS;
    }

    private int roundTrip(long address) {
        int known = networks.vl1.peer(address).map(Peer::latencyMillis).orElse(-1);
        return known < 0 ? UNKNOWN_ROUND_TRIP_MILLIS : known;
    }

    private Optional<Peer> nearest(List<Long> addresses, long nowMillis) {
        Peer best = null;
        for (long address : addresses) {
            Peer peer = networks.vl1.peer(address).orElse(null);
            if (peer != null && peer.hasDirectPath(nowMillis) && (best == null || latency(peer) < latency(best))) {
                best = peer;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int latency(Peer peer) {
        return peer.latencyMillis() < 0 ? Integer.MAX_VALUE : peer.latencyMillis();
    }
}
