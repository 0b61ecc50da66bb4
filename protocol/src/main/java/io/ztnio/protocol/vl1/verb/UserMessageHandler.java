package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.message.UserMessage;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;

/** USER_MESSAGE, which the node's owner and VL2 hear of. Thread: confined to the node. */
public final class UserMessageHandler implements PacketHandler {
    private final Vl1Listener listener;
    private final VerbHandler networks;
    private final Counters counters;

    public UserMessageHandler(Vl1Listener listener, VerbHandler networks, Counters counters) {
        this.listener = listener;
        this.networks = networks;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        UserMessage message = UserMessage.read(packet.payload()).orElse(null);
        if (message == null) {
            counters.drop(DropReason.MALFORMED);
            return Outcome.IGNORED;
        }
        listener.onUserMessage(packet.sender().address(), message.type(), message.data(), nowMillis);
        networks.onPacket(packet, nowMillis);
        return Outcome.RECEIVED;
    }
}
