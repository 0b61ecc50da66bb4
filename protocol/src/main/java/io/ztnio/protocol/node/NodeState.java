package io.ztnio.protocol.node;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a node starts from: its identity, planet, moons and the peers of its last run, as the store has them. The keys are
 * the file names of the reference implementation ({@code protocol.md} 8.14). Immutable.
 *
 * @param identity with its secret
 * @param planet empty if there is none
 */
public record NodeState(Identity identity, Optional<World> planet, List<World> moons, List<PeerRecord> peers) {
    public static final String IDENTITY_SECRET = "identity.secret";
    public static final String IDENTITY_PUBLIC = "identity.public";
    public static final String PLANET = "planet";
    public static final String MOONS = "moons.d";
    public static final String PEERS = "peers.d";

    private static final int MAX_PEERS = 4096;

    public NodeState {
        moons = List.copyOf(moons);
        peers = List.copyOf(peers);
    }

    /** State that is in no store: for tests and throw-away nodes. */
    public static NodeState of(Identity identity, World planet) {
        return new NodeState(identity, Optional.ofNullable(planet), List.of(), List.of());
    }

    /**
     * Reads the state; makes an identity if there is none, which takes a moment. A damaged identity is never replaced.
     *
     * @param random cryptographically strong
     * @param defaultPlanet planet for a store without one, also offered as an update of the stored one; {@code null} for none
     * @throws DamagedStateException if identity, planet or a moon is unreadable
     */
    public static NodeState load(StateStore store, RandomGenerator random, World defaultPlanet) throws IOException {
        return new NodeState(identity(store, random), planet(store, defaultPlanet), moons(store), peers(store));
    }

    private static Identity identity(StateStore store, RandomGenerator random) throws IOException {
        Optional<byte[]> stored = store.get(IDENTITY_SECRET);
        Identity identity;
        if (stored.isPresent()) {
            identity = checkedIdentity(stored.get());
        } else {
            identity = Identity.generate(random);
            store.put(IDENTITY_SECRET, identity.toSecretString().getBytes(StandardCharsets.US_ASCII));
        }
        byte[] publicForm = identity.toPublicString().getBytes(StandardCharsets.US_ASCII);
        boolean samePublic = store.get(IDENTITY_PUBLIC)
                .flatMap(bytes -> Identity.parse(new String(bytes, StandardCharsets.US_ASCII)))
                .filter(identity::equals)
                .isPresent();
        if (!samePublic) {
            store.put(IDENTITY_PUBLIC, publicForm);
        }
        return identity;
    }

    private static Identity checkedIdentity(byte[] stored) throws DamagedStateException {
        Identity identity =
                Identity.parse(new String(stored, StandardCharsets.US_ASCII)).orElse(null);
        if (identity == null) {
            throw damaged(stored.length == 0 ? "is empty" : "does not hold an identity");
        }
        if (!identity.hasSecret()) {
            throw damaged("holds an identity without its secret");
        }
        if (!identity.locallyValid()) {
            throw damaged("holds an identity whose address does not belong to its public key");
        }
        byte[] probe = {1};
        if (!identity.verify(probe, identity.sign(probe))) {
            throw damaged("holds a secret that does not belong to its public key");
        }
        return identity;
    }

    private static DamagedStateException damaged(String what) {
        return new DamagedStateException(IDENTITY_SECRET + " " + what
                + ". It was left untouched: restore it from a backup, or move it away to start as a new node"
                + " with another address.");
    }

    private static Optional<World> planet(StateStore store, World defaultPlanet) throws IOException {
        Optional<byte[]> stored = store.get(PLANET);
        if (stored.isEmpty()) {
            return Optional.ofNullable(defaultPlanet);
        }
        World planet = world(PLANET, stored.get(), World.Type.PLANET);
        boolean outdated = defaultPlanet != null && planet.shouldBeReplacedBy(defaultPlanet);
        return Optional.of(outdated ? defaultPlanet : planet);
    }

    private static List<World> moons(StateStore store) throws IOException {
        List<World> moons = new ArrayList<>();
        for (String key : store.list(MOONS)) {
            Optional<byte[]> stored = key.endsWith(".moon") ? store.get(key) : Optional.empty();
            if (stored.isPresent()) {
                moons.add(world(key, stored.get(), World.Type.MOON));
            }
        }
        return moons;
    }

    private static World world(String key, byte[] stored, World.Type type) throws DamagedStateException {
        World world = World.read(new ByteReader(stored)).orElse(null);
        if (world == null || world.type() != type) {
            throw new DamagedStateException(key + " does not hold a " + (type == World.Type.PLANET ? "planet" : "moon")
                    + " (" + stored.length + " bytes). Put the right file in its place, or remove it.");
        }
        return world;
    }

    /** Peers are only hints: a damaged one is passed over. */
    private static List<PeerRecord> peers(StateStore store) throws IOException {
        List<PeerRecord> peers = new ArrayList<>();
        for (String key : store.list(PEERS)) {
            if (peers.size() == MAX_PEERS) {
                break;
            }
            Optional<byte[]> stored = key.endsWith(".peer") ? store.get(key) : Optional.empty();
            stored.flatMap(PeerRecord::parse).ifPresent(peers::add);
        }
        return peers;
    }

    static String moonKey(long moonId) {
        return String.format("%s/%016x.moon", MOONS, moonId);
    }

    static String peerKey(long address) {
        return String.format("%s/%010x.peer", PEERS, address);
    }
}
