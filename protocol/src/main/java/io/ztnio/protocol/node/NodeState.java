package io.ztnio.protocol.node;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.DamagedFileException;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node starts from: its identity, planet, moons and the peers of its last run, as the store has them. The keys are
 * the file names of the reference implementation ({@code protocol.md} 8.14). Immutable.
 *
 * @param identity with its secret
 * @param planet empty if there is none
 * @param seeds moons that are waited for: ID, and address of the root that is asked
 */
public record NodeState(
        Identity identity, Optional<World> planet, List<World> moons, Map<Long, Long> seeds, List<PeerRecord> peers) {
    public static final String IDENTITY_SECRET = "identity.secret";
    public static final String IDENTITY_PUBLIC = "identity.public";

    /** That the address of {@link #IDENTITY_SECRET} has been checked: 32 bytes that follow from the secret, in hexadecimal digits. */
    static final String IDENTITY_CHECKED = "identity.checked";

    public static final String PLANET = "planet";
    /** What {@link #PLANET} was before another planet was given. */
    public static final String PREVIOUS_PLANET = "planet.previous";

    public static final String MOONS = "moons.d";
    public static final String PEERS = "peers.d";

    static final String NOT_A_MOON = "not a moon";

    /** ID of the moon, and address of its root. The daemon, which forgets what it waits for, passes over such files. */
    private static final Pattern SEED = Pattern.compile("([0-9a-f]{16}) ([0-9a-f]{10})\\s*");

    public NodeState {
        moons = List.copyOf(moons);
        seeds = Map.copyOf(seeds);
        peers = List.copyOf(peers);
    }

    /** State without moons that are waited for. */
    public NodeState(Identity identity, Optional<World> planet, List<World> moons, List<PeerRecord> peers) {
        this(identity, planet, moons, Map.of(), peers);
    }

    /** State that is in no store: for tests and throw-away nodes. */
    public static NodeState of(Identity identity, World planet) {
        return new NodeState(identity, Optional.ofNullable(planet), List.of(), List.of());
    }

    /**
     * Reads the state; makes an identity if there is none, which takes a moment. A damaged identity is never replaced. What is
     * only a cache is set aside if it is damaged, and the node does without.
     *
     * <p>A planet that is given is kept in the store: from then on the node belongs to it.
     *
     * @param random cryptographically strong
     * @param planet the planet to use, unless the store has a newer version of it; {@code null} for the stored one
     * @param nowMillis epoch milliseconds: peers that were not heard for 30 days are deleted
     * @param onFailure told of what was set aside or cannot be read: its key, and a message
     * @throws DamagedStateException if the identity is damaged, or the planet and none is given
     */
    public static NodeState load(
            StateStore store,
            RandomGenerator random,
            World planet,
            long nowMillis,
            BiConsumer<String, IOException> onFailure)
            throws IOException {
        CacheReader caches = new CacheReader(store, onFailure);
        Map<Long, Long> seeds = new HashMap<>();
        // The folder that cannot be read is told of once.
        CacheReader again = new CacheReader(store, (key, failure) -> {
            if (!key.equals(MOONS)) {
                onFailure.accept(key, failure);
            }
        });
        again.read(MOONS, ".seed", "not a moon and its root", NodeState::seed, Integer.MAX_VALUE)
                .forEach(seed -> seeds.put(seed.getKey(), seed.getValue()));
        return new NodeState(
                identity(store, random, onFailure),
                planet(store, planet, onFailure),
                caches.read(MOONS, ".moon", NOT_A_MOON, NodeState::moon, Integer.MAX_VALUE),
                seeds,
                PeerFiles.load(store, caches, nowMillis, onFailure));
    }

    private static Identity identity(
            StateStore store, RandomGenerator random, BiConsumer<String, IOException> onFailure) throws IOException {
        Optional<byte[]> stored = store.get(IDENTITY_SECRET);
        Identity identity;
        if (stored.isPresent()) {
            identity = storedIdentity(stored.get());
            checkOnce(identity, store, onFailure);
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

    private static Identity storedIdentity(byte[] stored) throws DamagedStateException {
        Identity identity;
        try {
            identity = Identity.parse(TextFile.decode(IDENTITY_SECRET, stored)).orElse(null);
        } catch (TextFile.EncodingException e) {
            throw damaged("does not hold an identity (" + e.getMessage() + ")");
        }
        if (identity == null) {
            throw damaged(stored.length == 0 ? "is empty" : "does not hold an identity");
        }
        if (!identity.hasSecret()) {
            throw damaged("holds an identity without its secret");
        }
        return identity;
    }

    /**
     * That secret, public key and address belong together takes a cold JVM 0.2 s to see, and stays so: once seen, a mark tells
     * that can be made only with all three.
     */
    private static void checkOnce(Identity identity, StateStore store, BiConsumer<String, IOException> onFailure)
            throws IOException {
        byte[] mark = HexFormat.of()
                .formatHex(identity.derive("address checked " + identity.toPublicString()))
                .getBytes(StandardCharsets.US_ASCII);
        Optional<byte[]> remembered = store.get(IDENTITY_CHECKED);
        if (remembered.isPresent() && MessageDigest.isEqual(remembered.get(), mark)) {
            return;
        }
        byte[] probe = {1};
        if (!identity.verify(probe, identity.sign(probe))) {
            throw damaged("holds a secret that does not belong to its public key");
        }
        if (!identity.locallyValid()) {
            throw damaged("holds an identity whose address does not belong to its public key");
        }
        try {
            store.put(IDENTITY_CHECKED, mark);
        } catch (IOException e) {
            onFailure.accept(IDENTITY_CHECKED, e);
        }
    }

    private static DamagedStateException damaged(String what) {
        return new DamagedStateException(
                IDENTITY_SECRET,
                IDENTITY_SECRET + " " + what
                        + ". It was left untouched: restore it from a backup, or move it away to start as a new node"
                        + " with another address.");
    }

    private static Optional<World> planet(StateStore store, World given, BiConsumer<String, IOException> onFailure)
            throws IOException {
        Optional<byte[]> bytes = store.get(PLANET);
        Optional<World> stored = bytes.flatMap(NodeState::planet);
        if (given == null) {
            if (bytes.isPresent() && stored.isEmpty()) {
                throw new DamagedStateException(
                        PLANET,
                        PLANET + " does not hold a planet (" + bytes.get().length
                                + " bytes). Put the right file in its place, or name one with ztnio.planet.");
            }
            return stored;
        }
        if (stored.isPresent() && (stored.get().equals(given) || given.shouldBeReplacedBy(stored.get()))) {
            return stored;
        }
        // Copies: at no moment is the home without a planet, which would mean the public one.
        if (stored.isPresent() && stored.get().id() != given.id()) {
            store.put(PREVIOUS_PLANET, bytes.get());
        } else if (bytes.isPresent() && stored.isEmpty()) {
            store.put(PLANET + StateStore.DAMAGED, bytes.get());
            onFailure.accept(PLANET, new DamagedFileException("not a planet", PLANET + StateStore.DAMAGED));
        }
        store.put(PLANET, given.toByteArray());
        return Optional.of(given);
    }

    /** The planet in a file's content, if it is one. */
    public static Optional<World> planet(byte[] content) {
        // Without an ID it would be replaced by any other ({@code protocol.md} 5.2).
        return World.read(new ByteReader(content))
                .filter(world -> world.type() == World.Type.PLANET && world.id() != 0);
    }

    static Optional<World> moon(byte[] content) {
        return World.read(new ByteReader(content)).filter(world -> world.type() == World.Type.MOON);
    }

    static String moonKey(long moonId) {
        return MOONS + "/" + HexFormat.of().toHexDigits(moonId) + ".moon";
    }

    static String seedKey(long moonId) {
        return MOONS + "/" + HexFormat.of().toHexDigits(moonId) + ".seed";
    }

    /** The content of the file for a moon that is waited for. */
    static byte[] seed(long moonId, long seedAddress) {
        return String.format("%016x %010x\n", moonId, seedAddress).getBytes(StandardCharsets.US_ASCII);
    }

    private static Optional<Map.Entry<Long, Long>> seed(byte[] content) {
        Matcher seed = SEED.matcher(new String(content, StandardCharsets.US_ASCII));
        return seed.matches()
                ? Optional.of(Map.entry(Long.parseUnsignedLong(seed.group(1), 16), Long.parseLong(seed.group(2), 16)))
                : Optional.empty();
    }
}
