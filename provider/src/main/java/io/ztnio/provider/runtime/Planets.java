package io.ztnio.provider.runtime;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.ZtnioConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Which planet a configuration means. Thread-safe. */
final class Planets {
    private Planets() {}

    /** The planet of the configuration; empty means the one in the home directory. */
    static Optional<World> of(ZtnioConfig config) throws IOException {
        if (config.planetFile().isPresent()) {
            return Optional.of(read(config.planetFile().get()));
        }
        if (Files.exists(config.home().resolve("planet"))) {
            return Optional.empty();
        }
        if (!config.publicPlanetAllowed()) {
            throw new IOException("there is no planet in " + config.home()
                    + " and ztnio.public.planet=forbid; set ztnio.planet to a planet file");
        }
        return Optional.of(World.earth());
    }

    /**
     * Reads a planet file.
     *
     * @throws IOException naming the file, if it is not one
     */
    private static World read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("ztnio.planet=" + file + ": there is no such file; make one with: planet make", e);
        } catch (IOException e) {
            throw new IOException("ztnio.planet=" + file + " cannot be read: " + e, e);
        }
        return World.read(new ByteReader(bytes))
                .filter(world -> world.type() == World.Type.PLANET)
                .orElseThrow(() -> new IOException("ztnio.planet=" + file + " is not a planet file ('planet make'"
                        + " makes one, 'planet show' explains one)"));
    }
}
