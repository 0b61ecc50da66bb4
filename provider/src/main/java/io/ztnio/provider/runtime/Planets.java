package io.ztnio.provider.runtime;

import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.runtime.PlanetException.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which planet a configuration means. A home keeps the planet that it was last given, and never goes from a private planet to
 * the public one by itself. Thread-safe.
 */
final class Planets {
    private Planets() {}

    /**
     * The planet to give to the home; empty means that it keeps the one it has.
     *
     * @throws IOException saying what to do, if there is none or it must not be used
     */
    static Optional<World> of(ZtnioConfig config, NodeGround ground) throws IOException {
        if (ground.planet().isPresent()) {
            return Optional.of(allowed(config, ground.planet().get(), "the given planet"));
        }
        if (config.planetFile().isPresent()) {
            Path given = config.planetFile().get();
            return Optional.of(allowed(config, read(given), ConfigKey.PLANET.key() + "=" + given));
        }
        if (ground.home().isEmpty()) {
            return ofStore(config, ground.store());
        }
        Path file = config.home().resolve(NodeState.PLANET);
        boolean kept = isKept(file);
        Optional<World> world = kept ? NodeState.planet(bytes(file, file.toString())) : Optional.empty();
        if (world.isPresent()) {
            allowed(config, world.get(), file.toString());
        }
        return choose(config, kept, world, file.toString());
    }

    private static Optional<World> ofStore(ZtnioConfig config, StateStore store) throws IOException {
        Optional<byte[]> content = store.get(NodeState.PLANET);
        Optional<World> world = content.flatMap(NodeState::planet);
        if (world.isPresent()) {
            allowed(config, world.get(), "the planet of the state store");
        }
        return choose(config, content.isPresent(), world, "the state store");
    }

    private static Optional<World> choose(ZtnioConfig config, boolean kept, Optional<World> world, String place)
            throws IOException {
        World earth = World.earth();
        boolean isEarth = world.filter(Planets::isEarth).isPresent();
        if (kept && !isEarth && config.publicPlanetNamed()) {
            throw new PlanetException(
                    Kind.REFUSED,
                    place + " holds another planet than the public one that " + ConfigKey.PLANET.key()
                            + "=earth names; use another " + ConfigKey.HOME.key() + ", or remove that file");
        }
        // Of two versions of the public planet the newer one is used. A file that holds no planet the node will refuse.
        return kept && !isEarth ? Optional.empty() : Optional.of(allowed(config, earth, "a home without a planet"));
    }

    /** Not Files.exists: a planet that cannot be looked at is one, and none of the public roots may take its place. */
    private static boolean isKept(Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        } catch (IOException e) {
            throw new PlanetException(Kind.UNREADABLE, file + " is not readable: " + e.getMessage(), e);
        }
    }

    private static World allowed(ZtnioConfig config, World world, String where) throws IOException {
        if (!config.publicPlanetAllowed() && isPublic(world)) {
            throw new PlanetException(
                    Kind.REFUSED,
                    where + " means the public roots, and " + ConfigKey.PUBLIC_PLANET.key() + "=forbid; set "
                            + ConfigKey.PLANET.key() + " to the file of another planet");
        }
        return world;
    }

    /** Whether it would have us call the public roots, under whichever name. */
    static boolean isPublic(World world) {
        World earth = Earth.WORLD;
        Set<Long> roots =
                earth.roots().stream().map(root -> root.identity().address()).collect(Collectors.toSet());
        Set<InetSocketAddress> endpoints = earth.roots().stream()
                .flatMap(root -> root.endpoints().stream())
                .collect(Collectors.toSet());
        return isEarth(world) || world.roots().stream().anyMatch(root -> isOneOf(root, roots, endpoints));
    }

    /** Read once, and only where it is asked for: that takes a cold JVM milliseconds. */
    private static final class Earth {
        static final World WORLD = World.earth();
    }

    /** Whether it is a version of the public planet. Its id does not tell: makers of private planets leave it as it is. */
    private static boolean isEarth(World world) {
        World earth = Earth.WORLD;
        return world.id() == earth.id() && world.updateKey().equals(earth.updateKey());
    }

    private static boolean isOneOf(WorldRoot root, Set<Long> roots, Set<InetSocketAddress> endpoints) {
        return roots.contains(root.identity().address())
                || root.endpoints().stream().anyMatch(endpoints::contains);
    }

    private static World read(Path file) throws IOException {
        String name = ConfigKey.PLANET.key() + "=" + file;
        return NodeState.planet(bytes(file, name))
                .orElseThrow(() -> new PlanetException(
                        Kind.UNREADABLE,
                        name + " is not a planet file ('planet make' makes one, 'planet show'" + " explains one)"));
    }

    private static byte[] bytes(Path file, String name) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new PlanetException(Kind.UNREADABLE, name + " does not exist; make one with: planet make", e);
        } catch (AccessDeniedException e) {
            throw new PlanetException(Kind.UNREADABLE, name + " is not readable: no permission", e);
        } catch (IOException e) {
            throw new PlanetException(Kind.UNREADABLE, name + " is not readable: " + e.getMessage(), e);
        }
    }
}
