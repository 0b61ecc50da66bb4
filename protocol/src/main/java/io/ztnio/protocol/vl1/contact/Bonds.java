package io.ztnio.protocol.vl1.contact;

import io.ztnio.protocol.collect.LongMap;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.bond.Bond;
import io.ztnio.protocol.vl1.bond.LocalLinks;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Topology;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.util.ArrayList;
import java.util.List;

/**
 * Which peers have a bond, and what those send to watch their links ({@code protocol.md} 8.12). Roots have none, and strangers
 * neither: only who has proved common membership. Thread: confined to the node.
 */
public final class Bonds {
    /** For every peer that is not named; {@code null} for none. */
    private final Bonding.Terms standard;

    private final LongMap<Bonding.Terms> named = new LongMap<>();
    private final PeerTable peers;
    private final Topology topology;
    private final Contact contact;
    private final ControlPackets packets;
    private final LocalLinks links = new LocalLinks();
    private final List<RemotePeer> bonded = new ArrayList<>();
    private final Line line = new Line();
    private long nextMillis = Path.NEVER;

    public Bonds(Bonding bonding, PeerTable peers, Topology topology, Contact contact, ControlPackets packets) {
        standard = bonding.standard().orElse(null);
        bonding.byPeer().forEach(named::put);
        this.peers = peers;
        this.topology = topology;
        this.contact = contact;
        this.packets = packets;
    }

    /** The machine's interfaces, as they are now. */
    public void interfaces(Bonding.Interfaces replacement) {
        links.set(replacement);
    }

    /** A peer has proved common membership. */
    void onTrusted(RemotePeer peer) {
        if (peer.bond() != null || (standard == null && named.isEmpty())) {
            return;
        }
        Bonding.Terms ofPeer = named.get(peer.address());
        Bonding.Terms terms = ofPeer == null ? standard : ofPeer;
        if (terms != null && !topology.isUpstream(peer.address())) {
            peer.bond(new Bond(terms, peer.paths(), links));
            bonded.add(peer);
            nextMillis = Path.NEVER;
        }
    }

    /**
     * Has links watched.
     *
     * @return when to be called next, or {@link Long#MAX_VALUE}
     */
    public long poll(long nowMillis) {
        if (bonded.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (nowMillis < nextMillis) {
            return nextMillis;
        }
        bonded.removeIf(this::isOver);
        long next = Long.MAX_VALUE;
        for (RemotePeer peer : bonded) {
            line.peer = peer;
            line.nowMillis = nowMillis;
            next = Math.min(next, peer.bond().poll(line, peer.isActive(nowMillis), nowMillis));
        }
        nextMillis = next;
        return next;
    }

    private boolean isOver(RemotePeer peer) {
        boolean over = peers.get(peer.address()) != peer || topology.isUpstream(peer.address());
        if (over) {
            peer.bond(null);
        }
        return over;
    }

    /** To the peer in hand. */
    private final class Line implements Bond.Signals {
        private RemotePeer peer;
        private long nowMillis;

        @Override
        public long heartbeat(Path path) {
            if (peer.answersEcho()) {
                return contact.echo(peer, path.socket, path.remote, nowMillis);
            }
            contact.hello(peer, path.socket, path.remote, nowMillis);
            return 0;
        }

        @Override
        public ByteWriter beginReport() {
            return packets.begin(peer.address(), Verb.QOS_MEASUREMENT);
        }

        @Override
        public void report(Path path) {
            packets.sendTo(peer, path.socket, path.remote, false, nowMillis);
        }

        @Override
        public void negotiate(Path path, int utility) {
            packets.begin(peer.address(), Verb.PATH_NEGOTIATION_REQUEST).putShort(utility);
            packets.sendTo(peer, path.socket, path.remote, false, nowMillis);
        }
    }
}
