package io.ztnio.protocol.vl1;

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
final class Topology {
    private static final int MAX_MOONS = 64;
    private static final long SILENCE_UNIT_MILLIS = 61_000;
    private static final long UNKNOWN_LATENCY = 65_535;

    /** A root that is not ourselves. */
    record Upstream(RemotePeer peer, Role role, List<InetSocketAddress> endpoints) {}

    private final Core core;
    private final Map<Long, World> moons = new LinkedHashMap<>();
    /** Moons that are wanted but not yet there: moon ID to address of the seed. */
    private final Map<Long, Long> seeds = new LinkedHashMap<>();
    /** By ascending address. */
    private final TreeMap<Long, Upstream> upstreams = new TreeMap<>();
    /** The same, for the data path. */
    private RemotePeer[] upstreamPeers = new RemotePeer[0];

    private World planet;
    private boolean weAreUpstream;

    Topology(Core core) {
        this.core = core;
    }

    /** The planet, or {@code null} if the node has none. */
    World planet() {
        return planet;
    }

    Collection<World> moons() {
        return moons.values();
    }

    /** IDs of moons that we want but do not have. */
    Collection<Long> wantedMoons() {
        return seeds.keySet();
    }

    Collection<Long> seedAddresses() {
        return seeds.values();
    }

    boolean weAreUpstream() {
        return weAreUpstream;
    }

    boolean isUpstream(long address) {
        return upstreams.containsKey(address);
    }

    Collection<Upstream> upstreams() {
        return upstreams.values();
    }

    Role role(long address) {
        Upstream upstream = upstreams.get(address);
        return upstream == null ? Role.LEAF : upstream.role;
    }

    /** Takes a world from our own configuration or disk, without a signature check. */
    void install(World world) {
        if (world.type() == World.Type.PLANET) {
            planet = world;
        } else if (world.type() == World.Type.MOON && (moons.containsKey(world.id()) || moons.size() < MAX_MOONS)) {
            moons.put(world.id(), world);
            seeds.remove(world.id());
        }
        rebuild();
    }

    /** Wants a moon of which only the ID and one root are known. */
    void orbit(long moonId, long seedAddress) {
        if (!moons.containsKey(moonId) && seeds.size() < MAX_MOONS) {
            seeds.put(moonId, seedAddress);
        }
    }

    /** Forgets a moon. */
    void deorbit(long moonId) {
        seeds.remove(moonId);
        moons.remove(moonId);
        rebuild();
    }

    /**
     * Takes a world that {@code sender} offered, if the update rule, or for a wanted moon its seed, allows it.
     *
     * @return whether it was taken
     */
    boolean offer(World world, long sender) {
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
    boolean mayOffer(long sender) {
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

    /** The upstream to relay through, other than {@code except}; {@code null} if there is none. */
    RemotePeer best(long nowMillis, long except) {
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

    /** The upstreams' addresses, best first. */
    List<Long> ranked(long nowMillis) {
        List<RemotePeer> peers = new ArrayList<>(List.of(upstreamPeers));
        peers.sort(Comparator.comparingLong(peer -> relayQuality(peer, nowMillis)));
        List<Long> result = new ArrayList<>();
        for (RemotePeer peer : peers) {
            result.add(peer.address());
        }
        return result;
    }

    /** {@code protocol.md} 8.7: latency, times the minutes or so of silence. */
    private static long relayQuality(RemotePeer peer, long nowMillis) {
        long silence = nowMillis - peer.lastReceiveMillis;
        if (silence >= Timing.PEER_ACTIVITY_MILLIS || peer.bestPath(nowMillis) == null) {
            return Long.MAX_VALUE;
        }
        long latency = peer.latencyMillis() > 0 ? peer.latencyMillis() : UNKNOWN_LATENCY;
        return latency * (silence / SILENCE_UNIT_MILLIS + 1);
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
    }

    private void addRoots(World world, Role role) {
        for (WorldRoot root : world.roots()) {
            long address = root.identity().address();
            if (root.identity().equals(core.self)) {
                weAreUpstream = true;
            } else if (address != core.address) {
                Upstream known = upstreams.get(address);
                List<InetSocketAddress> endpoints = new ArrayList<>(root.endpoints());
                if (known != null) {
                    known.endpoints.stream().filter(e -> !endpoints.contains(e)).forEach(endpoints::add);
                }
                RemotePeer peer = core.peers.obtainRoot(root.identity());
                upstreams.put(address, new Upstream(peer, known == null ? role : known.role, List.copyOf(endpoints)));
            }
        }
    }
}
