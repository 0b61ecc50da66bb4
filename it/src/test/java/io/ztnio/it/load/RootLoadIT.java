package io.ztnio.it.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.Lab;
import io.ztnio.it.lab.LoneNamespace;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.Planet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HELLO and WHOIS of many nodes at our root: all are known and answered. With a daemon's path, the same at the daemon. */
@Tag("any-jdk")
class RootLoadIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int MANY = Integer.getInteger("ztnio.it.load.nodes", 500);
    /** What each asks when both know each other. */
    private static final int LATER = Integer.getInteger("ztnio.it.load.later", 200);

    private static final String DAEMON = System.getProperty("ztnio.it.zerotier-one", "");

    @TempDir
    private Path directory;

    @Test
    void everyNodeOfAFewIsMetAndAnswered() throws IOException {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory)) {
            Path root = directory.resolve("root/identity.public");

            String output = load(JavaProgram::start, root, "127.0.0.1", planet.port(), 20, "-", 0, "-");

            assertAnswered(output, 20, 2);
        }
    }

    /**
     * Each in a /24 of its own, from which both roots take strangers at the same rate. On two hosts: a daemon has no socket on a loopback
     * interface.
     */
    @Test
    @Tag("long")
    void fiveHundredNodesAreMetAndAnsweredByOurRootAndByTheDaemon() throws IOException {
        assumeThat(LoneNamespace.isPossible()).isTrue();
        try (Lab lab = new Lab()) {
            Host many = lab.java1();
            many.run("ip", "route", "add", "local", "66.0.0.0/8", "dev", "lo").orThrow();
            lab.root()
                    .run("ip", "route", "add", "66.0.0.0/8", "via", many.address())
                    .orThrow();
            Planet planet = Planet.ofResources(directory);
            Path home = home("ours", planet);
            // Both compilers, as a root has them.
            JavaProgram node = JavaProgram.cli(
                            List.of("-XX:TieredStopAtLevel=4"), "node", "--root", "--port", "9993", "--no-api")
                    .with("--home", home.toString(), "--planet", planet.file().toString());
            try (RunningProcess root = node.start(lab.root())) {
                root.awaitLine("a root", TIMEOUT);

                String ours = load(many, planet.rootPublic(), root.pid());

                System.out.println("ztnio:\n" + ours);
                assertAnswered(ours, MANY, 4);
            }
            if (!DAEMON.isBlank()) {
                Daemon daemon = Daemon.root(lab.root(), planet);
                String theirs = load(many, planet.rootPublic(), daemon.process().pid());
                System.out.println("ZeroTier One:\n" + theirs);
                // Nobody met would say something of this lab, and nothing of the daemon.
                assertThat(theirs).doesNotContain("met 0 of");
            }
        }
    }

    private String load(Host host, Path root, long pid) throws IOException {
        return load(program -> program.start(host), root, "10.77.0.1", 9993, MANY, "66", LATER, Long.toString(pid));
    }

    private Path home(String name, Planet planet) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        Files.copy(planet.file(), home.resolve("planet"));
        Files.copy(planet.rootSecret(), home.resolve("identity.secret"));
        Files.copy(planet.rootPublic(), home.resolve("identity.public"));
        return home;
    }

    private interface Place {
        RunningProcess start(JavaProgram program);
    }

    private String load(Place place, Path root, String ip, int port, int nodes, String prefix, int later, String pid)
            throws IOException {
        Path identities = directory.resolve("identities.bin");
        if (!Files.exists(identities)) {
            try (InputStream in = RootLoadIT.class.getResourceAsStream("/io/ztnio/it/planet/identities.bin")) {
                Files.copy(in, identities);
            }
        }
        JavaProgram program = JavaProgram.withOptions(
                        RootLoad.class, List.of("-Xmx256m", "-XX:TieredStopAtLevel=4"), JavaProgram.jar())
                .with(identities.toString(), root.toString(), ip, Integer.toString(port))
                .with(Integer.toString(nodes), prefix, "20", Integer.toString(later), pid);
        Finished finished = place.start(program).awaitExit(TIMEOUT);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }

    private static void assertAnswered(String output, int nodes, int times) {
        assertThat(output).contains("met " + nodes + " of " + nodes);
        Matcher lost = Pattern.compile("(\\d+) asked, (\\d+) lost").matcher(output);
        assertThat(lost.results().toList()).hasSize(times).allSatisfy(result -> {
            int asked = Integer.parseInt(result.group(1));
            assertThat(asked).isIn(nodes * 20, nodes * LATER);
            // Datagrams, even on this machine, may be lost.
            assertThat(Integer.parseInt(result.group(2))).isLessThanOrEqualTo(asked / 100);
        });
    }
}
