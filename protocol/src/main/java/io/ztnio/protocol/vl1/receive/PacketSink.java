package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;

/** Takes packets that are authentic, in the clear and no copies. Thread: confined to the node. */
@FunctionalInterface
public interface PacketSink {
    /** What became of the packet; what follows from that is done, but for {@link VerbHandler.Outcome#NOT_YET}. */
    VerbHandler.Outcome onPacket(ReceivedPacket packet, long nowMillis);
}
