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
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.random.RandomGenerator;

/**
 * Authenticates HELLO, the one packet that comes in the clear and introduces its sender ({@code protocol.md} 4.2). Thread:
 * confined to the node.
 */
public final class HelloOpening {
    /** Older protocol versions are not talked to. */
    public static final int MIN_PROTOCOL = 4;

    private final Identity self;
    private final PeerTable peers;
    private final ControlPackets packets;
    private final ArrivedIdentities arrived;
    private final Counters counters;
    private final IdentityGate gate;

    /** @param random salts the gate */
    public HelloOpening(
            Identity self,
            PeerTable peers,
            ControlPackets packets,
            ArrivedIdentities arrived,
            Counters counters,
            RandomGenerator random) {
        this.self = self;
        this.peers = peers;
        this.packets = packets;
        this.arrived = arrived;
        this.counters = counters;
        this.gate = new IdentityGate(random.nextInt());
    }

    /**
     * Authenticates a HELLO in the clear, and with it makes a stranger known.
     *
     * @return the sender, or {@code null} if the HELLO was dropped
     */
    RemotePeer authenticate(byte[] buffer, int offset, int length, Arrival arrival, long nowMillis) {
        int payload = offset + PacketHeader.LENGTH;
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
        RemotePeer known = peers.get(identity.address());
        if (known == null || !known.identity().equals(identity)) {
            return meetStranger(known, identity, buffer, offset, length, arrival, nowMillis);
        }
        return Armor.open(known.keys(), buffer, offset, length) ? known : drop(DropReason.AUTHENTICATION_FAILED);
    }

    private RemotePeer meetStranger(
            RemotePeer known,
            Identity identity,
            byte[] buffer,
            int offset,
            int length,
            Arrival arrival,
            long nowMillis) {
        if (known == null && peers.isFull()) {
            return drop(DropReason.TABLE_FULL);
        }
        if (!gate.admit(arrival.from.getAddress(), nowMillis)) {
            return drop(DropReason.RATE_LIMITED);
        }
        PeerKeys keys = PeerKeys.agree(self, identity);
        if (!Armor.open(keys, buffer, offset, length)) {
            return drop(DropReason.AUTHENTICATION_FAILED);
        }
        if (known != null) {
            refuse(keys, identity.address(), PacketHeader.id(buffer, offset), arrival);
            return drop(DropReason.IDENTITY_COLLISION);
        }
        if (!identity.locallyValid()) {
            return drop(DropReason.INVALID_IDENTITY);
        }
        RemotePeer peer = peers.add(identity, keys, nowMillis);
        arrived.add(peer.identity());
        return peer;
    }

    /** Sends ERROR(IDENTITY_COLLISION); with the keys of the identity presented, so that its owner can read it. */
    private void refuse(PeerKeys keys, long address, long packetId, Arrival arrival) {
        new ErrorHeader(Verb.HELLO.code(), packetId, ErrorCode.IDENTITY_COLLISION.code())
                .write(packets.begin(address, Verb.ERROR));
        packets.sendToStranger(keys, arrival.socket, arrival.from);
    }

    private RemotePeer drop(DropReason reason) {
        counters.drop(reason);
        return null;
    }
}
