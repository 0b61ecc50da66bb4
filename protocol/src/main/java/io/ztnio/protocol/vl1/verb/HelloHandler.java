package io.ztnio.protocol.vl1.verb;

import io.ztnio.protocol.crypto.HelloMask;
import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.OkHello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.message.WorldVersion;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.contact.PathLearning;
import io.ztnio.protocol.vl1.contact.SurfaceReports;
import io.ztnio.protocol.vl1.path.PathTable;
import io.ztnio.protocol.vl1.path.PeerPath;
import io.ztnio.protocol.vl1.peer.ReceivedPacket;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.receive.HelloOpening;
import io.ztnio.protocol.vl1.root.Topology;
import io.ztnio.protocol.vl1.send.ControlPackets;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * HELLO that {@link HelloOpening} has let in, and OK to ours ({@code protocol.md} 4.2 and 4.3). Thread: confined to the node.
 */
public final class HelloHandler implements PacketHandler {
    /** The first version whose nodes believe the port that OK(HELLO) reports. */
    private static final int PORT_PROTOCOL = 5;

    private static final int MAX_LATENCY_MILLIS = 65_535;

    /** Clocks that count whole milliseconds may differ by so many; an answer must never seem to come before its question. */
    private static final long ROUNDING_MILLIS = 2;

    private final SoftwareVersion version;
    private final Topology topology;
    private final PathTable paths;
    private final PathLearning learning;
    private final SurfaceReports surfaces;
    private final ControlPackets packets;
    private final Vl1Listener listener;
    private final Counters counters;

    /** @param version what we announce */
    public HelloHandler(
            SoftwareVersion version,
            Topology topology,
            PathTable paths,
            PathLearning learning,
            SurfaceReports surfaces,
            ControlPackets packets,
            Vl1Listener listener,
            Counters counters) {
        this.version = version;
        this.topology = topology;
        this.paths = paths;
        this.learning = learning;
        this.surfaces = surfaces;
        this.packets = packets;
        this.listener = listener;
        this.counters = counters;
    }

    @Override
    public Outcome onPacket(ReceivedPacket packet, long nowMillis) {
        ByteReader payload = packet.payload();
        int start = payload.position();
        int end = start + payload.remaining();
        byte[] buffer = payload.array();
        int masked = Hello.maskPosition(payload);
        RemotePeer peer = packet.sender();
        HelloMask.apply(peer.keys(), buffer, start - PacketHeader.LENGTH, masked, end);
        Hello hello = Hello.read(packet.payload()).orElse(null);
        if (hello == null) {
            // A list of moons that says more than it has is no reason to let the sender wait.
            hello = Hello.readUpToMask(new ByteReader(buffer, start, masked - start))
                    .orElse(null);
        }
        if (hello == null || !hello.identity().equals(peer.identity())) {
            return drop(DropReason.MALFORMED);
        }
        if (hello.version().protocol() < HelloOpening.MIN_PROTOCOL) {
            return drop(DropReason.OLD_PROTOCOL);
        }
        if (packet.hops() == 0 && hello.destination() != null) {
            surfaces.report(packet, hello.destination(), nowMillis);
        }
        answer(packet, hello, nowMillis);
        peer.version(hello.version());
        return Outcome.RECEIVED;
    }

    private void answer(ReceivedPacket packet, Hello hello, long nowMillis) {
        InetSocketAddress source = packet.from();
        if (hello.version().protocol() < PORT_PROTOCOL) {
            source = new InetSocketAddress(source.getAddress(), 0);
        }
        // What the sender takes for latency is the way there and back, without the check of its identity.
        long timestamp = hello.timestamp() + Math.max(0, packet.heldMillis() - ROUNDING_MILLIS);
        OkHello.of(timestamp, version, source, updatesFor(hello)).write(packets.beginOk(packet));
        packets.reply(packet, nowMillis);
    }

    private List<World> updatesFor(Hello hello) {
        List<World> updates = new ArrayList<>();
        World planet = topology.planet();
        int room = PacketHeader.MAX_PACKET_LENGTH / 2;
        if (planet != null
                && hello.planetId() != 0
                && hello.planetId() == planet.id()
                && Long.compareUnsigned(planet.timestamp(), hello.planetTimestamp()) > 0) {
            updates.add(planet);
        }
        for (World moon : topology.moons()) {
            for (WorldVersion known : hello.moons()) {
                boolean older = known.type() == World.Type.MOON.code()
                        && known.id() == moon.id()
                        && Long.compareUnsigned(known.timestamp(), moon.timestamp()) < 0;
                if (older && !updates.contains(moon)) {
                    updates.add(moon);
                }
            }
        }
        if (updates.isEmpty()) {
            return updates;
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

    @Override
    public Outcome onOk(ReceivedPacket packet, ByteReader reader, long inRePacketId, long nowMillis) {
        OkHello ok = OkHello.read(reader).orElse(null);
        if (ok == null) {
            return drop(DropReason.MALFORMED);
        }
        if (ok.version().protocol() < HelloOpening.MIN_PROTOCOL) {
            return drop(DropReason.OLD_PROTOCOL);
        }
        RemotePeer peer = packet.sender();
        peer.version(ok.version());
        int latency = (int) Math.max(0, Math.min(nowMillis - ok.timestamp(), MAX_LATENCY_MILLIS));
        if (packet.hops() == 0) {
            PeerPath learned = learning.learn(
                    packet, paths.obtain(packet.socket(), packet.from(), peer.address(), nowMillis), nowMillis);
            if (learned != null) {
                learned.sampleLatency(latency);
            }
            if (ok.source() != null) {
                surfaces.report(packet, ok.source(), nowMillis);
            }
        } else {
            peer.relayedLatency(latency);
        }
        if (!ok.worldUpdates().isEmpty() && topology.mayOffer(peer.address())) {
            for (World world : ok.worlds()) {
                if (topology.offer(world, peer.address())) {
                    listener.onWorld(world, nowMillis);
                }
            }
        }
        return Outcome.RECEIVED;
    }

    private Outcome drop(DropReason reason) {
        counters.drop(reason);
        return Outcome.IGNORED;
    }
}
