package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.Role;
import io.ztnio.protocol.vl1.peer.PeerTable;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.Upstreams;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Planet and moons, and the roots that they name ({@code protocol.md} 5.2, 8.1 and 8.15). Thread: confined to the node. */
public final class Topology implements Upstreams {
    private static final int MAX_MOONS = 64;
    private static final long SILENCE_UNIT_MILLIS = 61_000;
    private static final long UNKNOWN_LATENCY = 65_535;
    private static final long DOUBT = 1L << 32;

    /** A root that is not ourselves. */
    public record Upstream(RemotePeer peer, Role role, List<InetSocketAddress> endpoints) {}

    private final Identity self;
    private final PeerTable peers;
    private final Map<Long, World> moons = new LinkedHashMap<>();
    /** Moons that are wanted but not yet there: moon ID to address of the seed. */
    private final Map<Long, Long> seeds = new LinkedHashMap<>();
    /** By ascending address. */
    private final TreeMap<Long, Upstream> upstreams = new TreeMap<>();
    /** The same, for the data path. */
    private RemotePeer[] upstreamPeers = new RemotePeer[0];

    private World planet;
    private boolean weAreUpstream;

    public Topology(Identity self, PeerTable peers) {
        this.self = self;
        this.peers = peers;
    }

    /** The planet, or {@code null} if the node has none. */
    public World planet() {
        return planet;
    }

    public Collection<World> moons() {
        return moons.values();
    }

    /** IDs of moons that we want but do not have. */
    public Collection<Long> wantedMoons() {
        return seeds.keySet();
    }

    /** The same with the addresses of their seeds; a copy. */
    public Map<Long, Long> seeds() {
        return Map.copyOf(seeds);
    }

    public Collection<Long> seedAddresses() {
        return seeds.values();
    }

    public boolean weAreUpstream() {
        return weAreUpstream;
    }

    public boolean isUpstream(long address) {
        return upstreams.containsKey(address);
    }

    public Collection<Upstream> upstreams() {
        return upstreams.values();
    }

    public Role role(long address) {
        Upstream upstream = upstreams.get(address);
        return upstream == null ? Role.LEAF : upstream.role;
    }

    /** Takes a world from our own configuration or disk, without a signature check. */
    public void install(World world) {
        if (world.type() == World.Type.PLANET) {
            planet = world;
        } else if (world.type() == World.Type.MOON && (moons.containsKey(world.id()) || moons.size() < MAX_MOONS)) {
            moons.put(world.id(), world);
            seeds.remove(world.id());
        }
        rebuild();
    }

    /** Wants a moon of which only the ID and one root are known. */
    public void orbit(long moonId, long seedAddress) {
        if (!moons.containsKey(moonId) && seeds.size() < MAX_MOONS) {
            seeds.put(moonId, seedAddress);
        }
    }

    /** Forgets a moon. */
    public void deorbit(long moonId) {
        seeds.remove(moonId);
        moons.remove(moonId);
        rebuild();
    }

    /**
     * Takes a world that {@code sender} offered, if the update rule, or for a wanted moon its seed, allows it.
     *
     * @return whether it was taken
     */
    public boolean offer(World world, long sender) {
        if (world.type() == World.Type.PLANET) {
            if (planet == null || !isUpstream(sender) || !planet.shouldBeReplacedBy(world)) {
                return false;
            }
        } else {
            World known = moons.get(world.id());
            boolean allowed =
                    known != null ? isUpstream(sender) && known.shouldBeReplacedBy(world) : isSeedOf(world, sender);
            if (world.type() != World.Type.MOON || !allowed) {
                return false;
            }
        }
        install(world);
        return true;
    }

    /** Whether worlds from this peer are worth parsing. */
    public boolean mayOffer(long sender) {
        return isUpstream(sender) || seeds.containsValue(sender);
    }

    private boolean isSeedOf(World world, long sender) {
        Long seed = seeds.get(world.id());
        return seed != null
                && seed == sender
                && world.roots().stream().anyMatch(root -> root.identity().address() == sender);
    }

    /** Whether a peer may be at this IP: roots with endpoints are nowhere else. */
    boolean isEndpoint(long address, InetAddress ip) {
        Upstream upstream = upstreams.get(address);
        if (upstream == null || upstream.endpoints.isEmpty()) {
            return true;
        }
        for (InetSocketAddress endpoint : upstream.endpoints) {
            if (endpoint.getAddress().equals(ip)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public RemotePeer best(long nowMillis, long except) {
        RemotePeer best = null;
        long bestQuality = Long.MAX_VALUE;
        for (RemotePeer peer : upstreamPeers) {
            long quality = relayQuality(peer, nowMillis);
            if (peer.address() != except && quality <= bestQuality) {
                bestQuality = quality;
                best = peer;
            }
        }
        return best;
    }

    @Override
    public boolean areAt(InetSocketAddress remote, long nowMillis) {
        for (RemotePeer peer : upstreamPeers) {
            if (peer.paths().leadTo(remote, nowMillis)) {
                return true;
            }
        }
        return false;
    }

    /** The upstreams' addresses, best first. */
    public List<Long> ranked(long nowMillis) {
        List<RemotePeer> ranked = new ArrayList<>(List.of(upstreamPeers));
        ranked.sort(Comparator.comparingLong(peer -> relayQuality(peer, nowMillis)));
        List<Long> result = new ArrayList<>();
        for (RemotePeer peer : ranked) {
            result.add(peer.address());
        }
        return result;
    }

    /** {@code protocol.md} 8.7: latency, times the minutes or so of silence. */
    private static long relayQuality(RemotePeer peer, long nowMillis) {
        long silence = nowMillis - peer.lastReceiveMillis();
        if (silence >= RemotePeer.ACTIVITY_MILLIS || !peer.hasDirectPath(nowMillis)) {
            return Long.MAX_VALUE;
        }
        long latency = peer.latencyMillis() > 0 ? peer.latencyMillis() : UNKNOWN_LATENCY;
        long quality = latency * (silence / SILENCE_UNIT_MILLIS + 1);
        // Behind every root that answers, until this one does again.
        return peer.paths().best(nowMillis).isDoubtful(nowMillis) ? quality + DOUBT : quality;
    }

    private void rebuild() {
        upstreams.clear();
        weAreUpstream = false;
        if (planet != null) {
            addRoots(planet, Role.PLANET);
        }
        for (World moon : moons.values()) {
            addRoots(moon, Role.MOON);
        }
        upstreamPeers = upstreams.values().stream().map(Upstream::peer).toArray(RemotePeer[]::new);
        for (RemotePeer peer : upstreamPeers) {
            // A root that has moved is not where it was, whatever lives there now.
            peer.paths().retain(remote -> isEndpoint(peer.address(), remote.getAddress()));
        }
    }

    private void addRoots(World world, Role role) {
        for (WorldRoot root : world.roots()) {
            long address = root.identity().address();
            if (root.identity().equals(self)) {
                weAreUpstream = true;
            } else if (address != self.address()) {
                Upstream known = upstreams.get(address);
                List<InetSocketAddress> endpoints = new ArrayList<>(root.endpoints());
                if (known != null) {
                    known.endpoints.stream().filter(e -> !endpoints.contains(e)).forEach(endpoints::add);
                }
                RemotePeer peer = peers.obtainRoot(root.identity());
                upstreams.put(address, new Upstream(peer, known == null ? role : known.role, List.copyOf(endpoints)));
            }
        }
    }
}
