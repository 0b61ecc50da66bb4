package io.ztnio.tools.cli.identity;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.world.World;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.InputFile;
import io.ztnio.tools.cli.command.OutputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Planets and moons in files. A file is replaced by its own next version, signed by the key that may update it; by anything
 * else only if the user insists, because nodes that have the old one would not take the new one.
 */
public final class WorldFile {
    private WorldFile() {}

    /** The world in a file; empty if it holds none. */
    public static Optional<World> read(Path file) throws IOException {
        return World.read(new ByteReader(InputFile.read(file)));
    }

    /**
     * A time stamp for the next version of the world in a file: nodes take only what is newer.
     *
     * @param nowMillis what it is unless the clock is behind the version that is there
     */
    public static long nextTimestamp(Path file, long nowMillis) throws IOException {
        if (!OutputFile.wouldReplace(file)) {
            return nowMillis;
        }
        return read(file).map(old -> Math.max(nowMillis, old.timestamp() + 1)).orElse(nowMillis);
    }

    /**
     * Writes a world.
     *
     * @param force whether to replace what it is no new version of
     * @throws CommandFailure naming the file and the reason, if it would replace something else
     */
    public static void write(Path file, World world, boolean force) throws IOException {
        if (!force && OutputFile.wouldReplace(file)) {
            refuseOther(file, world);
        }
        OutputFile.write(file, world.toByteArray());
    }

    private static void refuseOther(Path file, World world) throws IOException {
        String kind = world.type().name().toLowerCase(Locale.ROOT);
        World old = read(file)
                .filter(other -> other.type() == world.type())
                .orElseThrow(() -> new CommandFailure(
                        file + " exists already and is no " + kind + ", so it is kept; --force replaces it"));
        if (old.id() != world.id()) {
            throw new CommandFailure(file + " is another " + kind + ", with the id " + old.id() + " and not "
                    + world.id() + ", so it is kept; --force replaces it");
        }
        if (!old.shouldBeReplacedBy(world)) {
            throw new CommandFailure(
                    file + " can be updated only with the key that it names, and this is another, so it"
                            + " is kept; --force replaces it with a new " + kind
                            + ", which nodes that know the old one refuse");
        }
    }
}
