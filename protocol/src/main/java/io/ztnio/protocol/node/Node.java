package io.ztnio.protocol.node;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.IdentityChecker;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.protocol.vl1.Peer;
import io.ztnio.protocol.vl1.PeerLifeListener;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.SendStage;
import io.ztnio.protocol.vl1.VerbHandler;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.vl1.Vl1Config;
import io.ztnio.protocol.vl1.Vl1Listener;
import io.ztnio.protocol.vl1.assembly.Switch;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.world.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One ZeroTier node, without I/O: a driver hands it datagrams, calls {@link #poll} when it asked for that, and sends what
 * comes out of the {@link DatagramSender}. A node whose identity is a root of its own planet or moon acts as that root.
 *
 * <p>Thread: confined to its driver. {@code nowMillis} is epoch milliseconds and must not run backwards by much.
 */
public final class Node {
    private final Switch vl1;
    private final NodeConfig config;
    private final NodeListener listener;
    private final PeerFiles peerFiles;
    private boolean restored;

    /** When the node was called last; what a file that cannot be written is told with. */
    private long lastMillis;

    public Node(NodeConfig config, DatagramSender sender, NodeListener listener) {
        this.config = config;
        this.listener = listener;
        NodeState state = config.state();
        peerFiles = new PeerFiles(config.store(), state.peers(), this::failed);
        Vl1Config vl1Config = new Vl1Config(
                state.identity(),
                config.random(),
                config.pathPolicy(),
                config.protocolVersion(),
                config.maxPeers(),
                config.validity(),
                config.peerTimeoutMillis(),
                config.bonding());
        vl1 = new Switch(vl1Config, sender, new Events());
        state.planet().ifPresent(vl1::install);
        state.moons().forEach(vl1::install);
        state.seeds().forEach(vl1::want);
    }

    /** Attaches VL2; to be done before the first datagram. */
    public void handler(VerbHandler handler) {
        vl1.handler(handler);
    }

    /** Has data sealed and sent elsewhere; to be done before the first datagram. Without it, the caller's thread does it. */
    public void sendStage(SendStage stage) {
        vl1.sendStage(stage);
    }

    /**
     * Has strangers' identities checked elsewhere; to be done before the first datagram. Without it, the caller's thread does it,
     * without a limit.
     */
    public void identityChecker(IdentityChecker checker) {
        vl1.identityChecker(checker);
    }

    /**
     * The check that the {@link IdentityChecker} was given last has been run.
     *
     * @param micros how long that took, in microseconds
     */
    public void onIdentityChecked(long micros, long nowMillis) {
        vl1.onIdentityChecked(micros, nowMillis);
    }

    /** Tells of peers that began anew, are silent or gone. */
    public void peerLife(PeerLifeListener listener) {
        vl1.peerLife(listener);
    }

    /** The node's VL1, for VL2 to send with. */
    public Vl1 vl1() {
        return vl1;
    }

    /**
     * Takes a datagram. The buffer may be changed, and is the caller's again on return.
     *
     * @param socket number of the local socket it came by, 0 or more
     * @param ingressNanos when it came, on the driver's own clock; handed on with the frames it carries
     */
    public void onDatagram(
            int socket,
            InetSocketAddress from,
            byte[] buffer,
            int offset,
            int length,
            long nowMillis,
            long ingressNanos) {
        vl1.onDatagram(socket, from, buffer, offset, length, nowMillis, ingressNanos);
    }

    /**
     * Makes the part of receiving that needs no thread of the node's; to be done once, before the first datagram, which then all
     * go through it and come back by {@link #onRead}.
     *
     * @param openers how many threads open packets
     */
    public PacketReader reader(int openers) {
        return vl1.reader(openers);
    }

    /** Takes what the {@link #reader} has made of a datagram of a batch. */
    public void onRead(PacketReader.Packets packets, int index, long nowMillis) {
        vl1.onRead(packets, index, nowMillis);
    }

    /**
     * Does what is due: to be called at the time that the last call returned, and after datagrams or frames were handed over.
     *
     * @return when to be called next, epoch milliseconds, not before {@code nowMillis}
     */
    public long poll(long nowMillis) {
        lastMillis = nowMillis;
        if (!restored) {
            restored = true;
            for (PeerRecord peer : config.state().peers()) {
                vl1.restore(peer, nowMillis);
            }
        }
        return vl1.poll(nowMillis);
    }

    /**
     * Tells where this node can be reached: what PUSH_DIRECT_PATHS advertises. When addresses have come or gone since the last time, roots
     * and peers are asked at once how they see us.
     */
    public void localAddresses(List<InetSocketAddress> endpoints, long nowMillis) {
        localAddresses(endpoints, Set.of(), nowMillis);
    }

    /**
     * As {@link #localAddresses(List, long)}.
     *
     * @param interrupted addresses that have gone and come again since then, perhaps in another network
     */
    public void localAddresses(List<InetSocketAddress> endpoints, Set<InetAddress> interrupted, long nowMillis) {
        vl1.localAddresses(endpoints, interrupted, nowMillis);
    }

    /** Tells which ports of the router lead to ours: they are advertised too, and are among {@link #surfaces}. */
    public void mappedAddresses(List<InetSocketAddress> external) {
        vl1.mappedAddresses(external);
    }

    /** Tells the machine's interfaces, as they are now: links of bonds. */
    public void interfaces(Bonding.Interfaces interfaces) {
        vl1.interfaces(interfaces);
    }

    /** Makes an active-backup bond with a peer take another link; false if there is no such bond, or no other link. */
    public boolean rotateBond(long address, long nowMillis) {
        return vl1.rotateBond(address, nowMillis);
    }

    public Identity identity() {
        return vl1.identity();
    }

    public long address() {
        return vl1.identity().address();
    }

    /** Whether a root was heard lately, or we are one. */
    public boolean isOnline(long nowMillis) {
        return vl1.isOnline(nowMillis);
    }

    /**
     * Whether frames wait for the identity of their destination, asked for or being checked, or for a way there. While this node
     * is offline none does, for nobody would answer.
     */
    public boolean isSending(long nowMillis) {
        return vl1.isSending(nowMillis);
    }

    /** As {@link #isSending}, online or not: this node may be on its way to be. */
    public boolean holdsFrames() {
        return vl1.holdsFrames();
    }

    /** The peers as they are now. */
    public List<PeerStatus> peers(long nowMillis) {
        return vl1.status(nowMillis);
    }

    public Counters counters() {
        return vl1.counters();
    }

    public Optional<World> planet() {
        return vl1.planet();
    }

    public List<World> moons() {
        return vl1.moons();
    }

    /** The moons that are wanted and not there yet: ID, and address of the seed. */
    public Map<Long, Long> wantedMoons() {
        return vl1.wantedMoons();
    }

    /** Our own endpoints as roots and peers see them, and what is mapped. */
    public List<InetSocketAddress> surfaces() {
        return vl1.surfaces();
    }

    /**
     * Joins a moon: that which the store has, or that which the seed gives us, which is asked at once, and is believed and stored
     * then. That it is waited for is stored too.
     *
     * @param seed address of one of its roots, if that is known
     * @return whether it is joined or looked for; false if it is not stored and there is no seed
     */
    public boolean orbit(long moonId, OptionalLong seed, long nowMillis) {
        if (vl1.moons().stream().anyMatch(moon -> moon.id() == moonId)) {
            return true;
        }
        Optional<World> stored = new CacheReader(config.store(), this::failed).moon(moonId);
        stored.ifPresent(vl1::install);
        if (stored.isEmpty() && seed.isPresent()) {
            vl1.orbit(moonId, seed.getAsLong(), nowMillis);
            if (vl1.wantedMoons().containsKey(moonId)) {
                store(NodeState.seedKey(moonId), NodeState.seed(moonId, seed.getAsLong()), nowMillis);
            }
        }
        return stored.isPresent() || seed.isPresent();
    }

    /** Leaves a moon, and removes it from the store. */
    public void deorbit(long moonId, long nowMillis) {
        vl1.deorbit(moonId);
        store(NodeState.moonKey(moonId), null, nowMillis);
        store(NodeState.seedKey(moonId), null, nowMillis);
    }

    /** Stores what is known of the peers. The node must not be used afterwards. */
    public void close(long nowMillis) {
        lastMillis = nowMillis;
        peerFiles.putAll(vl1.records());
        vl1.close();
    }

    /** Puts a value, or deletes it if {@code value} is {@code null}. */
    private void store(String key, byte[] value, long nowMillis) {
        try {
            if (value == null) {
                config.store().delete(key);
            } else {
                config.store().put(key, value);
            }
        } catch (IOException e) {
            listener.onEvent(new NodeEvent.StoreFailed(key, e), nowMillis);
        }
    }

    private void failed(String key, IOException failure) {
        listener.onEvent(new NodeEvent.StoreFailed(key, failure), lastMillis);
    }

    private final class Events implements Vl1Listener {
        @Override
        public void onOnline(boolean online, long nowMillis) {
            listener.onEvent(online ? new NodeEvent.Online() : new NodeEvent.Offline(), nowMillis);
        }

        @Override
        public void onIdentityCollision(long nowMillis) {
            listener.onEvent(new NodeEvent.IdentityCollision(), nowMillis);
        }

        @Override
        public void onUserMessage(long sender, long typeId, Bytes data, long nowMillis) {
            listener.onEvent(new NodeEvent.UserMessage(sender, typeId, data), nowMillis);
        }

        @Override
        public void onRemoteTrace(long sender, Bytes trace, long nowMillis) {
            listener.onEvent(new NodeEvent.RemoteTrace(sender, trace), nowMillis);
        }

        @Override
        public void onPeerPath(Peer peer, InetSocketAddress remote, long nowMillis) {
            NodeEvent event = remote == null
                    ? new NodeEvent.PeerRelayed(peer.address())
                    : new NodeEvent.PeerDirect(peer.address(), remote);
            if (remote != null) {
                // Known after a crash too, not only after close.
                vl1.record(peer.address()).ifPresent(peerFiles::put);
            }
            listener.onEvent(event, nowMillis);
        }

        @Override
        public void onWorld(World world, long nowMillis) {
            String key = world.type() == World.Type.PLANET ? NodeState.PLANET : NodeState.moonKey(world.id());
            store(key, world.toByteArray(), nowMillis);
            if (world.type() == World.Type.MOON) {
                store(NodeState.seedKey(world.id()), null, nowMillis);
            }
            listener.onEvent(new NodeEvent.WorldUpdated(world), nowMillis);
        }

        @Override
        public void onPeerForgotten(PeerRecord peer, long nowMillis) {
            peerFiles.put(peer);
        }
    }
}
