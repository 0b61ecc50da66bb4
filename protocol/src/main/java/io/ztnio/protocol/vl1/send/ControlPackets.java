package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;

/**
 * VL1's own packets, written in a buffer of their own, so that they do not disturb a packet that VL2 has begun. One is under
 * construction at a time. Thread: confined to the node.
 */
public final class ControlPackets {
    private final long self;
    private final Transmitter transmitter;
    private final PacketEmitter emitter;
    private final byte[] bytes = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private final ByteWriter writer = new ByteWriter(bytes, 0);

    /** @param self our own address */
    public ControlPackets(long self, Transmitter transmitter, PacketEmitter emitter) {
        this.self = self;
        this.transmitter = transmitter;
        this.emitter = emitter;
    }

    /** Starts a packet; the writer is at its payload. */
    public ByteWriter begin(long destination, Verb verb) {
        PacketHeader.write(bytes, 0, 0, destination, self, verb);
        writer.position(PacketHeader.LENGTH);
        return writer;
    }

    /** Starts OK to a request; the writer is behind the in-re fields. */
    public ByteWriter beginOk(ReceivedPacket request) {
        begin(request.sender().address(), Verb.OK);
        new OkHeader(request.verb().code(), request.packetId()).write(writer);
        return writer;
    }

    /** Sends the packet begun by the usual ways. */
    public void send(long destination, long nowMillis) {
        transmitter.send(destination, bytes, 0, writer.position(), nowMillis);
    }

    /** Sends the reply begun the way that the request came. */
    public void reply(ReceivedPacket request, long nowMillis) {
        emitter.reply(request, bytes, 0, writer.position(), nowMillis);
    }

    /** Sends the packet begun to a physical address; its ID on the wire. */
    public long sendTo(RemotePeer peer, int socket, InetSocketAddress remote, boolean expectReply, long nowMillis) {
        return emitter.sendTo(peer, socket, remote, bytes, 0, writer.position(), expectReply, nowMillis);
    }

    /** Whether the sockets can forbid that a datagram is fragmented. */
    public boolean canSendWhole() {
        return emitter.canSendWhole();
    }

    /** As {@link #sendTo}, in one datagram that nobody may fragment; 0 if it does not leave this machine so. */
    public long sendWhole(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        return emitter.sendWhole(peer, socket, remote, bytes, 0, writer.position(), nowMillis);
    }

    /** Opens our own NATs towards an address, where the platform can. */
    public void punch(int socket, InetSocketAddress remote) {
        emitter.punch(socket, remote);
    }

    /** Draws the ID of the HELLO begun, which its inner mask needs before it is sealed. */
    public void drawId() {
        emitter.drawId(bytes, 0);
    }

    /** Sends the HELLO begun, whose ID has been drawn. */
    public void sendHello(RemotePeer peer, int socket, InetSocketAddress remote, long nowMillis) {
        emitter.sendHello(peer, socket, remote, bytes, 0, writer.position(), nowMillis);
    }

    /** Sends the packet begun, sealed for somebody who is not a peer, with suite 1. */
    public void sendToStranger(PeerKeys keys, int socket, InetSocketAddress remote) {
        emitter.sendToStranger(keys, socket, remote, bytes, 0, writer.position());
    }
}
