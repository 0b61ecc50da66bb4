package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.wire.ByteReader;

/** What is done with one verb: there is one for each row of {@code protocol.md} 4.0. Thread: confined to the node. */
public interface PacketHandler {
    /** A packet with this verb came. */
    Outcome onPacket(ReceivedPacket packet, long nowMillis);

    /**
     * OK came to a packet of ours with this verb.
     *
     * @param reader behind the in-re fields
     */
    default Outcome onOk(ReceivedPacket packet, ByteReader reader, long inRePacketId, long nowMillis) {
        return Outcome.RECEIVED;
    }
}
