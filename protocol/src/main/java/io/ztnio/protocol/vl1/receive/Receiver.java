package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.packet.Reassembly;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.path.Path;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.root.Relay;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetSocketAddress;

/** From datagrams to whole packets, for us or to be relayed ({@code protocol.md} 2.7). Thread: confined to the node. */
public final class Receiver {
    private static final int BEACON_LENGTH = 13;

    private final long self;
    private final PathTable paths;
    private final Relay relay;
    private final PacketIntake intake;
    private final Retries retries;
    private final Counters counters;
    private final Reassembly<Path> reassembly = new Reassembly<>();
    private final Arrival arrival = new Arrival();

    /** @param self our own address */
    public Receiver(long self, PathTable paths, Relay relay, PacketIntake intake, Retries retries, Counters counters) {
        this.self = self;
        this.paths = paths;
        this.relay = relay;
        this.intake = intake;
        this.retries = retries;
        this.counters = counters;
    }

    /** Takes one datagram; the buffer may be changed, and is the caller's again on return. */
    public void onDatagram(
            int socket, InetSocketAddress from, byte[] buffer, int offset, int length, long nowMillis, long nanos) {
        counters.received(length);
        arrival.set(socket, from, nanos);
        if (length > PacketHeader.MAX_PACKET_LENGTH) {
            counters.drop(DropReason.TOO_LONG);
        } else if (length == BEACON_LENGTH) {
            counters.drop(DropReason.LEGACY_BEACON);
        } else if (FragmentHeader.isFragment(buffer, offset, length)) {
            onFragment(buffer, offset, length, nowMillis);
        } else if (length < PacketHeader.LENGTH) {
            counters.drop(DropReason.TOO_SHORT);
        } else {
            onHead(buffer, offset, length, nowMillis);
        }
        retries.settle(nowMillis);
    }

    private void onFragment(byte[] buffer, int offset, int length, long nowMillis) {
        if (FragmentHeader.destination(buffer, offset) != self) {
            relay.onFragment(buffer, offset, length, arrival.socket, arrival.from, nowMillis);
            return;
        }
        long bad = badFragments();
        onPiece(reassembly.onFragment(buffer, offset, length, arrival.ingressNanos), bad, nowMillis);
    }

    private void onHead(byte[] buffer, int offset, int length, long nowMillis) {
        long source = PacketHeader.source(buffer, offset);
        if (source == self || Address.isReserved(source)) {
            counters.drop(DropReason.BAD_SOURCE);
        } else if (PacketHeader.destination(buffer, offset) != self) {
            relay.onHead(buffer, offset, length, arrival.socket, arrival.from, nowMillis);
        } else if (PacketHeader.isFragmented(buffer, offset)) {
            Path known = paths.find(arrival.socket, arrival.from);
            Path origin = known != null ? known : new Path(arrival.socket, arrival.from);
            long bad = badFragments();
            onPiece(reassembly.onHead(buffer, offset, length, origin, arrival.ingressNanos), bad, nowMillis);
        } else {
            intake.onSealed(buffer, offset, length, arrival, nowMillis);
        }
    }

    private void onPiece(Reassembly.Packet<Path> complete, long badBefore, long nowMillis) {
        if (complete != null) {
            arrival.set(complete.origin().socket, complete.origin().remote, complete.ingressNanos());
            intake.onSealed(complete.buffer(), 0, complete.length(), arrival, nowMillis);
        } else if (badFragments() != badBefore) {
            counters.drop(DropReason.BAD_FRAGMENT);
        }
    }

    private long badFragments() {
        return reassembly.drops(Reassembly.Drop.MALFORMED) + reassembly.drops(Reassembly.Drop.TOO_LONG);
    }
}
