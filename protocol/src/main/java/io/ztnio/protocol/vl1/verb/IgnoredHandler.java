package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;

/**
 * ACK, which the reference neither sends nor reads any longer: not even received ({@code protocol.md} 4.0). Thread: confined to
 * the node.
 */
public final class IgnoredHandler implements PacketHandler {
    private final Counters counters;

    public IgnoredHandler(Counters counters) {
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        counters.drop(DropReason.IGNORED_VERB);
        return Outcome.IGNORED;
    }
}
