package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.ErrorHeader;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.vl1.send.Sources;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Authenticates HELLO, the one packet that comes in the clear and introduces its sender ({@code protocol.md} 4.2). Thread:
 * confined to the node.
 */
public final class HelloOpening {
    /** Older protocol versions are not talked to. */
    public static final int MIN_PROTOCOL = 4;

    private final PeerTable peers;
    private final ControlPackets packets;
    private final IdentityChecks checks;
    private final Sources sources;
    private final ArrayDeque<Meeting> introduced = new ArrayDeque<>();
    private final Counters counters;

    public HelloOpening(
            PeerTable peers, ControlPackets packets, IdentityChecks checks, Sources sources, Counters counters) {
        this.peers = peers;
        this.packets = packets;
        this.checks = checks;
        this.sources = sources;
        this.counters = counters;
    }

    /**
     * Authenticates a HELLO in the clear. A stranger's is looked at later: it comes back by {@link #pollIntroduced}.
     *
     * @return the sender, or {@code null} if the HELLO was dropped or has to wait
     */
    RemotePeer authenticate(byte[] buffer, int offset, int length, Arrival arrival, long nowMillis) {
        int payload = offset + PacketHeader.LENGTH;
        RemotePeer known = peers.get(PacketHeader.source(buffer, offset));
        if (known != null && known.identity().isAt(buffer, payload + Hello.IDENTITY, offset + length)) {
            // Nearly every HELLO. What else it says is read once, when it is known to be the peer's.
            return (buffer[payload] & 0xff) < MIN_PROTOCOL
                    ? drop(DropReason.OLD_PROTOCOL)
                    : open(known, buffer, offset, length);
        }
        Hello hello = Hello.readUpToMask(new ByteReader(buffer, payload, offset + length - payload))
                .orElse(null);
        if (hello == null) {
            return drop(DropReason.MALFORMED);
        }
        if (hello.version().protocol() < MIN_PROTOCOL) {
            return drop(DropReason.OLD_PROTOCOL);
        }
        Identity identity = hello.identity();
        if (PacketHeader.source(buffer, offset) != identity.address()) {
            return drop(DropReason.INVALID_IDENTITY);
        }
        if (known != null && known.identity().equals(identity)) {
            return open(known, buffer, offset, length);
        }
        if (known == null && peers.isFullForStrangers()) {
            return drop(DropReason.TABLE_FULL);
        }
        if (checks.isKnownBad(identity)) {
            return drop(DropReason.INVALID_IDENTITY);
        }
        byte[] packet = Arrays.copyOfRange(buffer, offset, offset + length);
        long source = sources.of(arrival.from, identity.address(), nowMillis);
        checks.hello(identity, packet, source, new Meeting(packet, arrival, nowMillis), nowMillis);
        return null;
    }

    private RemotePeer open(RemotePeer peer, byte[] buffer, int offset, int length) {
        if (Armor.open(peer.keys(), buffer, offset, length)) {
            return peer;
        }
        peer.tally().damaged();
        return drop(DropReason.AUTHENTICATION_FAILED);
    }

    /** The next HELLO that is authentic now, or {@code null}. */
    Meeting pollIntroduced() {
        return introduced.poll();
    }

    boolean hasIntroduced() {
        return !introduced.isEmpty();
    }

    /** A stranger's HELLO, until the stranger is known. */
    final class Meeting implements IdentityCheck.Then {
        final byte[] packet;
        final int socket;
        final InetSocketAddress from;
        final long ingressNanos;
        final long sinceMillis;

        Meeting(byte[] packet, Arrival arrival, long nowMillis) {
            this.packet = packet;
            this.socket = arrival.socket;
            this.from = arrival.from;
            this.ingressNanos = arrival.ingressNanos;
            this.sinceMillis = nowMillis;
        }

        @Override
        public void known(RemotePeer peer, long nowMillis) {
            introduced.add(this);
        }

        /** Sends ERROR(IDENTITY_COLLISION); with the keys of the identity presented, so that its owner can read it. */
        @Override
        public void collides(PeerKeys keys, long nowMillis) {
            long address = PacketHeader.source(packet, 0);
            new ErrorHeader(Verb.HELLO.code(), PacketHeader.id(packet, 0), ErrorCode.IDENTITY_COLLISION.code())
                    .write(packets.begin(address, Verb.ERROR));
            packets.sendToStranger(keys, socket, from);
        }
    }

    private RemotePeer drop(DropReason reason) {
        counters.drop(reason);
        return null;
    }
}
