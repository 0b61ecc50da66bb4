package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.limit.TokenBuckets;
import io.ztnio.protocol.message.Echo;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.bond.Bond;
import io.ztnio.protocol.vl1.contact.MtuProbes;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.random.RandomGenerator;

/** ECHO ({@code protocol.md} 4.9): its bytes go back. Thread: confined to the node. */
public final class EchoHandler implements PacketHandler {
    /** Of one peer by all its paths; a path has its own limit, six per second. */
    private static final int MAX_AT_ONCE = 64;

    private static final double PER_SECOND = 32;
    private static final int PEERS = 4096;

    private final PathTable paths;
    private final ControlPackets packets;
    private final MtuProbes probes;
    private final Counters counters;
    private final TokenBuckets byPeer;

    /** @param random salts what strangers could aim at */
    public EchoHandler(
            PathTable paths, ControlPackets packets, MtuProbes probes, Counters counters, RandomGenerator random) {
        this.paths = paths;
        this.packets = packets;
        this.probes = probes;
        this.counters = counters;
        this.byPeer = new TokenBuckets(PEERS, MAX_AT_ONCE, PER_SECOND, random.nextLong());
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        if (!byPeer.admit(packet.sender().address(), nowMillis)
                || !paths.obtain(packet.socket(), packet.from(), packet.sender().address(), nowMillis)
                        .admitEchoReply(nowMillis)) {
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

    @Override
    public Outcome onOk(ReceivedPacket packet, ByteReader reader, long inRePacketId, long nowMillis) {
        if (packet.hops() == 0) {
            probes.onAnswer(packet.socket(), packet.from(), inRePacketId, nowMillis);
            Bond bond = packet.sender().bond();
            if (bond != null) {
                bond.answered(inRePacketId, nowMillis);
            }
        }
        return Outcome.RECEIVED;
    }
}
