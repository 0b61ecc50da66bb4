package io.ztnio.protocol.network;

import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.rule.FilteredFrame;
import io.ztnio.protocol.rule.RuleEngine.Verdict;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.util.ArrayList;
import java.util.List;

/** Decides where our frames go, and sends them ({@code protocol.md} 7.2 and 7.4). Thread: confined to the node. */
final class OutboundFrames {
    /** FRAME's payload in front of the Ethernet payload: network ID, EtherType. */
    static final int FRAME_PREFIX = 10;
    /** EXT_FRAME's: network ID, flags, two MAC addresses, EtherType. */
    static final int EXT_FRAME_PREFIX = 23;

    private static final int MAX_BRIDGE_COPIES = 32;
    private static final int ARP_LENGTH = 28;
    private static final long ARP_ETHERNET_IPV4 = 0x0800_0604L;
    private static final int ARP_REQUEST = 1;

    private final Networks networks;

    OutboundFrames(Networks networks) {
        this.networks = networks;
    }

    void send(VirtualNetwork network, long to, int etherType, byte[] buffer, int offset, int length, long nowMillis) {
        NetworkConfig config = network.configOrNull();
        if (config == null) {
            networks.count(NetworkDropReason.NO_CONFIGURATION);
        } else if (length < 1 || length > config.mtuBytes()) {
            networks.count(NetworkDropReason.TOO_LARGE);
        } else if (MacAddress.isMulticast(to)) {
            multicast(network, to, etherType, buffer, offset, length, nowMillis);
        } else if (to == network.mac()) {
            networks.listener.onFrame(network, to, to, etherType, buffer, offset, length, 0);
        } else if (MacAddress.isMember(to, network.id())) {
            unicast(network, to, etherType, buffer, offset, length, nowMillis);
        } else {
            bridged(network, to, etherType, buffer, offset, length, nowMillis);
        }
    }

    private void unicast(
            VirtualNetwork network, long to, int etherType, byte[] buffer, int offset, int length, long nowMillis) {
        long destination = MacAddress.address(to, network.id());
        Member member = network.member(destination, nowMillis);
        networks.frame.frame(network.mac(), to, etherType, buffer, offset, length);
        if (!filter(network, destination, member, true, nowMillis)) {
            return;
        }
        networks.credentials.pushIfNeeded(member, nowMillis);
        BigEndian.putLong(buffer, offset - FRAME_PREFIX, network.id());
        BigEndian.putShort(buffer, offset - 2, etherType);
        networks.vl1.sendInPlace(
                destination, Verb.FRAME, buffer, offset - FRAME_PREFIX, length + FRAME_PREFIX, nowMillis);
    }

    private void bridged(
            VirtualNetwork network, long to, int etherType, byte[] buffer, int offset, int length, long nowMillis) {
        networks.frame.frame(network.mac(), to, etherType, buffer, offset, length);
        if (!filter(network, 0, null, true, nowMillis)) {
            return;
        }
        for (long bridge : bridgesTowards(network, to)) {
            if (filter(network, bridge, network.members.get(bridge), false, nowMillis)) {
                sendExtended(network, bridge, 0, length, false, nowMillis);
            }
        }
    }

    private List<Long> bridgesTowards(VirtualNetwork network, long to) {
        NetworkConfig config = network.configOrNull();
        long known = network.bridgeOf(to);
        if (known != 0 && known != networks.self() && config.hasRole(known, Specialist.ACTIVE_BRIDGE)) {
            return List.of(known);
        }
        List<Long> bridges = new ArrayList<>(config.withRole(Specialist.ACTIVE_BRIDGE));
        bridges.remove(networks.self());
        while (bridges.size() > MAX_BRIDGE_COPIES) {
            bridges.remove(networks.vl1.random().nextInt(bridges.size()));
        }
        return bridges;
    }

    private void multicast(
            VirtualNetwork network, long to, int etherType, byte[] buffer, int offset, int length, long nowMillis) {
        NetworkConfig config = network.configOrNull();
        MulticastGroup group = new MulticastGroup(to, 0);
        if (to == MacAddress.BROADCAST) {
            if (isArpRequest(etherType, buffer, offset, length)) {
                group = new MulticastGroup(to, BigEndian.getInt(buffer, offset + 24));
            } else if (!config.has(NetworkConfig.FLAG_BROADCAST)) {
                networks.count(NetworkDropReason.MULTICAST_DISABLED);
                networks.traces.frameNotSent(
                        network, network.mac(), to, etherType, length, "broadcast disabled", nowMillis);
                return;
            }
        } else if (NeighbourEmulation.isSolicitation(etherType, buffer, offset, length)) {
            long target = network.derivedMac(buffer, NeighbourEmulation.targetOffset(offset));
            if (target >= 0) {
                byte[] reply = NeighbourEmulation.advertisement(buffer, offset, target);
                networks.listener.onFrame(
                        network, target, network.mac(), FilteredFrame.IPV6, reply, 0, reply.length, 0);
                return;
            }
        }
        if (config.multicastLimit() == 0) {
            networks.count(NetworkDropReason.MULTICAST_DISABLED);
            networks.traces.frameNotSent(
                    network, network.mac(), to, etherType, length, "multicast disabled", nowMillis);
            return;
        }
        networks.frame.frame(network.mac(), to, etherType, buffer, offset, length);
        if (filter(network, 0, null, true, nowMillis)) {
            networks.multicast.send(network, group, nowMillis);
        }
    }

    private static boolean isArpRequest(int etherType, byte[] buffer, int offset, int length) {
        return etherType == FilteredFrame.ARP
                && length >= ARP_LENGTH
                && (BigEndian.getInt(buffer, offset + 2) & 0xffffffffL) == ARP_ETHERNET_IPV4
                && buffer[offset + 7] == ARP_REQUEST;
    }

    /**
     * Filters the frame in {@link Networks#frame}, and sends what the rules divert.
     *
     * @param destination 0 for all
     * @param copies whether to send TEE's and WATCH's copies
     * @return whether the frame still goes to its destination
     */
    boolean filter(VirtualNetwork network, long destination, Member member, boolean copies, long nowMillis) {
        NetworkConfig config = network.configOrNull();
        networks.frame.between(networks.self(), destination, false);
        Verdict verdict = networks.rules.filter(
                networks.frame,
                config.rules(),
                network.ownParty(),
                member,
                config.has(NetworkConfig.FLAG_UNKNOWN_MATCHES));
        network.judged(false, verdict != Verdict.DROP);
        networks.traces.frameJudged(network, networks.self(), destination, false, copies, verdict, nowMillis);
        if (verdict == Verdict.DROP) {
            networks.count(NetworkDropReason.FILTERED);
            FilteredFrame frame = networks.frame;
            networks.traces.frameNotSent(
                    network,
                    frame.sourceMac(),
                    frame.destinationMac(),
                    frame.etherType(),
                    frame.length(),
                    "filter blocked",
                    nowMillis);
            return false;
        }
        if (copies) {
            sendCopies(network, Diversion.WATCH_OUTBOUND, Diversion.TEE_OUTBOUND, nowMillis);
        }
        if (verdict == Verdict.REDIRECT) {
            redirect(network, Diversion.REDIRECT_OUTBOUND, nowMillis);
            return false;
        }
        return true;
    }

    /** Sends the copies of the frame in {@link Networks#frame} that the rules, which have just judged it, want. */
    void sendCopies(VirtualNetwork network, Diversion watched, Diversion teed, long nowMillis) {
        for (int i = 0; i < networks.rules.copies(); i++) {
            Diversion diversion = networks.rules.copyIsWatch(i) ? watched : teed;
            sendExtended(
                    network,
                    networks.rules.copyTarget(i),
                    diversion.flags(),
                    networks.rules.copyLength(i),
                    true,
                    nowMillis);
        }
    }

    /** Sends the frame in {@link Networks#frame} where the rules, which have just judged it, want it instead. */
    void redirect(VirtualNetwork network, Diversion diversion, long nowMillis) {
        sendExtended(
                network, networks.rules.redirectTarget(), diversion.flags(), networks.frame.length(), true, nowMillis);
    }

    /** Sends the frame in {@link Networks#frame}, or its first {@code length} bytes, as EXT_FRAME. */
    void sendExtended(
            VirtualNetwork network, long destination, int flags, int length, boolean compress, long nowMillis) {
        FilteredFrame frame = networks.frame;
        ByteWriter writer = networks.vl1.begin(destination, Verb.EXT_FRAME);
        if (writer.remaining() < EXT_FRAME_PREFIX + length) {
            networks.count(NetworkDropReason.TOO_LARGE);
            return;
        }
        writer.putLong(network.id())
                .putByte(flags)
                .putMac(frame.destinationMac())
                .putMac(frame.sourceMac());
        writer.putShort(frame.etherType()).putBytes(frame.bytes(), frame.offset(), length);
        networks.vl1.send(compress, nowMillis);
    }
}
