package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.IdentityRequests;
import io.ztnio.protocol.vl1.send.Transmitter;
import io.ztnio.protocol.wire.PacketHeader;
import java.util.List;

/**
 * Tells of identities that arrived, and tries deferred packets again ({@code protocol.md} 8.9). Thread: confined to the node.
 */
public final class Retries {
    private final ArrivedIdentities arrived;
    private final IdentityChecks checks;
    private final HelloOpening hellos;
    /** Packets of unknown senders, and packets that have been opened. */
    private final List<DeferredRing> rings;

    private final PacketIntake intake;
    private final PeerTable peers;
    private final IdentityRequests requests;
    private final Transmitter transmitter;
    private final VerbHandler handler;
    private final Arrival arrival = new Arrival();

    public Retries(
            ArrivedIdentities arrived,
            IdentityChecks checks,
            HelloOpening hellos,
            List<DeferredRing> rings,
            PacketIntake intake,
            PeerTable peers,
            IdentityRequests requests,
            Transmitter transmitter,
            VerbHandler handler) {
        this.arrived = arrived;
        this.checks = checks;
        this.hellos = hellos;
        this.rings = List.copyOf(rings);
        this.intake = intake;
        this.peers = peers;
        this.requests = requests;
        this.transmitter = transmitter;
        this.handler = handler;
    }

    /** Does what is due; to be called after each datagram, and at {@link #deadlineMillis}. */
    public void settle(long nowMillis) {
        checks.start(nowMillis);
        do {
            for (HelloOpening.Meeting hello = hellos.pollIntroduced(); hello != null; hello = hellos.pollIntroduced()) {
                arrival.set(hello.socket, hello.from, hello.ingressNanos);
                arrival.heldMillis = nowMillis - hello.sinceMillis;
                intake.onSealed(hello.packet, 0, hello.packet.length, arrival, nowMillis);
            }
            for (Identity identity = arrived.poll(); identity != null; identity = arrived.poll()) {
                requests.arrived(identity.address());
                handler.onIdentity(identity, nowMillis);
                transmitter.flush(identity.address(), nowMillis);
                for (int i = 0; i < rings.size(); i++) {
                    rings.get(i).retryNow();
                }
            }
            for (int i = 0; i < rings.size(); i++) {
                if (rings.get(i).deadlineMillis() <= nowMillis) {
                    retry(rings.get(i), nowMillis);
                }
            }
        } while (!arrived.isEmpty() || hellos.hasIntroduced());
    }

    /** When to settle, or {@link Long#MAX_VALUE}. */
    public long deadlineMillis() {
        long next = checks.deadlineMillis();
        for (int i = 0; i < rings.size(); i++) {
            next = Math.min(next, rings.get(i).deadlineMillis());
        }
        return next;
    }

    private void retry(DeferredRing deferred, long nowMillis) {
        deferred.startRound(nowMillis);
        for (int place = 0; place < DeferredRing.CAPACITY; place++) {
            DeferredRing.Entry entry = deferred.at(place, nowMillis);
            if (entry == null) {
                continue;
            }
            long source = PacketHeader.source(entry.bytes, 0);
            RemotePeer sender = peers.get(source);
            if (sender == null) {
                requests.requestFor(entry.from, source, nowMillis);
                continue;
            }
            // First: one that makes a handler throw is not tried for ever, and does not keep the others from being
            // tried.
            deferred.remove(place, entry);
            if (!entry.opened) {
                arrival.set(entry.socket, entry.from, entry.ingressNanos);
                intake.onSealed(entry.bytes, 0, entry.bytes.length, arrival, nowMillis);
            } else if (intake.onOpened(sender, entry, nowMillis) == VerbHandler.Outcome.NOT_YET) {
                deferred.putBack(place, entry);
            }
        }
    }
}
