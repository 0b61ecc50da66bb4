package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.message.ErrorHeader;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.root.Topology;
import io.ztnio.protocol.vl1.send.ReplyTable;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;

/** ERROR ({@code protocol.md} 4.4): all but IDENTITY_COLLISION concern VL2. Thread: confined to the node. */
public final class ErrorHandler implements PacketHandler {
    private final Topology topology;
    private final ReplyTable replies;
    private final Vl1Listener listener;
    private final VerbHandler networks;
    private final Counters counters;

    public ErrorHandler(
            Topology topology, ReplyTable replies, Vl1Listener listener, VerbHandler networks, Counters counters) {
        this.topology = topology;
        this.replies = replies;
        this.listener = listener;
        this.networks = networks;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        ErrorHeader header = ErrorHeader.read(packet.payload()).orElse(null);
        if (header == null) {
            counters.drop(DropReason.MALFORMED);
            return Outcome.IGNORED;
        }
        ErrorCode code = header.code();
        Verb inReVerb = header.inReVerb();
        if (code == null || inReVerb == null) {
            return Outcome.RECEIVED;
        }
        counters.refused(code);
        long sender = packet.sender().address();
        if (code == ErrorCode.IDENTITY_COLLISION) {
            // The reference does not ask for an expected ID here; a claim of this weight should at least answer us.
            if (topology.isUpstream(sender) && replies.isExpected(header.inRePacketId(), sender, nowMillis)) {
                listener.onIdentityCollision(nowMillis);
            }
            // A root that refuses us is no root in reach.
            return Outcome.IGNORED;
        }
        return networks.onError(packet, inReVerb, header.inRePacketId(), code, nowMillis);
    }
}
