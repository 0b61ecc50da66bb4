package io.ztnio.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A planet whose root, which is the network's controller too, is our own {@code node} command on the lab's root host.
 *
 * <p>Thread: confined to the test.
 */
public final class OwnPlanet implements AutoCloseable {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

    private final Lab lab = new Lab();
    private final Planet planet;
    private final RunningProcess root;

    /** Makes the planet with our own tools, and starts the root with one network. */
    public OwnPlanet(boolean isPrivate) {
        try {
            Path home = lab.newDirectory("root");
            planet = make(home, lab.newDirectory("planet"));
            Path definition =
                    Files.writeString(home.resolve("network.json"), """
                    {"id": "%s", "name": "own", "private": %b,
                     "routes": [{"target": "10.99.0.0/24"}, {"target": "fd00:99::/64"}],
                     "ipAssignmentPools": [
                       {"ipRangeStart": "10.99.0.10", "ipRangeEnd": "10.99.0.100"},
                       {"ipRangeStart": "fd00:99::10", "ipRangeEnd": "fd00:99::ffff"}]}
                    """.formatted(planet.network(), isPrivate));
            root = JavaProgram.cli("node", "--root", "--controller")
                    .with("--network", definition.toString())
                    .with("--home", home.toString())
                    .with("--planet", planet.file().toString())
                    .with("--port", "9993")
                    .start(lab.root());
        } catch (IOException e) {
            lab.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | AssertionError e) {
            lab.close();
            throw e;
        }
    }

    private static Planet make(Path home, Path directory) {
        Path secret = home.resolve("identity.secret");
        Path publicPart = home.resolve("identity.public");
        Path file = directory.resolve("planet");
        run("idtool", "generate", secret.toString(), publicPart.toString());
        run(
                "planet",
                "make",
                file.toString(),
                "--root",
                publicPart + ",10.77.0.1/9993",
                "--key",
                directory.resolve("planet.key").toString());
        return new Planet(file, secret, publicPart);
    }

    private static void run(String... arguments) {
        JavaProgram.cli(arguments).start().awaitExit(COMMAND_TIMEOUT).orThrow();
    }

    public Lab lab() {
        return lab;
    }

    public Planet planet() {
        return planet;
    }

    /** The network, 16 hexadecimal digits. */
    public String network() {
        return planet.network();
    }

    /** The root's process. */
    public RunningProcess root() {
        return root;
    }

    @Override
    public void close() {
        lab.close();
    }
}
