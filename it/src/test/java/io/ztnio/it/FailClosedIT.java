package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoneNamespace;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.Stranger;
import io.ztnio.it.programs.WhoAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * An unmodified program whose network cannot be had, on a machine where a stranger has every address that the network
 * claims: whatever leaks is answered. In a network namespace that has a loopback interface only.
 */
@EnabledIf("namespacesArePossible")
@Tag("any-jdk")
class FailClosedIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String PORT = "8080";

    /** The planet's network claims it. */
    private static final String CLAIMED = "10.98.0.77";

    private static final String OTHER_PRIVATE = "192.168.77.7";
    private static final String PUBLIC = "8.8.8.8";
    private static final String LOOPBACK = "127.0.0.1";
    private static final List<String> WAYS = List.of("connect ", "select ", "send ", "write ");

    private static LoneNamespace namespace;
    private static RunningProcess stranger;

    @TempDir
    private Path directory;

    static boolean namespacesArePossible() {
        return LoneNamespace.isPossible();
    }

    @BeforeAll
    static void letAStrangerAnswer() {
        namespace = new LoneNamespace();
        namespace.answerFor("10.98.0.0/24");
        namespace.answerFor("192.168.77.0/24");
        namespace.answerFor("8.8.8.0/24");
        stranger = namespace.of(JavaProgram.kernel(Stranger.class).with(PORT)).start();
        stranger.awaitLine("the stranger is there", TIMEOUT);
    }

    @AfterAll
    static void stop() {
        if (stranger != null) {
            stranger.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    private LoopbackPlanet planet() {
        return new LoopbackPlanet(directory, namespace);
    }

    /** Asks at an address of each kind, and what a bind to the wildcard address does. */
    private static String ask(List<String> options, String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        Finished program = namespace
                .of(JavaProgram.withOptions(WhoAnswers.class, all, JavaProgram.jar())
                        .with(PORT, LOOPBACK, PUBLIC, CLAIMED, OTHER_PRIVATE, "*"))
                .start()
                .awaitExit(TIMEOUT);
        assertThat(program.output()).contains("done");
        assertAnswered(program.output(), LOOPBACK);
        assertAnswered(program.output(), PUBLIC);
        return program.output();
    }

    private static void assertAnswered(String output, String address) {
        for (String way : WAYS) {
            assertThat(output).contains(way + address + ": stranger");
        }
    }

    private static void assertFailed(String output, String address, String reason) {
        for (String way : WAYS) {
            assertThat(output.lines().filter(line -> line.startsWith(way + address + ": ")))
                    .singleElement()
                    .asString()
                    .startsWith(way + address + ": failed: java.net.NoRouteToHostException: ")
                    .contains(reason);
        }
    }

    private static void assertBindFailed(String output, String reason) {
        assertThat(output.lines().filter(line -> line.startsWith("bind ")))
                .singleElement()
                .asString()
                .contains("failed: ", reason);
    }

    @Test
    void theStrangerAnswersForEveryAddressWhereThereIsNoNode() {
        Finished program = namespace
                .of(JavaProgram.kernel(WhoAnswers.class).with(PORT, LOOPBACK, PUBLIC, CLAIMED, OTHER_PRIVATE, "*"))
                .start()
                .awaitExit(TIMEOUT);

        assertAnswered(program.output(), CLAIMED);
        assertAnswered(program.output(), OTHER_PRIVATE);
        assertThat(program.output()).contains(": bound");
    }

    @Test
    void nothingLeaksWhileTheUdpPortIsTaken() {
        try (LoopbackPlanet planet = planet()) {
            String output = ask(planet.jvmOptions("client"), "-Dztnio.port=" + planet.port());

            assertFailed(output, CLAIMED, "cannot bind UDP");
            assertFailed(output, OTHER_PRIVATE, "cannot bind UDP");
            assertBindFailed(output, "cannot bind UDP");

            assertThat(ask(planet.jvmOptions("client"), "-Dztnio.port=" + planet.port(), "-Dztnio.unavailable=os"))
                    .contains("connect " + CLAIMED + ": stranger")
                    .contains("WARNING", "ztnio.unavailable=os");
        }
    }

    @Test
    void nothingLeaksWhileTheHomeIsInUse() {
        try (LoopbackPlanet planet = planet();
                RunningProcess other = namespace
                        .of(JavaProgram.withOptions(NioEcho.class, planet.jvmOptions("client"), JavaProgram.jar())
                                .with("0.0.0.0", "8081"))
                        .start()) {
            other.awaitLine("network " + planet.network() + ": OK, addresses .*10\\.98\\.0\\.", TIMEOUT);

            String output = ask(planet.jvmOptions("client"));

            assertFailed(output, CLAIMED, "in use by another running node");
            assertBindFailed(output, "in use by another running node");
            // The home knows what the network claims: this it does not.
            assertAnswered(output, OTHER_PRIVATE);
        }
    }

    @Test
    void nothingLeaksWhileThePlanetFileIsMissingOrUnreadable() throws IOException {
        Path planet = directory.resolve("planet");
        List<String> options = new ArrayList<>(List.of(
                NodeSettings.PROVIDER,
                "-Dztnio.networks=0123456789000001",
                "-Dztnio.home=" + directory.resolve("client"),
                "-Dztnio.planet=" + planet,
                "-Dztnio.bind=127.0.0.1",
                "-Dztnio.loopback=true"));

        String missing = ask(options);
        Files.writeString(planet, "no planet");
        String unreadable = ask(options);

        assertFailed(missing, CLAIMED, "ztnio.planet=" + planet);
        assertFailed(missing, OTHER_PRIVATE, "ztnio.planet=" + planet);
        assertBindFailed(missing, "ztnio.planet=" + planet);
        assertFailed(unreadable, CLAIMED, "is not a planet file");
        assertFailed(unreadable, OTHER_PRIVATE, "is not a planet file");
    }

    @Test
    void nothingLeaksWhileNobodyAnswers() {
        LoopbackPlanet planet = planet();
        planet.close();

        String output = ask(planet.jvmOptions("client"), "-Dztnio.join.timeout=5s");

        assertFailed(output, CLAIMED, planet.network() + " is not usable: no root has answered");
        assertFailed(output, OTHER_PRIVATE, "no root has answered");
        // Whoever is let in later is served.
        assertThat(output).contains(": bound").contains("WARNING", "as soon as it is usable");
    }

    @Test
    void nothingLeaksWhileTheMemberIsRefusedAndNobodyWaitsForThat() {
        try (LoopbackPlanet planet = LoopbackPlanet.closed(directory, namespace)) {
            String output = ask(planet.jvmOptions("client"), "-Dztnio.join.timeout=1h");

            assertFailed(output, CLAIMED, "not authorised: let ");
            assertFailed(output, OTHER_PRIVATE, "not authorised: let ");
            assertThat(output)
                    .contains(": bound")
                    .containsPattern("INFO: node \\p{XDigit}{10}, network " + planet.network()
                            + ": not authorised: let \\p{XDigit}{10} in at the controller");
        }
    }

    @Test
    void whatIsCachedIsKeptAndTheRestLeftAloneWhileNobodyAnswers() {
        LoopbackPlanet planet = planet();
        try (planet) {
            planet.addressOf("client");
        }

        String output = ask(planet.jvmOptions("client"), "-Dztnio.join.timeout=1h");

        assertAnswered(output, OTHER_PRIVATE);
        assertThat(output).doesNotContain(CLAIMED + ": stranger").contains("send " + CLAIMED + ": silence");
    }

    /** The network's prefix is a /24; half of it is what an interface of this machine is on. */
    @Test
    void whatAnInterfaceCoversWithALongerPrefixStaysWithTheHostUnlessRoutesSayOtherwise() {
        String connected = "10.98.0.200";
        try (LoneNamespace machine = new LoneNamespace();
                LoopbackPlanet planet = new LoopbackPlanet(directory, machine);
                RunningProcess neighbour = neighbour(machine, connected)) {
            neighbour.awaitLine("the stranger is there", TIMEOUT);
            planet.addressOf("client");
            List<String> options = planet.jvmOptions("client");

            String output = who(machine, options, connected, "10.98.0.129");
            options.add("-Dztnio.routes=10.98.0.128/25");
            String routed = who(machine, options, connected, "10.98.0.129");

            assertAnswered(output, connected);
            assertAnswered(output, "10.98.0.129");
            assertThat(output)
                    .containsPattern("INFO: 10\\.98\\.0\\.128/25 stays .* 10\\.98\\.0\\.0/24;"
                            + " ztnio\\.routes=10\\.98\\.0\\.128/25");
            assertThat(routed).doesNotContain(connected + ": stranger");
            assertAnswered(routed, "10.98.0.129");
        }
    }

    private static RunningProcess neighbour(LoneNamespace machine, String address) {
        machine.addAddress("10.98.0.129/25");
        return machine.of(JavaProgram.kernel(Stranger.class).with(PORT, address))
                .start();
    }

    private static String who(LoneNamespace machine, List<String> options, String... addresses) {
        return machine.of(JavaProgram.withOptions(WhoAnswers.class, options, JavaProgram.jar())
                        .with(PORT)
                        .with(addresses))
                .start()
                .awaitExit(TIMEOUT)
                .output();
    }

    @Test
    void bypassIsNotWaitedForWhileNobodyAnswers() {
        LoopbackPlanet planet = planet();
        planet.close();

        String output = ask(
                planet.jvmOptions("client"), "-Dztnio.join.timeout=1h", "-Dztnio.bypass=10.98.0.0/24,192.168.77.0/24");

        assertAnswered(output, CLAIMED);
        assertAnswered(output, OTHER_PRIVATE);
    }
}
