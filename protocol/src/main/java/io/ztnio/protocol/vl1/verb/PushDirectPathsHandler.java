package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.message.PushDirectPaths;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.contact.Contact;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.PathAdmission;
import io.ztnio.protocol.wire.IpScope;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** PUSH_DIRECT_PATHS ({@code protocol.md} 4.17): a peer tells where else it is, which we try. Thread: confined to the node. */
public final class PushDirectPathsHandler implements PacketHandler {
    private static final int MAX_PUSHES_IN_WINDOW = 8;
    private static final int MAX_PER_SCOPE_AND_FAMILY = 8;

    private final PathAdmission admission;
    private final Contact contact;
    private final Counters counters;

    public PushDirectPathsHandler(PathAdmission admission, Contact contact, Counters counters) {
        this.admission = admission;
        this.contact = contact;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        RemotePeer peer = packet.sender();
        if (peer.countPush(nowMillis) >= MAX_PUSHES_IN_WINDOW) {
            counters.drop(DropReason.RATE_LIMITED);
            return Outcome.RECEIVED;
        }
        PushDirectPaths push = PushDirectPaths.read(packet.payload()).orElse(null);
        if (push == null) {
            counters.drop(DropReason.MALFORMED);
            return Outcome.IGNORED;
        }
        int[] used = new int[IpScope.values().length * 2];
        for (PushDirectPaths.Path record : push.paths()) {
            InetSocketAddress endpoint = record.endpoint();
            if ((record.flags() & PushDirectPaths.Path.FLAG_FORGET) != 0
                    || endpoint == null
                    || endpoint.getPort() == 0
                    || !admission.allows(peer.address(), endpoint)) {
                continue;
            }
            if ((record.flags() & PushDirectPaths.Path.FLAG_CLUSTER_REDIRECT) != 0) {
                // The reference takes the new path unproved: whoever is redirected to nowhere is lost for minutes.
                peer.redirect(endpoint, nowMillis);
            } else if (peer.bond() == null && peer.paths().leadTo(endpoint, nowMillis)) {
                continue;
            }
            int kind = IpScope.of(endpoint.getAddress()).rank() * 2;
            kind += endpoint.getAddress() instanceof Inet6Address ? 1 : 0;
            if (used[kind]++ < MAX_PER_SCOPE_AND_FAMILY) {
                contact.tryOut(peer, DatagramSender.ALL_SOCKETS, endpoint, nowMillis);
            }
        }
        return Outcome.RECEIVED;
    }
}
