package io.ztnio.protocol.vl1;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/**
 * Sends packets: chooses the way, armors, splits ({@code protocol.md} 2.6, 3.1 and 8.8). VL1's own packets are written
 * in a buffer of their own, so that they do not disturb a packet that VL2 has begun.
 *
 * <p>Thread: confined to the node.
 */
final class Transmitter {
    /** The first protocol version that takes AES-GMAC-SIV. */
    private static final int AES_PROTOCOL = 12;

    private final Core core;
    private final PacketIds ids;
    private final byte[] controlBytes = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private final ByteWriter control = new ByteWriter(controlBytes, 0);

    Transmitter(Core core) {
        this.core = core;
        this.ids = new PacketIds(core.config.random());
    }

    /** Starts one of VL1's own packets; the writer is at its payload. */
    ByteWriter beginControl(long destination, Verb verb) {
        PacketHeader.write(controlBytes, 0, 0, destination, core.address, verb);
        control.position(PacketHeader.LENGTH);
        return control;
    }

    /** Starts OK to a request; the writer is behind the in-re fields. */
    ByteWriter beginControlOk(ReceivedPacket request) {
        return beginControl(request.sender().address(), Verb.OK)
                .putByte(request.verb().code())
                .putLong(request.packetId());
    }

    /** Sends the packet begun by the usual ways. */
    void sendControl(long destination, long nowMillis) {
        send(destination, controlBytes, 0, control.position(), nowMillis);
    }

    /** Sends the reply begun the way that the request came. */
    void sendControlReply(ReceivedPacket request, long nowMillis) {
        reply(request, controlBytes, 0, control.position(), nowMillis);
    }

    /** Sends the packet begun to a physical address. */
    void sendControlTo(RemotePeer peer, int socket, InetSocketAddress remote, boolean expectReply, long nowMillis) {
        Path path = core.paths.find(socket, remote);
        sealAndSend(peer, suite(peer), socket, remote, controlBytes, 0, control.position(), expectReply, nowMillis);
        if (path != null) {
            path.lastSendMillis = nowMillis;
        }
    }

    /** Draws the ID of the HELLO begun, which its inner mask needs before it is sealed. */
    void drawControlId() {
        BigEndian.putLong(controlBytes, PacketHeader.ID, ids.next());
    }

    /** Sends the HELLO begun, whose ID has been drawn. */
    void sendHello(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        long id = Armor.seal(peer.keys, CipherSuite.POLY1305_NONE, controlBytes, 0, control.position());
        core.replies.expect(id, peer.address(), remote, nowMillis);
        emitTo(socket, remote, controlBytes, 0, control.position());
        core.counters.packetSent();
        Path path = core.paths.find(socket, remote);
        if (path != null) {
            path.lastSendMillis = nowMillis;
        }
    }

    /** Sends the packet begun, sealed for somebody who is not a peer, with suite 1. */
    void sendControlTo(PeerKeys keys, int socket, InetSocketAddress remote) {
        drawControlId();
        Armor.seal(keys, CipherSuite.SALSA2012_POLY1305, controlBytes, 0, control.position());
        emitTo(socket, remote, controlBytes, 0, control.position());
        core.counters.packetSent();
    }

    /**
     * Sends a packet in the clear by the best way, or keeps a copy until there is one.
     *
     * @return the on-wire packet ID, or 0 if it waits or was dropped
     */
    long send(long destination, byte[] buffer, int offset, int length, long nowMillis) {
        if (destination == core.address) {
            core.counters.drop(DropReason.NO_ROUTE);
            return 0;
        }
        if (length > PacketHeader.MAX_PACKET_LENGTH) {
            core.counters.drop(DropReason.UNSENDABLE);
            return 0;
        }
        RemotePeer peer = core.peers.get(destination);
        long id = peer == null ? 0 : route(peer, buffer, offset, length, nowMillis);
        if (id == 0) {
            core.queue.add(destination, buffer, offset, length, nowMillis);
            core.whois.request(destination, nowMillis);
        }
        return id;
    }

    /** As {@link Vl1#datagramBytes}. */
    int datagramBytes(long destination, long nowMillis) {
        RemotePeer peer = core.peers.get(destination);
        PeerPath best = peer == null ? null : peer.bestPath(nowMillis);
        return best == null ? PathPolicy.DEFAULT_MTU : core.config.pathPolicy().mtu(best.path.remote);
    }

    /** As {@link Vl1#isCongested}. */
    boolean isCongested(long destination) {
        RemotePeer peer = core.stage == null ? null : core.peers.get(destination);
        return peer != null && peer.isCongested();
    }

    /** Sends a packet that has waited, if that is possible now. */
    boolean trySend(long destination, byte[] buffer, int offset, int length, long nowMillis) {
        RemotePeer peer = core.peers.get(destination);
        return peer != null && route(peer, buffer, offset, length, nowMillis) != 0;
    }

    /** Sends a reply over the path that the request came by; nobody expects an answer to it. */
    void reply(ReceivedPacket request, byte[] buffer, int offset, int length, long nowMillis) {
        RemotePeer peer = request.sender();
        sealAndSend(peer, suite(peer), request.socket(), request.from(), buffer, offset, length, false, nowMillis);
        Path path = core.paths.find(request.socket(), request.from());
        if (path != null) {
            path.lastSendMillis = nowMillis;
        }
    }

    /** Forwards somebody's datagram as it is. */
    void forward(Path path, byte[] buffer, int offset, int length, long nowMillis) {
        emitTo(path.socket, path.remote, buffer, offset, length);
        path.lastSendMillis = nowMillis;
        core.counters.forwarded();
    }

    private long route(RemotePeer peer, byte[] buffer, int offset, int length, long nowMillis) {
        PeerPath direct = peer.bestPath(nowMillis);
        Path path = direct != null ? direct.path : relayPath(peer, nowMillis);
        if (path == null) {
            return 0;
        }
        long trustedId = core.config.pathPolicy().trustedPathId(path.remote);
        CipherSuite suite = suite(peer);
        if (trustedId != 0) {
            suite = CipherSuite.TRUSTED_PATH;
            PacketHeader.mac(buffer, offset, trustedId);
        }
        SendLane lane = isData(buffer, offset) ? peer.lane(core.stage) : null;
        long id = lane == null
                ? sealAndSend(peer, suite, path.socket, path.remote, buffer, offset, length, true, nowMillis)
                : sendData(peer, lane, suite, path, buffer, offset, length);
        path.lastSendMillis = nowMillis;
        if (direct != null && !direct.isAlive(nowMillis)) {
            core.contact.probeSilent(peer, direct, nowMillis);
        }
        return id;
    }

    /** Frames: they are the bulk, nobody waits for an OK to them, and nothing depends on what overtakes them. */
    private static boolean isData(byte[] buffer, int offset) {
        int verb = PacketHeader.verbCode(buffer, offset);
        return verb == Verb.FRAME.code() || verb == Verb.EXT_FRAME.code();
    }

    /** As {@link #sealAndSend}, by the peer's lane; the ID is not the one on the wire. */
    private long sendData(
            RemotePeer peer, SendLane lane, CipherSuite suite, Path path, byte[] buffer, int offset, int length) {
        int mtu = core.config.pathPolicy().mtu(path.remote);
        int pieces = prepare(buffer, offset, length, mtu);
        long id = PacketHeader.id(buffer, offset);
        if (pieces == 0) {
            return id;
        }
        SendLane.Handover handover;
        if (lane.isBehind()) {
            Armor.seal(peer.keys, suite, buffer, offset, length);
            handover = lane.offerSealed(path.socket, path.remote, mtu, buffer, offset, length);
        } else {
            handover = lane.offer(suite, path.socket, path.remote, mtu, buffer, offset, length);
        }
        switch (handover) {
            case TAKEN -> {
                countSent(pieces, length);
                core.counters.packetSent();
            }
            case DIRECT -> {
                Armor.seal(peer.keys, suite, buffer, offset, length);
                emitPacket(path.socket, path.remote, buffer, offset, length, mtu, pieces);
            }
            case FULL -> core.counters.drop(DropReason.SENDERS_BUSY);
        }
        return id;
    }

    /** The best upstream's path, or the peer's own that has expired, or {@code null}. */
    private Path relayPath(RemotePeer peer, long nowMillis) {
        RemotePeer upstream = core.topology.best(nowMillis, peer.address());
        PeerPath path = upstream == null ? null : upstream.bestPath(nowMillis);
        if (path == null) {
            path = peer.anyPath(nowMillis);
        }
        return path == null ? null : path.path;
    }

    private static CipherSuite suite(RemotePeer peer) {
        return peer.protocolVersion() >= AES_PROTOCOL ? CipherSuite.AES_GMAC_SIV : CipherSuite.SALSA2012_POLY1305;
    }

    /** The on-wire ID; nonzero even for a packet that is too long, which is dropped. */
    private long sealAndSend(
            RemotePeer peer,
            CipherSuite suite,
            int socket,
            InetSocketAddress remote,
            byte[] buffer,
            int offset,
            int length,
            boolean expectReply,
            long nowMillis) {
        int mtu = core.config.pathPolicy().mtu(remote);
        int pieces = prepare(buffer, offset, length, mtu);
        if (pieces == 0) {
            return PacketHeader.id(buffer, offset);
        }
        long id = Armor.seal(peer.keys, suite, buffer, offset, length);
        if (expectReply) {
            core.replies.expect(id, peer.address(), remote, nowMillis);
        }
        emitPacket(socket, remote, buffer, offset, length, mtu, pieces);
        return id;
    }

    /** Makes a packet ready for {@link Armor}; into how many datagrams it goes, or 0 if it is too long and dropped. */
    private int prepare(byte[] buffer, int offset, int length, int mtu) {
        int pieces = Fragmenter.pieces(length, mtu);
        BigEndian.putLong(buffer, offset + PacketHeader.ID, ids.next());
        buffer[offset + PacketHeader.FLAGS] = 0;
        if (pieces > PacketHeader.MAX_PIECES) {
            core.counters.drop(DropReason.UNSENDABLE);
            return 0;
        }
        if (pieces > 1) {
            PacketHeader.setFragmented(buffer, offset);
        }
        return pieces;
    }

    private void emitPacket(
            int socket, InetSocketAddress remote, byte[] buffer, int offset, int length, int mtu, int pieces) {
        Fragmenter.send(buffer, offset, length, mtu, socket, remote, core.sender);
        countSent(pieces, length);
        core.counters.packetSent();
    }

    private void countSent(int pieces, int length) {
        core.counters.sent(pieces, length + (pieces - 1) * FragmentHeader.LENGTH);
    }

    private void emitTo(int socket, InetSocketAddress remote, byte[] buffer, int offset, int length) {
        core.counters.sent(length);
        core.sender.send(socket, remote, buffer, offset, length);
    }
}
