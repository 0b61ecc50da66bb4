package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;

/** NOP and REMOTE_TRACE ({@code protocol.md} 4.1 and 4.20): they count as received, no more. Thread-safe. */
public final class ReceivedHandler implements PacketHandler {
    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        return Outcome.RECEIVED;
    }
}
