package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.packet.Fragmenter;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.SendLane;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/**
 * Gives packets in the clear, whose way is decided, their ID; seals them, splits them and hands them to the sockets ({@code
 * protocol.md} 2.6 and 3.1). Buffers are changed, and are the caller's again on return.
 *
 * <p>Thread: confined to the node.
 */
public final class PacketEmitter {
    /** Where ERROR has its code ({@code protocol.md} 4.4). */
    private static final int ERROR_CODE = 37;

    private final PathPolicy policy;
    /** Too short for a packet, should it arrive. */
    private static final int PUNCH_LENGTH = 4;

    /** Beyond a NAT at home and one of the provider's. */
    private static final int PUNCH_TTL = 2;

    private final PacketIds ids;
    private final RandomGenerator random;
    private final PathTable paths;
    private final ReplyTable replies;
    private final ReplyBudget budget;
    private final DatagramSender sender;
    private final Copies copies;
    private final Counters counters;

    public PacketEmitter(
            PathPolicy policy,
            RandomGenerator random,
            PathTable paths,
            ReplyTable replies,
            ReplyBudget budget,
            DatagramSender sender,
            Counters counters) {
        this.policy = policy;
        this.ids = new PacketIds(random);
        this.random = random;
        this.paths = paths;
        this.replies = replies;
        this.budget = budget;
        this.sender = sender;
        this.copies = new Copies(sender);
        this.counters = counters;
    }

    /** Sends a reply over the path that the request came by; nobody expects an answer to it. May be dropped by the {@link ReplyBudget}. */
    void reply(ReceivedPacket request, byte[] buffer, int offset, int length, long nowMillis) {
        if (budget.admit(request.sender(), request.from(), length, request.wireBytes(), nowMillis)) {
            sendTo(request.sender(), request.socket(), request.from(), buffer, offset, length, false, nowMillis);
        }
    }

    /** Forwards somebody's datagram as it is. */
    public void forward(Path path, byte[] buffer, int offset, int length, long nowMillis) {
        emitDatagram(path.socket, path.remote, buffer, offset, length);
        path.sent(nowMillis);
        counters.forwarded();
    }

    /** Sends a packet to a physical address; its ID on the wire. */
    long sendTo(
            RemotePeer peer,
            int socket,
            InetSocketAddress remote,
            byte[] buffer,
            int offset,
            int length,
            boolean expectReply,
            long nowMillis) {
        int mtu = policy.mtu(remote);
        long id = seal(peer, peer.suite(), socket, remote, mtu, buffer, offset, length, expectReply, nowMillis);
        sent(socket, remote, nowMillis);
        return id;
    }

    /** Whether {@link #sendWhole} can be used. */
    boolean canSendWhole() {
        return sender.canSendWhole();
    }

    /**
     * Sends a packet in one datagram that nobody may fragment on its way; an answer is expected.
     *
     * @return its ID on the wire, or 0 if it does not leave this machine so
     */
    long sendWhole(
            RemotePeer peer,
            int socket,
            InetSocketAddress remote,
            byte[] buffer,
            int offset,
            int length,
            long nowMillis) {
        prepare(buffer, offset, length, length);
        long id = Armor.seal(peer.keys(), peer.suite(), buffer, offset, length);
        if (!sender.sendWhole(socket, remote, buffer, offset, length)) {
            return 0;
        }
        replies.expect(id, peer.address(), remote, nowMillis);
        countSent(1, length);
        packetSent(peer);
        sent(socket, remote, nowMillis);
        return id;
    }

    /** Opens our own NATs towards an address ({@code protocol.md} 4.6), where the platform can; IPv4 only, as in the reference. */
    void punch(int socket, InetSocketAddress remote) {
        if (remote.getAddress().getAddress().length == 4) {
            byte[] bytes = new byte[PUNCH_LENGTH];
            random.nextBytes(bytes);
            sender.sendShort(socket, remote, bytes, PUNCH_TTL);
        }
    }

    /** Draws the ID of a packet: HELLO's inner mask needs it before the packet is sealed. */
    void drawId(byte[] buffer, int offset) {
        BigEndian.putLong(buffer, offset + PacketHeader.ID, ids.next());
    }

    /** Sends a HELLO whose ID has been drawn. */
    void sendHello(
            RemotePeer peer,
            int socket,
            InetSocketAddress remote,
            byte[] buffer,
            int offset,
            int length,
            long nowMillis) {
        counters.writing(Verb.HELLO);
        long id = Armor.seal(peer.keys(), CipherSuite.POLY1305_NONE, buffer, offset, length);
        replies.expect(id, peer.address(), remote, nowMillis);
        emitDatagram(socket, remote, buffer, offset, length);
        packetSent(peer);
        sent(socket, remote, nowMillis);
    }

    /** Sends a packet, sealed for somebody who is not a peer, with suite 1. */
    void sendToStranger(PeerKeys keys, int socket, InetSocketAddress remote, byte[] buffer, int offset, int length) {
        drawId(buffer, offset);
        count(buffer, offset, length);
        Armor.seal(keys, CipherSuite.SALSA2012_POLY1305, buffer, offset, length);
        emitDatagram(socket, remote, buffer, offset, length);
        counters.packetSent();
    }

    /**
     * Sends by a path; the on-wire ID; nonzero even for a packet that is too long, which is dropped.
     *
     * @param mtu longest datagram
     */
    long seal(
            RemotePeer peer,
            CipherSuite suite,
            Path path,
            int mtu,
            byte[] buffer,
            int offset,
            int length,
            boolean expectReply,
            long nowMillis) {
        return seal(peer, suite, path.socket, path.remote, mtu, buffer, offset, length, expectReply, nowMillis);
    }

    private long seal(
            RemotePeer peer,
            CipherSuite suite,
            int socket,
            InetSocketAddress remote,
            int mtu,
            byte[] buffer,
            int offset,
            int length,
            boolean expectReply,
            long nowMillis) {
        int pieces = prepare(buffer, offset, length, mtu);
        if (pieces == 0) {
            return PacketHeader.id(buffer, offset);
        }
        long id = Armor.seal(peer.keys(), suite, buffer, offset, length);
        if (expectReply) {
            replies.expect(id, peer.address(), remote, nowMillis);
        }
        emitPacket(peer, socket, remote, buffer, offset, length, mtu, pieces);
        return id;
    }

    /**
     * As {@link #seal}, the same packet by several paths: with one ID, so that the receiver knows the copies.
     *
     * @param count of the paths
     */
    long sealForAll(RemotePeer peer, Path[] ways, int count, byte[] buffer, int offset, int length, long nowMillis) {
        int mtu = PacketHeader.MAX_PACKET_LENGTH;
        for (int i = 0; i < count; i++) {
            mtu = Math.min(mtu, ways[i].directMtu(policy));
        }
        int pieces = prepare(buffer, offset, length, mtu);
        if (pieces == 0) {
            return PacketHeader.id(buffer, offset);
        }
        long id = Armor.seal(peer.keys(), peer.suite(), buffer, offset, length);
        replies.expect(id, peer.address(), ways[0].remote, nowMillis);
        Fragmenter.send(buffer, offset, length, mtu, 0, ways[0].remote, copies.by(ways, count));
        for (int i = 0; i < count; i++) {
            countSent(pieces, length);
            ways[i].sent(nowMillis);
        }
        packetSent(peer);
        return id;
    }

    /** As {@link #seal}, by the lane of the peer's data; the ID is not the one on the wire. */
    long sealOnLane(
            RemotePeer peer,
            SendLane lane,
            CipherSuite suite,
            Path path,
            int mtu,
            byte[] buffer,
            int offset,
            int length) {
        int pieces = prepare(buffer, offset, length, mtu);
        long id = PacketHeader.id(buffer, offset);
        if (pieces == 0) {
            return id;
        }
        SendLane.Handover handover;
        if (lane.isBehind()) {
            Armor.seal(peer.keys(), suite, buffer, offset, length);
            handover = lane.offerSealed(path.socket, path.remote, mtu, buffer, offset, length);
        } else {
            handover = lane.offer(suite, path.socket, path.remote, mtu, buffer, offset, length);
        }
        switch (handover) {
            case TAKEN -> {
                countSent(pieces, length);
                packetSent(peer);
            }
            case DIRECT -> {
                Armor.seal(peer.keys(), suite, buffer, offset, length);
                emitPacket(peer, path.socket, path.remote, buffer, offset, length, mtu, pieces);
            }
            case FULL -> counters.drop(DropReason.SENDERS_BUSY);
        }
        return id;
    }

    /** Makes a packet ready for {@link Armor}; into how many datagrams it goes, or 0 if it is too long and dropped. */
    private int prepare(byte[] buffer, int offset, int length, int mtu) {
        int pieces = Fragmenter.pieces(length, mtu);
        drawId(buffer, offset);
        buffer[offset + PacketHeader.FLAGS] = 0;
        if (pieces > PacketHeader.MAX_PIECES) {
            counters.drop(DropReason.UNSENDABLE);
            return 0;
        }
        if (pieces > 1) {
            PacketHeader.setFragmented(buffer, offset);
        }
        count(buffer, offset, length);
        return pieces;
    }

    /** What a packet is cannot be read any longer when it is sealed. */
    private void count(byte[] buffer, int offset, int length) {
        Verb verb = PacketHeader.verb(buffer, offset);
        if (verb == null) {
            return;
        }
        counters.writing(verb);
        if (verb == Verb.ERROR && length > ERROR_CODE) {
            ErrorCode code = ErrorCode.of(buffer[offset + ERROR_CODE]);
            if (code != null) {
                counters.refusing(code);
            }
        }
    }

    private void emitPacket(
            RemotePeer peer,
            int socket,
            InetSocketAddress remote,
            byte[] buffer,
            int offset,
            int length,
            int mtu,
            int pieces) {
        Fragmenter.send(buffer, offset, length, mtu, socket, remote, sender);
        countSent(pieces, length);
        packetSent(peer);
    }

    private void packetSent(RemotePeer peer) {
        counters.packetSent();
        peer.tally().sent();
    }

    private void countSent(int pieces, int length) {
        counters.sent(pieces, length + (pieces - 1) * FragmentHeader.LENGTH);
    }

    private void emitDatagram(int socket, InetSocketAddress remote, byte[] buffer, int offset, int length) {
        counters.sent(length);
        sender.send(socket, remote, buffer, offset, length);
    }

    private void sent(int socket, InetSocketAddress remote, long nowMillis) {
        Path path = paths.find(socket, remote);
        if (path != null) {
            path.sent(nowMillis);
        }
    }
}
