package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.ErrorHeader;
import io.ztnio.protocol.message.OkHeader;
import io.ztnio.protocol.packet.Compression;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * VL1 of one node: datagrams in, datagrams out, and between them the peers. Sans-I/O: time comes with each call.
 *
 * <p>Thread: confined to the node. Times are epoch milliseconds.
 */
public final class Switch implements Vl1 {
    private final Core core;
    private final byte[] userBytes = new byte[PacketHeader.MAX_PACKET_LENGTH];
    private final ByteWriter user = new ByteWriter(userBytes, 0);
    private byte[] compressionScratch = new byte[0];

    public Switch(Vl1Config config, DatagramSender sender, Vl1Listener listener) {
        core = new Core(config, sender, listener);
    }

    /** Attaches VL2. */
    public void handler(VerbHandler handler) {
        core.handler = handler;
    }

    /** Tells of peers that began anew, are silent or gone. */
    public void peerLife(PeerLifeListener listener) {
        core.life.listener(listener);
    }

    /** Seals and sends data elsewhere from now on. */
    public void sendStage(SendStage stage) {
        core.stage = stage;
    }

    /** Closes what the peers have with the {@link SendStage}, which gets nothing more. */
    public void close() {
        core.stage = null;
        core.peers.all().forEach(RemotePeer::closeLane);
    }

    /** Takes the planet, or a moon, without a signature check: from our own configuration or disk only. */
    public void install(World world) {
        core.topology.install(world);
    }

    /**
     * Wants a moon of which only the ID and the address of one root are known; that root will be believed ({@code
     * protocol.md} 8.15).
     */
    public void orbit(long moonId, long seedAddress) {
        core.topology.orbit(moonId, seedAddress);
    }

    /** Forgets a moon. */
    public void deorbit(long moonId) {
        core.topology.deorbit(moonId);
    }

    /** Remembers a peer of an earlier run, and looks for it where it was. */
    public void restore(PeerRecord record, long nowMillis) {
        if (record.identity().address() == core.address) {
            return;
        }
        RemotePeer peer = core.peers.obtain(record.identity(), nowMillis);
        if (peer == null || !peer.identity().equals(record.identity())) {
            return;
        }
        for (InetSocketAddress path : record.paths()) {
            if (core.mayUse(peer.address(), path)) {
                core.contact.hello(peer, DatagramSender.ALL_SOCKETS, path, nowMillis);
            }
        }
    }

    /** What is worth storing of the peers: those that are no roots and were heard of. */
    public List<PeerRecord> records() {
        List<PeerRecord> records = new ArrayList<>();
        for (RemotePeer peer : core.peers.all()) {
            if (!isUpstream(peer.address()) && peer.lastReceiveMillis != Path.NEVER) {
                records.add(Maintenance.record(peer));
            }
        }
        return records;
    }

    /** What is worth storing of one peer; empty for a root, or a peer that was never heard of. */
    public Optional<PeerRecord> record(long address) {
        RemotePeer peer = core.peers.get(address);
        boolean worthIt = peer != null && !isUpstream(address) && peer.lastReceiveMillis != Path.NEVER;
        return worthIt ? Optional.of(Maintenance.record(peer)) : Optional.empty();
    }

    /** Takes one datagram; the buffer may be changed, and is the caller's again on return. */
    public void onDatagram(
            int socket,
            InetSocketAddress from,
            byte[] buffer,
            int offset,
            int length,
            long nowMillis,
            long ingressNanos) {
        core.receiver.onDatagram(socket, from, buffer, offset, length, nowMillis, ingressNanos);
    }

    /** Does what is due, and says when to come back. */
    public long poll(long nowMillis) {
        return core.maintenance.poll(nowMillis);
    }

    /** Endpoints that peers are told of. */
    public void localAddresses(List<InetSocketAddress> endpoints) {
        core.localAddresses = List.copyOf(endpoints);
    }

    /** Our own endpoints as others see them. */
    public List<InetSocketAddress> surfaces() {
        return core.surface.surfaces();
    }

    public boolean isOnline(long nowMillis) {
        return core.maintenance.isOnline(nowMillis);
    }

    public Counters counters() {
        return core.counters;
    }

    public Optional<World> planet() {
        return Optional.ofNullable(core.topology.planet());
    }

    public List<World> moons() {
        return List.copyOf(core.topology.moons());
    }

    /** The peers as they are now. */
    public List<PeerStatus> status(long nowMillis) {
        List<PeerStatus> result = new ArrayList<>();
        for (RemotePeer peer : core.peers.all()) {
            PeerPath best = peer.bestPath(nowMillis);
            List<PeerStatus.PathStatus> paths = new ArrayList<>();
            for (int i = 0; i < peer.pathCount(); i++) {
                PeerPath path = peer.path(i);
                paths.add(new PeerStatus.PathStatus(
                        path.path.socket,
                        path.path.remote,
                        Math.max(path.path.lastSendMillis, -1),
                        path.lastReceiveMillis,
                        path.latencyMillis,
                        path.isUsable(nowMillis),
                        path == best));
            }
            result.add(new PeerStatus(
                    peer.address(),
                    peer.version == null ? "" : peer.version.toString(),
                    peer.protocolVersion(),
                    core.topology.role(peer.address()),
                    peer.latencyMillis(),
                    best != null,
                    peer.lastReceiveMillis == Path.NEVER ? -1 : peer.lastReceiveMillis,
                    paths));
        }
        return result;
    }

    @Override
    public Identity identity() {
        return core.self;
    }

    @Override
    public RandomGenerator random() {
        return core.config.random();
    }

    @Override
    public Optional<Peer> peer(long address) {
        return Optional.ofNullable(core.peers.get(address));
    }

    @Override
    public void requestIdentity(long address, long nowMillis) {
        core.whois.request(address, nowMillis);
    }

    @Override
    public boolean isUpstream(long address) {
        return core.topology.isUpstream(address);
    }

    @Override
    public boolean isUpstream() {
        return core.topology.weAreUpstream();
    }

    @Override
    public List<Long> upstreams(long nowMillis) {
        return core.topology.ranked(nowMillis);
    }

    @Override
    public void keepInContact(Set<Long> addresses) {
        core.contacts = Set.copyOf(addresses);
    }

    @Override
    public int datagramBytes(long destination, long nowMillis) {
        return core.transmitter.datagramBytes(destination, nowMillis);
    }

    @Override
    public boolean isCongested(long destination) {
        return core.transmitter.isCongested(destination);
    }

    @Override
    public ByteWriter begin(long destination, Verb verb) {
        PacketHeader.write(userBytes, 0, 0, destination, core.address, verb);
        user.position(HEADER_LENGTH);
        return user;
    }

    @Override
    public long send(boolean compress, long nowMillis) {
        int length = user.position();
        if (compress) {
            if (compressionScratch.length == 0) {
                compressionScratch = new byte[Compression.SCRATCH_LENGTH];
            }
            length = Compression.compress(userBytes, 0, length, compressionScratch);
        }
        return core.transmitter.send(PacketHeader.destination(userBytes, 0), userBytes, 0, length, nowMillis);
    }

    @Override
    public void sendInPlace(
            long destination, Verb verb, byte[] buffer, int payloadOffset, int payloadLength, long nowMillis) {
        int offset = payloadOffset - HEADER_LENGTH;
        PacketHeader.write(buffer, offset, 0, destination, core.address, verb);
        core.transmitter.send(destination, buffer, offset, HEADER_LENGTH + payloadLength, nowMillis);
    }

    @Override
    public ByteWriter beginOk(InboundPacket request) {
        return beginOk(request.sender().address(), request.verb(), request.packetId());
    }

    @Override
    public ByteWriter beginError(InboundPacket request, ErrorCode code) {
        return beginError(request.sender().address(), request.verb(), request.packetId(), code);
    }

    @Override
    public void sendReply(InboundPacket request, long nowMillis) {
        core.transmitter.reply((ReceivedPacket) request, userBytes, 0, user.position(), nowMillis);
    }

    @Override
    public ByteWriter beginOk(long destination, Verb inReVerb, long inRePacketId) {
        ByteWriter writer = begin(destination, Verb.OK);
        new OkHeader(inReVerb.code(), inRePacketId).write(writer);
        return writer;
    }

    @Override
    public ByteWriter beginError(long destination, Verb inReVerb, long inRePacketId, ErrorCode code) {
        ByteWriter writer = begin(destination, Verb.ERROR);
        new ErrorHeader(inReVerb.code(), inRePacketId, code.code()).write(writer);
        return writer;
    }
}
