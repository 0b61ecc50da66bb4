package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;

/** NOP ({@code protocol.md} 4.1): it counts as received, no more. Thread-safe. */
public final class ReceivedHandler implements PacketHandler {
    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        return Outcome.RECEIVED;
    }
}
