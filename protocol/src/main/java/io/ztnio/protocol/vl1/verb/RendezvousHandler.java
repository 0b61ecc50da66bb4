package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.message.Rendezvous;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.contact.Contact;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.IdentityRequests;
import io.ztnio.protocol.vl1.root.PathAdmission;
import io.ztnio.protocol.vl1.root.Topology;

/** RENDEZVOUS ({@code protocol.md} 4.6): a root tells where a peer is, which we try. Thread: confined to the node. */
public final class RendezvousHandler implements PacketHandler {
    private final Topology topology;
    private final PeerTable peers;
    private final PathAdmission admission;
    private final IdentityRequests requests;
    private final Contact contact;
    private final Counters counters;

    public RendezvousHandler(
            Topology topology,
            PeerTable peers,
            PathAdmission admission,
            IdentityRequests requests,
            Contact contact,
            Counters counters) {
        this.topology = topology;
        this.peers = peers;
        this.admission = admission;
        this.requests = requests;
        this.contact = contact;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        if (!topology.isUpstream(packet.sender().address())) {
            counters.drop(DropReason.NOT_UPSTREAM);
            return Outcome.RECEIVED;
        }
        Rendezvous rendezvous = Rendezvous.read(packet.payload()).orElse(null);
        if (rendezvous == null) {
            counters.drop(DropReason.MALFORMED);
            return Outcome.IGNORED;
        }
        RemotePeer peer = peers.get(rendezvous.peer());
        if (peer == null) {
            // The reference gives up here, and the first RENDEZVOUS between strangers is lost. Its identity is
            // certainly on the way: whoever made the root introduce us has asked for ours too.
            requests.request(rendezvous.peer(), nowMillis);
            return Outcome.NOT_YET;
        }
        if (rendezvous.endpoint().getPort() != 0 && admission.allows(rendezvous.peer(), rendezvous.endpoint())) {
            contact.meet(peer, packet.socket(), rendezvous.endpoint(), nowMillis);
        }
        return Outcome.RECEIVED;
    }
}
