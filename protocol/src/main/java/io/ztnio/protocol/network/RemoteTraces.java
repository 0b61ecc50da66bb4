package io.ztnio.protocol.network;

import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.credential.Credential;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.rule.FilteredFrame;
import io.ztnio.protocol.rule.RuleEngine.Verdict;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.IpScope;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * REMOTE_TRACE: tells the member that a network's configuration names what becomes of frames and credentials here ({@code
 * protocol.md} 4.20). What strangers send causes traces too, so each network has a limit.
 *
 * <p>Thread: confined to the node; not while a packet is under construction.
 */
final class RemoteTraces {
    /** Traces of a network in a row, and then a second. */
    static final int BURST = 64;

    static final int PER_SECOND = 16;

    /** Levels of the configuration's key {@code tl} from which on events are told. */
    static final long LEVEL_VERBOSE = 10;

    static final long LEVEL_RULES = 15;

    static final String SURFACE_CHANGED = "1000";
    static final String PATH_ASKED = "1001";
    static final String PATH_LEARNED = "1002";
    static final String FRAME_NOT_SENT = "2000";
    static final String ACCESS_DENIED = "2001";
    static final String FRAME_REFUSED = "2002";
    static final String CREDENTIAL_REJECTED = "2003";
    static final String FRAME_JUDGED = "2006";

    private static final int MAX_FRAME_DATA = 256;

    private final Networks networks;

    RemoteTraces(Networks networks) {
        this.networks = networks;
    }

    /** A frame of ours does not leave. */
    void frameNotSent(
            VirtualNetwork network, long from, long to, int etherType, int length, String reason, long nowMillis) {
        if (!wants(network, LEVEL_VERBOSE)) {
            return;
        }
        Dictionary trace = event(FRAME_NOT_SENT, network)
                .put("sourceMac", from)
                .put("destMac", to)
                .put("etherType", (long) etherType)
                .put("vlanId", 0L)
                .put("frameLength", (long) length)
                .put("reason", reason);
        send(network, trace, nowMillis);
    }

    /** A packet's sender is no member. */
    void accessDenied(VirtualNetwork network, InboundPacket packet, long nowMillis) {
        if (wants(network, LEVEL_VERBOSE)) {
            send(network, event(ACCESS_DENIED, packet).put("networkId", network.id()), nowMillis);
        }
    }

    /** A member's frame is not taken. */
    void frameRefused(VirtualNetwork network, InboundPacket packet, long from, long to, String reason, long nowMillis) {
        if (!wants(network, LEVEL_VERBOSE)) {
            return;
        }
        Dictionary trace = event(FRAME_REFUSED, packet)
                .put("networkId", network.id())
                .put("sourceMac", from)
                .put("destMac", to)
                .put("reason", reason);
        send(network, trace, nowMillis);
    }

    /** A credential that somebody showed does not count. */
    void credentialRejected(VirtualNetwork network, Credential credential, String reason, long nowMillis) {
        if (!wants(network, 0)) {
            return;
        }
        Dictionary trace = event(CREDENTIAL_REJECTED, network)
                .put("credType", (long) credential.type().code())
                .put("credId", Integer.toUnsignedLong(credential.id()));
        if (credential instanceof Revocation revocation) {
            trace.putAddress("credRevocationTarget", revocation.issuedTo());
        } else {
            trace.put("credTs", credential.timestampMillis()).putAddress("credIssuedTo", credential.issuedTo());
        }
        if (credential instanceof Tag tag) {
            trace.put("credInfo", tag.value());
        }
        send(network, trace.put("reason", reason), nowMillis);
    }

    /** The rules have judged the frame in {@link Networks#frame}. */
    void frameJudged(
            VirtualNetwork network,
            long source,
            long destination,
            boolean inbound,
            boolean copies,
            Verdict verdict,
            long nowMillis) {
        if (!wants(network, LEVEL_RULES)) {
            return;
        }
        FilteredFrame frame = networks.frame;
        int result = verdict == Verdict.SUPER_ACCEPT ? 2 : verdict == Verdict.ACCEPT ? 1 : 0;
        int shown = Math.min(frame.length(), MAX_FRAME_DATA);
        Dictionary trace = event(FRAME_JUDGED, network)
                .putAddress("sourceZtAddr", source)
                .putAddress("destZtAddr", destination)
                .put("sourceMac", frame.sourceMac())
                .put("destMac", frame.destinationMac())
                .put("etherType", (long) frame.etherType())
                .put("vlanId", 0L)
                .put("filterNoTee", !copies)
                .put("filterInbound", inbound)
                .put("filterResult", (long) result)
                .put("frameLength", (long) frame.length())
                .put("frameData", Arrays.copyOfRange(frame.bytes(), frame.offset(), frame.offset() + shown));
        send(network, trace, nowMillis);
    }

    /** A member is asked to confirm a way to it, or is reached by it from now on. */
    void path(VirtualNetwork network, String event, InboundPacket packet, long nowMillis) {
        if (wants(network, 0)) {
            send(network, event(event, packet).put("networkId", network.id()), nowMillis);
        }
    }

    /** A root sees us at another address. */
    void surfaceChanged(VirtualNetwork network, InboundPacket packet, InetSocketAddress surface, long nowMillis) {
        if (!wants(network, 0)) {
            return;
        }
        Dictionary trace = event(SURFACE_CHANGED, network)
                .putAddress("remoteZtAddr", packet.sender().address())
                .put("remotePhyAddr", SocketAddressField.format(packet.from()))
                .put("localPhyAddr", SocketAddressField.format(surface))
                .put("phyAddrIpScope", (long) IpScope.of(surface.getAddress()).rank());
        send(network, trace, nowMillis);
    }

    private boolean wants(VirtualNetwork network, long level) {
        NetworkConfig config = network.configOrNull();
        return config != null
                && config.traceTarget() != 0
                && config.traceTarget() != networks.self()
                && config.traceLevel() >= level;
    }

    private static Dictionary event(String event, VirtualNetwork network) {
        return new Dictionary().put("event", event).put("networkId", network.id());
    }

    private static Dictionary event(String event, InboundPacket packet) {
        return new Dictionary()
                .put("event", event)
                .put("packetId", packet.packetId())
                .put("packetVerb", (long) packet.verb().code())
                .putAddress("remoteZtAddr", packet.sender().address())
                .put("remotePhyAddr", SocketAddressField.format(packet.from()))
                .put("localSocket", (long) packet.socket());
    }

    private void send(VirtualNetwork network, Dictionary trace, long nowMillis) {
        if (!network.traceBudget.admit(nowMillis)) {
            networks.count(NetworkDropReason.TRACES_LIMITED);
            return;
        }
        ByteWriter writer = networks.vl1.begin(network.configOrNull().traceTarget(), Verb.REMOTE_TRACE);
        writer.putBytes(trace.toByteArray()).putByte(0);
        networks.vl1.send(true, nowMillis);
    }
}
