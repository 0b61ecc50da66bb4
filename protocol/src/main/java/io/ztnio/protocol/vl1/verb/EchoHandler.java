package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.message.Echo;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.ByteWriter;

/** ECHO ({@code protocol.md} 4.9): its bytes go back. Thread: confined to the node. */
public final class EchoHandler implements PacketHandler {
    private final PathTable paths;
    private final ControlPackets packets;
    private final Counters counters;

    public EchoHandler(PathTable paths, ControlPackets packets, Counters counters) {
        this.paths = paths;
        this.packets = packets;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        if (!paths.obtain(packet.socket(), packet.from()).admitEchoReply(nowMillis)) {
            counters.drop(DropReason.RATE_LIMITED);
            return Outcome.IGNORED;
        }
        Echo echo = Echo.read(packet.payload()).orElseThrow();
        ByteWriter writer = packets.beginOk(packet);
        if (echo.data().length() > writer.remaining()) {
            counters.drop(DropReason.UNSENDABLE);
            return Outcome.RECEIVED;
        }
        echo.write(writer);
        packets.reply(packet, nowMillis);
        return Outcome.RECEIVED;
    }
}
