package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.message.OkWhois;
import io.ztnio.protocol.message.Whois;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.receive.IdentityChecks;
import io.ztnio.protocol.vl1.root.IdentityRequests;
import io.ztnio.protocol.vl1.root.Topology;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.PacketHeader;
import java.util.ArrayList;
import java.util.List;

/** WHOIS, and OK to those that {@link IdentityRequests} sent ({@code protocol.md} 4.5). Thread: confined to the node. */
public final class WhoisHandler implements PacketHandler {
    /** So that an answer goes without fragments: 1300 bytes at most. */
    private static final int MAX_ANSWERED = (1300 - PacketHeader.LENGTH - OkHeader.LENGTH) / Identity.PUBLIC_LENGTH;
    /** Unknown addresses of one request that a root asks another root for. */
    private static final int MAX_FORWARDED = 8;

    private final Identity self;
    private final PeerTable peers;
    private final Topology topology;
    private final IdentityRequests requests;
    private final IdentityChecks checks;
    private final ControlPackets packets;
    private final Counters counters;

    public WhoisHandler(
            Identity self,
            PeerTable peers,
            Topology topology,
            IdentityRequests requests,
            IdentityChecks checks,
            ControlPackets packets,
            Counters counters) {
        this.self = self;
        this.peers = peers;
        this.topology = topology;
        this.requests = requests;
        this.checks = checks;
        this.packets = packets;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        if (!packet.sender().admitWhoisReply(topology.weAreUpstream(), nowMillis)) {
            counters.drop(DropReason.RATE_LIMITED);
            return Outcome.IGNORED;
        }
        List<Long> wanted = Whois.read(packet.payload()).map(Whois::addresses).orElse(List.of());
        List<Identity> found = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        for (int i = 0; i < wanted.size() && found.size() < MAX_ANSWERED; i++) {
            long address = wanted.get(i);
            RemotePeer peer = peers.get(address);
            if (address == self.address()) {
                found.add(self);
            } else if (peer != null) {
                found.add(peer.identity());
            } else if (unknown.size() < MAX_FORWARDED) {
                unknown.add(address);
            }
        }
        if (!found.isEmpty()) {
            new OkWhois(found).write(packets.beginOk(packet));
            packets.reply(packet, nowMillis);
        }
        if (topology.weAreUpstream()) {
            unknown.forEach(address -> requests.requestFor(packet.from(), address, nowMillis));
        }
        return Outcome.RECEIVED;
    }

    /**
     * Takes the identities that we asked for. Unlike the reference it has checked that the key belongs to the address, so
     * that not even a root can put its own key in a stranger's place.
     */
    @Override
    public Outcome onOk(ReceivedPacket packet, ByteReader reader, long inRePacketId, long nowMillis) {
        if (!topology.isUpstream(packet.sender().address())) {
            counters.drop(DropReason.NOT_UPSTREAM);
            return Outcome.RECEIVED;
        }
        while (reader.remaining() > 0) {
            Identity identity = Identity.read(reader).orElse(null);
            if (identity == null) {
                counters.drop(DropReason.MALFORMED);
                return Outcome.IGNORED;
            }
            long address = identity.address();
            if (!requests.isAwaited(address) || peers.get(address) != null) {
                continue;
            }
            checks.answer(identity, requests.isForOthers(address), requests.source(address), nowMillis);
        }
        return Outcome.RECEIVED;
    }
}
