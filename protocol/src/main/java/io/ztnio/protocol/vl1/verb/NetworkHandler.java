package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Verb;

/** A verb of VL2, which takes it and the OK to it ({@code protocol.md} 4.7 to 4.15). Thread: confined to the node. */
public final class NetworkHandler implements PacketHandler {
    private final Verb verb;
    private final VerbHandler networks;

    public NetworkHandler(Verb verb, VerbHandler networks) {
        this.verb = verb;
        this.networks = networks;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        return networks.onPacket(packet, nowMillis);
    }

    @Override
    public Outcome onOk(ReceivedPacket packet, ByteReader reader, long inRePacketId, long nowMillis) {
        return networks.onOk(packet, verb, inRePacketId, nowMillis);
    }
}
