package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.send.ReplyTable;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/**
 * OK ({@code protocol.md} 4.3): if it was expected, who handles the verb that it answers gets it. Thread: confined to the node.
 */
public final class OkHandler implements PacketHandler {
    private final ReplyTable replies;
    private final VerbTable verbs;
    private final Counters counters;

    public OkHandler(ReplyTable replies, VerbTable verbs, Counters counters) {
        this.replies = replies;
        this.verbs = verbs;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        ByteReader reader = packet.payload();
        OkHeader header = OkHeader.read(reader).orElse(null);
        if (header == null) {
            counters.drop(DropReason.MALFORMED);
            return Outcome.IGNORED;
        }
        InetSocketAddress sentTo =
                replies.sentTo(header.inRePacketId(), packet.sender().address(), nowMillis);
        if (sentTo == null && !packet.isRetry()) {
            counters.drop(DropReason.UNEXPECTED_OK);
            return Outcome.IGNORED;
        }
        if (packet.from().equals(sentTo)) {
            packet.provesPath();
        }
        Verb inReVerb = header.inReVerb();
        return inReVerb == null
                ? Outcome.RECEIVED
                : verbs.handler(inReVerb).onOk(packet, reader, header.inRePacketId(), nowMillis);
    }
}
