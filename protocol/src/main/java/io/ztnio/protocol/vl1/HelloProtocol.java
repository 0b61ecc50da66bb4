package io.ztnio.protocol.vl1;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.ErrorHeader;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.OkHello;
import io.ztnio.protocol.message.WorldVersion;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Receives HELLO, the one packet that introduces its sender ({@code protocol.md} 4.2). Thread: confined to the node. */
final class HelloProtocol {
    static final int MIN_PROTOCOL = 4;
    /** The first version whose nodes believe the port that OK(HELLO) reports. */
    private static final int PORT_PROTOCOL = 5;

    private final Core core;
    private final IdentityGate gate;
    private final ByteReader reader = new ByteReader(new byte[0]);

    HelloProtocol(Core core) {
        this.core = core;
        this.gate = new IdentityGate(core.config.random().nextInt());
    }

    /**
     * Authenticates a HELLO in the clear, and with it makes a stranger known.
     *
     * @return the sender, or {@code null} if the HELLO was dropped
     */
    RemotePeer authenticate(byte[] buffer, int offset, int length, InetSocketAddress from, long nowMillis) {
        Hello hello = readUpToMask(buffer, offset, length);
        if (hello == null) {
            core.counters.drop(DropReason.MALFORMED);
            return null;
        }
        if (hello.version().protocol() < MIN_PROTOCOL) {
            core.counters.drop(DropReason.OLD_PROTOCOL);
            return null;
        }
        Identity identity = hello.identity();
        if (PacketHeader.source(buffer, offset) != identity.address()) {
            core.counters.drop(DropReason.INVALID_IDENTITY);
            return null;
        }
        RemotePeer known = core.peers.get(identity.address());
        if (known == null || !known.identity().equals(identity)) {
            return meetStranger(known, identity, buffer, offset, length, from, nowMillis);
        }
        if (!Armor.open(known.keys, buffer, offset, length)) {
            core.counters.drop(DropReason.AUTHENTICATION_FAILED);
            return null;
        }
        return known;
    }

    private RemotePeer meetStranger(
            RemotePeer known,
            Identity identity,
            byte[] buffer,
            int offset,
            int length,
            InetSocketAddress from,
            long nowMillis) {
        if (known == null && core.peers.isFull()) {
            core.counters.drop(DropReason.TABLE_FULL);
            return null;
        }
        if (!gate.admit(from.getAddress(), nowMillis)) {
            core.counters.drop(DropReason.RATE_LIMITED);
            return null;
        }
        PeerKeys keys = PeerKeys.agree(core.self, identity);
        if (!Armor.open(keys, buffer, offset, length)) {
            core.counters.drop(DropReason.AUTHENTICATION_FAILED);
            return null;
        }
        if (known != null) {
            core.counters.drop(DropReason.IDENTITY_COLLISION);
            refuse(keys, identity.address(), PacketHeader.id(buffer, offset));
            return null;
        }
        if (!identity.locallyValid()) {
            core.counters.drop(DropReason.INVALID_IDENTITY);
            return null;
        }
        RemotePeer peer = core.peers.add(identity, keys, nowMillis);
        core.receiver.identityArrived(peer.identity());
        return peer;
    }

    /** Prepares ERROR(IDENTITY_COLLISION); with the keys of the identity presented, so that its owner can read it. */
    private void refuse(PeerKeys keys, long address, long packetId) {
        ByteWriter writer = core.transmitter.beginControl(address, Verb.ERROR);
        new ErrorHeader(Verb.HELLO.code(), packetId, ErrorCode.IDENTITY_COLLISION.code()).write(writer);
        Arrival arrival = core.receiver.arrival();
        core.transmitter.sendControlTo(keys, arrival.socket, arrival.from);
    }

    /** Answers an authentic HELLO. */
    VerbHandler.Outcome onHello(ReceivedPacket packet, long nowMillis) {
        ByteReader payload = packet.payload();
        int end = payload.position() + payload.remaining();
        int packetOffset = payload.position() - PacketHeader.LENGTH;
        byte[] buffer = payload.array();
        int masked = Hello.maskPosition(payload);
        RemotePeer peer = packet.sender();
        HelloMask.apply(peer.keys, buffer, packetOffset, masked, end);
        Hello hello = Hello.read(packet.payload()).orElse(null);
        if (hello == null) {
            // A list of moons that says more than it has is no reason to let the sender wait.
            hello = readUpToMask(buffer, packetOffset, masked - packetOffset);
        }
        if (hello == null || !hello.identity().equals(peer.identity())) {
            core.counters.drop(DropReason.MALFORMED);
            return VerbHandler.Outcome.IGNORED;
        }
        if (hello.version().protocol() < MIN_PROTOCOL) {
            core.counters.drop(DropReason.OLD_PROTOCOL);
            return VerbHandler.Outcome.IGNORED;
        }
        if (packet.hops() == 0 && hello.destination() != null) {
            reportSurface(packet, hello.destination(), nowMillis);
        }
        answer(packet, hello, nowMillis);
        peer.version = hello.version();
        return VerbHandler.Outcome.RECEIVED;
    }

    /** Somebody told how it sees us. */
    void reportSurface(ReceivedPacket packet, InetSocketAddress surface, long nowMillis) {
        RemotePeer peer = packet.sender();
        Path path = core.paths.obtain(packet.socket(), packet.from());
        boolean trusted = core.topology.isUpstream(peer.address());
        if (core.surface.report(peer, path, surface, trusted, nowMillis)) {
            core.contact.distrustPaths(path, nowMillis);
        }
    }

    private void answer(ReceivedPacket packet, Hello hello, long nowMillis) {
        InetSocketAddress source = packet.from();
        if (hello.version().protocol() < PORT_PROTOCOL) {
            source = new InetSocketAddress(source.getAddress(), 0);
        }
        OkHello ok = OkHello.of(hello.timestamp(), core.version(), source, updatesFor(hello));
        ByteWriter writer = core.transmitter.beginControlOk(packet);
        ok.write(writer);
        core.transmitter.sendControlReply(packet, nowMillis);
    }

    private List<World> updatesFor(Hello hello) {
        List<World> updates = new ArrayList<>();
        World planet = core.topology.planet();
        int room = PacketHeader.MAX_PACKET_LENGTH / 2;
        if (planet != null
                && hello.planetId() != 0
                && hello.planetId() == planet.id()
                && Long.compareUnsigned(planet.timestamp(), hello.planetTimestamp()) > 0) {
            updates.add(planet);
        }
        for (World moon : core.topology.moons()) {
            for (WorldVersion version : hello.moons()) {
                boolean older = version.type() == World.Type.MOON.code()
                        && version.id() == moon.id()
                        && Long.compareUnsigned(version.timestamp(), moon.timestamp()) < 0;
                if (older && !updates.contains(moon)) {
                    updates.add(moon);
                }
            }
        }
        // Five kilobytes are ample for real worlds; what does not fit comes with the next HELLO.
        List<World> fitting = new ArrayList<>();
        for (World update : updates) {
            int length = update.toByteArray().length;
            if (length <= room) {
                room -= length;
                fitting.add(update);
            }
        }
        return fitting;
    }

    /** The HELLO without its masked part; {@code null} if malformed. */
    private Hello readUpToMask(byte[] buffer, int offset, int length) {
        int payload = offset + PacketHeader.LENGTH;
        int masked = Hello.maskPosition(reader.reset(buffer, payload, offset + length - payload));
        return Hello.read(reader.reset(buffer, payload, masked - payload)).orElse(null);
    }
}
