package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.root.Relay;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetSocketAddress;

/**
 * Takes what arrives: datagrams, or what a {@link PacketReader} has made of them. Thread: confined to the node.
 */
public final class Receiver {
    private final PeerTable peers;
    private final Relay relay;
    private final PacketIntake intake;
    private final Retries retries;
    private final Counters counters;
    private final Assembler assembler;
    private final Inbound inbound = new Inbound();

    /** @param self our own address */
    public Receiver(long self, PeerTable peers, Relay relay, PacketIntake intake, Retries retries, Counters counters) {
        this.peers = peers;
        this.relay = relay;
        this.intake = intake;
        this.retries = retries;
        this.counters = counters;
        this.assembler = new Assembler(self);
    }

    /** Takes one datagram; the buffer may be changed, and is the caller's again on return. */
    public void onDatagram(
            int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowMillis, long nanos) {
        assembler.take(inbound, socket, from, buffer, offset, length, nanos, null);
        accept(inbound, nowMillis);
    }

    /** Takes what a reader has made of one datagram of a batch. */
    public void onRead(PacketReader.Packets packets, int index, long nowMillis) {
        accept(((InboundPackets) packets).at(index), nowMillis);
    }

    private void accept(Inbound in, long nowMillis) {
        counters.received(in.datagramLength);
        switch (in.kind) {
            case PIECE -> {}
            case DROPPED -> counters.drop(in.reason);
            case HEAD_TO_RELAY ->
                relay.onHead(in.buffer, in.offset, in.length, in.arrival.socket, in.arrival.from, nowMillis);
            case FRAGMENT_TO_RELAY ->
                relay.onFragment(in.buffer, in.offset, in.length, in.arrival.socket, in.arrival.from, nowMillis);
            case SEALED -> intake.onSealed(in.buffer, in.offset, in.length, in.arrival, nowMillis);
            case OPENED -> onOpened(in, nowMillis);
            case FORGED -> onForged(in, nowMillis);
        }
        retries.settle(nowMillis);
    }

    private void onOpened(Inbound in, long nowMillis) {
        RemotePeer sender = peers.get(PacketHeader.source(in.buffer, in.offset));
        if (sender == null || !peers.isCurrent(in.keys, sender)) {
            // Its sender has been forgotten, or its address is another's, since it was opened.
            counters.drop(DropReason.AUTHENTICATION_FAILED);
            return;
        }
        intake.onAuthentic(sender, in.buffer, in.offset, in.length, in.arrival, nowMillis);
    }

    private void onForged(Inbound in, long nowMillis) {
        RemotePeer sender = peers.get(PacketHeader.source(in.buffer, in.offset));
        if (sender != null && !peers.isCurrent(in.keys, sender)) {
            intake.onSealed(in.buffer, in.offset, in.length, in.arrival, nowMillis);
            return;
        }
        counters.drop(DropReason.AUTHENTICATION_FAILED);
        if (sender != null) {
            sender.tally().damaged();
        }
    }
}
