package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.Lab;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.Planet;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.SteadyStream;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that only the root can carry, of two daemons and beside them of two nodes of ours, while the root is away and back. */
@RealDaemon
@Tag("any-jdk")
class RelayedStreamIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final String PORT = "7201";
    private static final String ECHOES = "600";

    /** Longer than what a busy machine makes of a stream. */
    private static final String PAUSED = "paused ([5-9]\\d{3}|\\d{5,}) ms";

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void itGoesOnWhenTheRootIsBack(NodeKind kind) {
        try (Lab lab = new Lab()) {
            Planet planet = Planet.ofResources(lab.newDirectory("planet"));
            String network = planet.network();
            ControlledNode root = kind.root(lab.root(), planet);
            root.createNetwork(network, false);
            Daemon first = member(lab.natHost(51, true), planet);
            Daemon second = member(lab.natHost(52, true), planet);
            JavaProgram.kernel(NioEcho.class)
                    .with("0.0.0.0", PORT)
                    .start(first.host())
                    .awaitLine("listening on", TIMEOUT);
            Host third = lab.natHost(53, true);
            Host fourth = lab.natHost(54, true);
            JavaNode echo = JavaNode.start(
                    third, NodeSettings.in(third, planet.file(), network), NioEcho.class, "0.0.0.0", PORT);
            echo.process().awaitLine("listening on", TIMEOUT);
            RunningProcess daemons = JavaProgram.kernel(SteadyStream.class)
                    .with(first.awaitAddresses(network, 3).get(0), PORT, ECHOES)
                    .start(second.host());
            RunningProcess ours = JavaNode.start(
                            fourth,
                            NodeSettings.in(fourth, planet.file(), network),
                            SteadyStream.class,
                            echo.awaitAddresses(root, network).get(0),
                            PORT,
                            ECHOES)
                    .process();
            daemons.awaitLine("echo 100", TIMEOUT);
            ours.awaitLine("echo 100", TIMEOUT);

            root.stop();
            // So long is what no stream can do without noticing it.
            third.run("ping", "-c", "2", "-i", "5", "-W", "1", lab.member().address());
            kind.again(root, planet);
            long back = System.nanoTime();
            ours.awaitLine(PAUSED, TIMEOUT);
            long after = Duration.ofNanos(System.nanoTime() - back).toMillis();
            boolean both = daemons.output().lines().anyMatch(line -> line.matches(PAUSED));
            assertThat(ours.awaitExit(TIMEOUT).exitCode()).as(ours.output()).isZero();

            System.out.println("the root " + kind + " is back: our stream went on " + after
                    + " ms later at most, and by then the daemons' " + (both ? "too" : "did not") + "\ndaemons: "
                    + daemons.output() + "\nours: " + ours.output());
        }
    }

    private static Daemon member(Host host, Planet planet) {
        Daemon member = Daemon.member(host, planet);
        member.join(planet.network());
        member.awaitAddresses(planet.network(), 3);
        return member;
    }
}
