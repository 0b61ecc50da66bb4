package io.ztnio.protocol.network;

import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Specialist;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.message.GatherResult;
import io.ztnio.protocol.message.OkMulticastFrame;
import io.ztnio.protocol.rule.FilteredFrame;
import io.ztnio.protocol.rule.RuleEngine.Verdict;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ErrorCode;

/** FRAME, EXT_FRAME and MULTICAST_FRAME as they are received ({@code protocol.md} 4.7, 4.8, 4.15, 7.8). Thread: node. */
final class InboundFrames {
    private static final int FLAG_CERTIFICATE = 0x01;
    private static final int FLAG_ACKNOWLEDGE = 0x10;
    private static final String MULTICAST_DISABLED = "multicast disabled";
    private static final int MAX_MULTICAST_PAYLOAD = 10_000;

    private final Networks networks;

    InboundFrames(Networks networks) {
        this.networks = networks;
    }

    Outcome onFrame(InboundPacket packet, ByteReader reader, long nowMillis) {
        long networkId = reader.getLong();
        int etherType = reader.getShort();
        if (!reader.ok() || reader.remaining() == 0) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        VirtualNetwork network = networks.joined(networkId);
        if (network == null) {
            networks.count(NetworkDropReason.NOT_JOINED);
            return Outcome.RECEIVED;
        }
        if (!gate(network, packet, nowMillis)) {
            return Outcome.NOT_YET;
        }
        long from = MacAddress.of(packet.sender().address(), networkId);
        networks.frame.frame(from, network.mac(), etherType, reader.array(), reader.position(), reader.remaining());
        if (filter(network, packet, nowMillis) != Verdict.DROP) {
            deliver(network, packet);
        }
        return Outcome.TRUSTED;
    }

    Outcome onExtFrame(InboundPacket packet, ByteReader reader, long nowMillis) {
        long networkId = reader.getLong();
        int flags = reader.getByte();
        VirtualNetwork network = networks.joined(networkId);
        if (reader.ok() && network == null) {
            networks.count(NetworkDropReason.NOT_JOINED);
            return Outcome.RECEIVED;
        }
        takeCertificate(flags, packet, reader, nowMillis);
        long to = reader.getMac();
        long from = reader.getMac();
        int etherType = reader.getShort();
        if (!reader.ok()) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        if (!gate(network, packet, nowMillis)) {
            return Outcome.NOT_YET;
        }
        if (reader.remaining() > 0) {
            if (from == 0 || from == network.mac()) {
                networks.count(NetworkDropReason.WRONG_MAC);
                return Outcome.TRUSTED;
            }
            networks.frame.frame(from, to, etherType, reader.array(), reader.position(), reader.remaining());
            Verdict verdict = filter(network, packet, nowMillis);
            if (verdict == Verdict.ACCEPT && !mayPass(network, packet, from, to, nowMillis)) {
                return Outcome.TRUSTED;
            }
            if (verdict != Verdict.DROP) {
                deliver(network, packet, Diversion.of(flags));
            }
        }
        if ((flags & FLAG_ACKNOWLEDGE) != 0) {
            networks.vl1.beginOk(packet).putLong(networkId);
            networks.vl1.sendReply(packet, nowMillis);
        }
        return Outcome.TRUSTED;
    }

    Outcome onMulticastFrame(InboundPacket packet, ByteReader reader, long nowMillis) {
        long networkId = reader.getLong();
        int flags = reader.getByte();
        VirtualNetwork network = networks.joined(networkId);
        if (reader.ok() && network == null) {
            return networks.drop(NetworkDropReason.NOT_JOINED);
        }
        takeCertificate(flags, packet, reader, nowMillis);
        int gatherLimit = (flags & MulticastSender.FLAG_GATHER) != 0 ? reader.getInt() : 0;
        boolean explicitSource = (flags & MulticastSender.FLAG_SOURCE_MAC) != 0;
        long from =
                explicitSource ? reader.getMac() : MacAddress.of(packet.sender().address(), networkId);
        MulticastGroup group = new MulticastGroup(reader.getMac(), reader.getInt());
        int etherType = reader.getShort();
        if (!reader.ok() || reader.remaining() == 0 || reader.remaining() > MAX_MULTICAST_PAYLOAD) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        if (!gate(network, packet, nowMillis)) {
            return Outcome.NOT_YET;
        }
        if (network.configOrNull().multicastLimit() == 0) {
            networks.count(NetworkDropReason.MULTICAST_DISABLED);
            networks.traces.frameRefused(network, packet, from, group.mac(), MULTICAST_DISABLED, nowMillis);
            return Outcome.TRUSTED;
        }
        if (!MacAddress.isMulticast(group.mac())
                || !network.isForeignSource(from)
                || !mayPass(network, packet, from, group.mac(), nowMillis)) {
            networks.count(NetworkDropReason.WRONG_MAC);
            return Outcome.TRUSTED;
        }
        networks.frame.frame(from, group.mac(), etherType, reader.array(), reader.position(), reader.remaining());
        long sender = packet.sender().address();
        if ((flags & MulticastSender.FLAG_REPLICATE) != 0
                && network.configOrNull().hasRole(networks.self(), Specialist.MULTICAST_REPLICATOR)) {
            networks.multicast.replicate(network, group, sender, nowMillis);
        }
        if (filter(network, packet, nowMillis) != Verdict.DROP) {
            deliver(network, packet);
        }
        answerGather(packet, networkId, group, gatherLimit, nowMillis);
        return Outcome.TRUSTED;
    }

    private void answerGather(InboundPacket packet, long networkId, MulticastGroup group, int limit, long nowMillis) {
        if (limit == 0) {
            return;
        }
        GatherResult result = networks.multicastExchange.gather(networkId, group, packet, limit, nowMillis);
        if (!result.addresses().isEmpty()) {
            new OkMulticastFrame(networkId, group.mac(), group.adi(), OkMulticastFrame.FLAG_GATHER_RESULT, result)
                    .write(networks.vl1.beginOk(packet));
            networks.vl1.sendReply(packet, nowMillis);
        }
    }

    /** Whether the sender is a member in our eyes. */
    boolean passesGate(VirtualNetwork network, InboundPacket packet) {
        long sender = packet.sender().address();
        Member member = network.members.get(sender);
        if (member == null) {
            NetworkConfig config = network.configOrNull();
            return config != null && config.isPublic();
        }
        return member.passesGate(packet.sender().identity());
    }

    /** As {@link #passesGate}; announces our groups to a member, and tells a stranger what it lacks. */
    private boolean gate(VirtualNetwork network, InboundPacket packet, long nowMillis) {
        long sender = packet.sender().address();
        if (passesGate(network, packet)) {
            Member member = network.member(sender, nowMillis);
            networks.announcements.onMemberSeen(member, nowMillis);
            return true;
        }
        if (network.configOrNull() == null) {
            networks.count(NetworkDropReason.NO_CONFIGURATION);
        } else {
            networks.count(NetworkDropReason.NOT_A_MEMBER);
            if (network.mayRefuse(sender, nowMillis)) {
                networks.vl1
                        .beginError(packet, ErrorCode.NEED_MEMBERSHIP_CERTIFICATE)
                        .putLong(network.id());
                networks.vl1.sendReply(packet, nowMillis);
            }
            if (!packet.isRetry()) {
                networks.traces.accessDenied(network, packet, nowMillis);
            }
        }
        return false;
    }

    private void takeCertificate(int flags, InboundPacket packet, ByteReader reader, long nowMillis) {
        if ((flags & FLAG_CERTIFICATE) != 0) {
            CertificateOfMembership.read(reader).ifPresent(com -> networks.credentials.take(com, packet, nowMillis));
        }
    }

    /** Whether the MAC addresses are the sender's and ours, or those of stations behind bridges. */
    private boolean mayPass(VirtualNetwork network, InboundPacket packet, long from, long to, long nowMillis) {
        long sender = packet.sender().address();
        NetworkConfig config = network.configOrNull();
        if (from != MacAddress.of(sender, network.id())) {
            if (!config.hasRole(sender, Specialist.ACTIVE_BRIDGE) || MacAddress.isMulticast(from)) {
                networks.count(NetworkDropReason.WRONG_MAC);
                networks.traces.frameRefused(network, packet, from, to, "bridging not allowed (remote)", nowMillis);
                return false;
            }
            network.learnBridgeRoute(from, sender);
            return true;
        }
        if (to == network.mac()) {
            return true;
        }
        if (MacAddress.isMulticast(to)) {
            if (config.multicastLimit() == 0) {
                networks.count(NetworkDropReason.MULTICAST_DISABLED);
                networks.traces.frameRefused(network, packet, from, to, MULTICAST_DISABLED, nowMillis);
                return false;
            }
            return true;
        }
        if (!network.isActiveBridge()) {
            networks.count(NetworkDropReason.WRONG_MAC);
            networks.traces.frameRefused(network, packet, from, to, "bridging not allowed (local)", nowMillis);
            return false;
        }
        return true;
    }

    /** Filters the frame in {@link Networks#frame}, and sends what the rules divert. Never {@code REDIRECT}. */
    private Verdict filter(VirtualNetwork network, InboundPacket packet, long nowMillis) {
        NetworkConfig config = network.configOrNull();
        long sender = packet.sender().address();
        FilteredFrame frame = networks.frame.between(sender, networks.self(), true);
        Verdict verdict = networks.rules.filter(
                frame,
                config.rules(),
                network.ownParty(),
                network.members.get(sender),
                config.has(NetworkConfig.FLAG_UNKNOWN_MATCHES));
        network.judged(true, verdict != Verdict.DROP);
        networks.traces.frameJudged(network, sender, networks.self(), true, true, verdict, nowMillis);
        if (verdict == Verdict.DROP) {
            networks.count(NetworkDropReason.FILTERED);
            return verdict;
        }
        networks.outbound.sendCopies(network, Diversion.WATCH_INBOUND, Diversion.TEE_INBOUND, nowMillis);
        if (verdict == Verdict.REDIRECT) {
            networks.outbound.redirect(network, Diversion.REDIRECT_INBOUND, nowMillis);
            return Verdict.DROP;
        }
        return verdict;
    }

    /** @param diversion as the sender says, or {@code null} for an ordinary frame */
    private void deliver(VirtualNetwork network, InboundPacket packet, Diversion diversion) {
        FilteredFrame frame = networks.frame;
        if (diversion != null) {
            networks.listener.onDiverted(
                    network,
                    diversion,
                    packet.sender().address(),
                    frame.sourceMac(),
                    frame.destinationMac(),
                    frame.etherType(),
                    frame.bytes(),
                    frame.offset(),
                    frame.length());
        }
        // A copy of what reaches its destination anyhow must not reach us twice.
        if (diversion == null || diversion.isRedirect()) {
            deliver(network, packet);
        }
    }

    private void deliver(VirtualNetwork network, InboundPacket packet) {
        FilteredFrame frame = networks.frame;
        networks.listener.onFrame(
                network,
                frame.sourceMac(),
                frame.destinationMac(),
                frame.etherType(),
                frame.bytes(),
                frame.offset(),
                frame.length(),
                packet.ingressNanos());
    }
}
