package io.ztnio.it.software;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A planet on the loopback interface and two members of its network, in each of which one program at a time runs.
 *
 * <p>Thread: confined to the test.
 */
final class TwoNodes implements AutoCloseable {
    /** How long a program may take for all it does; generous, for the machine may have other work. */
    static final Duration TIMEOUT = Duration.ofMinutes(3);

    private static final String SERVER = "server";
    private static final String CLIENT = "client";

    private final Path directory;
    private final LoopbackPlanet planet;
    private final String address;

    /** How ztnio gets into a program. */
    enum Way {
        /** The provider's flag: NIO channels only. */
        FLAG,
        /** The agent: all of Java's networking. */
        AGENT
    }

    /** @param directory for its files, empty */
    TwoNodes(Path directory) {
        this.directory = directory;
        planet = new LoopbackPlanet(directory);
        address = planet.addressOf(SERVER);
    }

    /** The virtual IPv4 address of the node that {@link #serve} runs in. */
    String address() {
        return address;
    }

    /** The virtual IPv4 address of the other node, for which that joins and ends once. */
    String clientAddress() {
        return addressOf(CLIENT);
    }

    /** The virtual IPv4 address of a node with a home of its own, which joins and ends for that. */
    String addressOf(String home) {
        return planet.addressOf(home);
    }

    /** Options of a network command whose node has a home of its own, such as {@code expose}. */
    String[] options(String home) {
        return planet.options(home);
    }

    /** Starts a program in the node with {@link #address}; its standard input stays open. */
    RunningProcess serve(Way way, List<Path> jars, List<String> jvmOptions, Class<?> main, String... arguments) {
        JavaProgram program = program(SERVER, way, jars, jvmOptions, main).with(arguments);
        return RunningProcess.open(main.getSimpleName(), program.command(), directory, Map.of());
    }

    /** Runs a program in the other node to its end, and returns what it printed; fails if it failed. */
    String call(Way way, List<Path> jars, List<String> jvmOptions, Class<?> main, String... arguments) {
        try (RunningProcess running = start(way, jars, jvmOptions, main, arguments)) {
            Finished client = running.awaitExit(TIMEOUT);
            if (client.exitCode() != 0) {
                throw new AssertionError(main.getSimpleName() + " failed: " + client.output());
            }
            return client.output();
        }
    }

    /** Starts a program in the other node, for a test that does something meanwhile. */
    RunningProcess start(Way way, List<Path> jars, List<String> jvmOptions, Class<?> main, String... arguments) {
        return program(CLIENT, way, jars, jvmOptions, main).with(arguments).start();
    }

    /** Tells a program of {@link #serve} to stop; fails unless it does so in good order, and its JVM ends by itself. */
    static void stop(RunningProcess serving) {
        serving.say("stop\n");
        serving.awaitLine("^stopped", TIMEOUT);
        Finished finished = serving.awaitExit(TIMEOUT);
        if (finished.exitCode() != 0) {
            throw new AssertionError("ended with code " + finished.exitCode() + ": " + finished.output());
        }
    }

    /** The options of a JVM that is a member, for programs that are not started by a main class of this module. */
    List<String> jvmOptions(String home, Way way) {
        List<String> options = planet.jvmOptions(home);
        if (way == Way.AGENT) {
            options.remove(NodeSettings.PROVIDER);
            options.add("-javaagent:" + JavaProgram.jar());
        }
        return options;
    }

    private JavaProgram program(String home, Way way, List<Path> jars, List<String> jvmOptions, Class<?> main) {
        List<String> options = jvmOptions(home, way);
        options.addAll(jvmOptions);
        options.add("-Xmx512m");
        List<Path> classPath = new ArrayList<>(jars);
        classPath.add(programs());
        if (way == Way.FLAG) {
            classPath.add(JavaProgram.jar());
        }
        return JavaProgram.withOptions(main, options, classPath.toArray(Path[]::new));
    }

    /** The folder with this module's programs. */
    private static Path programs() {
        try {
            return Path.of(TwoNodes.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        planet.close();
    }
}
