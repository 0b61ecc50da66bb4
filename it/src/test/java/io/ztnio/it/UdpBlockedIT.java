package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.Lab;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.OwnNode;
import io.ztnio.it.lab.Planet;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.SteadyStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node of ours on a host without UDP, a stock member on another, and the relay over TCP that our root offers. */
@RealDaemon
@Tag("any-jdk")
class UdpBlockedIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(6);
    private static final String PORT = "7201";
    private static final String RELAY_PORT = "4443";

    private final Lab lab = new Lab();
    private final Planet planet = Planet.ofResources(lab.newDirectory("planet"));
    private String address;

    @BeforeEach
    void startPlanet() {
        OwnNode root = OwnNode.root(lab.root(), planet, "--tcp-relay-port", RELAY_PORT);
        root.createNetwork(planet.network(), false);
        Daemon member = Daemon.member(lab.member(), planet);
        member.join(planet.network());
        address = member.awaitAddresses(planet.network(), 3).get(0);
        RunningProcess echo =
                JavaProgram.kernel(NioEcho.class).with("0.0.0.0", PORT).start(lab.member());
        echo.awaitLine("listening on", TIMEOUT);
    }

    @AfterEach
    void tearDown() {
        lab.close();
    }

    private RunningProcess stream(int echoes, String... options) {
        Host host = lab.java1();
        NodeSettings settings = NodeSettings.in(host, planet.file(), planet.network())
                .with("-Dztnio.tcp.relay=10.77.0.1:" + RELAY_PORT, "-Dztnio.join.timeout=3m")
                .with(options);
        return JavaNode.start(host, settings, SteadyStream.class, address, PORT, "" + echoes)
                .process();
    }

    private static void assertComplete(String what, RunningProcess stream) {
        Finished finished = stream.awaitExit(TIMEOUT);
        System.out.println(what + ": " + finished.output());
        assertThat(finished.exitCode()).as(finished.output()).isZero();
    }

    @Test
    void aNodeThatHasNoUdpFromTheBeginningJoinsAndStreamsByTheRelay() {
        lab.java1().blockUdp();

        assertComplete("no UDP", stream(100));
    }

    @Test
    void aNodeThatIsToldSoUsesTheRelayAtOnce() {
        lab.java1().blockUdp();

        assertComplete("no UDP, and told so", stream(100, "-Dztnio.tcp.relay.force=true"));
    }

    @Test
    void aStreamGoesOnByTheRelayWhenUdpIsBlockedUnderIt() {
        RunningProcess stream = stream(400, "-Dztnio.peer.timeout=6m");
        stream.awaitLine("echo 100", TIMEOUT);

        lab.java1().blockUdp();

        assertComplete("UDP gone", stream);
        assertThat(List.of(stream.output().split("\n"))).anyMatch(line -> line.startsWith("paused"));
    }
}
