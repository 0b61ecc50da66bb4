package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.packet.Reassembly;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.wire.FragmentHeader;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetSocketAddress;

/** From datagrams to whole packets, for us or to be relayed ({@code protocol.md} 2.7). Thread: belongs to one thread. */
final class Assembler {
    private static final int BEACON_LENGTH = 13;
    private static final int ORIGINS = 64;

    /** Where a head came from. */
    private record Origin(int socket, InetSocketAddress from) {}

    private final long self;
    private final Reassembly<Origin> reassembly = new Reassembly<>();

    /** The last of each hash, so that not every head needs a new one. */
    private final Origin[] origins = new Origin[ORIGINS];

    /** @param self our own address */
    Assembler(long self) {
        this.self = self;
    }

    /**
     * Takes a datagram.
     *
     * @param spare takes the place of a buffer that goes out with a packet made of pieces; {@code null} if whoever takes that is done with
     *     it before the next datagram
     * @return whether the spare is used up
     */
    boolean take(
            Inbound into,
            int socket,
            InetSocketAddress from,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos,
            byte[] spare) {
        // If this throws half done, for want of memory, what the object was used for before is not to be handled again.
        into.kind = Inbound.Kind.PIECE;
        into.datagramLength = length;
        into.keys = null;
        into.arrival.set(socket, from, ingressNanos);
        if (length > PacketHeader.MAX_PACKET_LENGTH) {
            into.dropped(DropReason.TOO_LONG);
        } else if (length == BEACON_LENGTH) {
            into.dropped(DropReason.LEGACY_BEACON);
        } else if (FragmentHeader.isFragment(buffer, offset, length)) {
            return takeFragment(into, buffer, offset, length, spare);
        } else if (length < PacketHeader.LENGTH) {
            into.dropped(DropReason.TOO_SHORT);
        } else {
            return takeHead(into, buffer, offset, length, spare);
        }
        return false;
    }

    private boolean takeFragment(Inbound into, byte[] buffer, int offset, int length, byte[] spare) {
        if (FragmentHeader.destination(buffer, offset) != self) {
            into.bytes(Inbound.Kind.FRAGMENT_TO_RELAY, buffer, offset, length);
            return false;
        }
        long bad = badFragments();
        return takePiece(into, reassembly.onFragment(buffer, offset, length, into.arrival.ingressNanos), bad, spare);
    }

    private boolean takeHead(Inbound into, byte[] buffer, int offset, int length, byte[] spare) {
        long source = PacketHeader.source(buffer, offset);
        if (source == self || Address.isReserved(source)) {
            into.dropped(DropReason.BAD_SOURCE);
        } else if (PacketHeader.destination(buffer, offset) != self) {
            into.bytes(Inbound.Kind.HEAD_TO_RELAY, buffer, offset, length);
        } else if (PacketHeader.isFragmented(buffer, offset)) {
            long bad = badFragments();
            return takePiece(
                    into,
                    reassembly.onHead(buffer, offset, length, origin(into.arrival), into.arrival.ingressNanos),
                    bad,
                    spare);
        } else {
            into.bytes(Inbound.Kind.SEALED, buffer, offset, length);
        }
        return false;
    }

    private boolean takePiece(Inbound into, Reassembly.Packet<Origin> complete, long badBefore, byte[] spare) {
        if (complete == null) {
            into.kind = Inbound.Kind.PIECE;
            if (badFragments() != badBefore) {
                into.dropped(DropReason.BAD_FRAGMENT);
            }
            return false;
        }
        Origin head = complete.origin();
        into.arrival.set(head.socket(), head.from(), complete.ingressNanos());
        byte[] packet = spare == null ? complete.buffer() : complete.exchangeBuffer(spare);
        into.bytes(Inbound.Kind.SEALED, packet, 0, complete.length());
        return spare != null;
    }

    private Origin origin(Arrival arrival) {
        int place = (31 * arrival.from.hashCode() + arrival.socket) & (ORIGINS - 1);
        Origin known = origins[place];
        if (known == null || known.socket() != arrival.socket || !known.from().equals(arrival.from)) {
            known = new Origin(arrival.socket, arrival.from);
            origins[place] = known;
        }
        return known;
    }

    private long badFragments() {
        return reassembly.drops(Reassembly.Drop.MALFORMED) + reassembly.drops(Reassembly.Drop.TOO_LONG);
    }
}
