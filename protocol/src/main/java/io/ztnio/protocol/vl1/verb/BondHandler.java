package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.bond.Bond;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.wire.Verb;

/**
 * QOS_MEASUREMENT and PATH_NEGOTIATION_REQUEST of a peer that we have a bond with, by a path of it; they do not count as received
 * ({@code protocol.md} 4.0 and 4.18). ACK is for nobody. Thread: confined to the node.
 */
public final class BondHandler implements PacketHandler {
    private static final int UTILITY_BYTES = 2;

    private final long self;
    private final PathTable paths;
    private final Counters counters;

    /** @param self our own address */
    public BondHandler(long self, PathTable paths, Counters counters) {
        this.self = self;
        this.paths = paths;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        RemotePeer peer = packet.sender();
        Bond bond = peer.bond();
        Path path = bond == null || packet.hops() != 0 ? null : paths.find(packet.socket(), packet.from());
        PeerPath known = path == null ? null : peer.paths().find(path);
        if (known == null) {
            counters.drop(DropReason.IGNORED_VERB);
        } else if (!take(packet, bond, known, nowMillis)) {
            counters.drop(DropReason.RATE_LIMITED);
        }
        return Outcome.IGNORED;
    }

    private boolean take(ReceivedPacket packet, Bond bond, PeerPath path, long nowMillis) {
        if (packet.verb() == Verb.QOS_MEASUREMENT) {
            return bond.measured(path, packet.payload(), nowMillis);
        }
        if (packet.payload().remaining() != UTILITY_BYTES) {
            return false;
        }
        int utility = (short) packet.payload().getShort();
        return bond.requested(path, utility, packet.sender().address() > self, nowMillis);
    }
}
