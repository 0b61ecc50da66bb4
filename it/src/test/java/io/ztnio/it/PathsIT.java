package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.OwnNode;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.TwoMembers;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.SteadyStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Direct and relayed ways between our nodes and the daemon's, through gateways and while the root is away. */
@RealDaemon
@Tag("any-jdk")
class PathsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration DIRECT_AFTER_CONTACT = Duration.ofSeconds(5);
    private static final String PORT = "7201";

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void membersHaveADirectPathFiveSecondsAfterTheyMet(NodeKind controller) {
        try (TwoMembers net = new TwoMembers(controller, false)) {
            String daemon = net.daemon().address();
            String own = net.own().address();

            Await.until(
                    "direct paths both ways",
                    TIMEOUT,
                    () -> isDirect(net.daemon(), own) && isDirect(net.own(), daemon));

            Duration taken = Duration.ofNanos(System.nanoTime() - net.firstContactNanos());
            System.out.println("root " + controller + ": direct " + taken.toMillis() + " ms after first contact");
            assertThat(taken).isLessThan(DIRECT_AFTER_CONTACT);
        }
    }

    private static boolean isDirect(ControlledNode node, String peer) {
        return !node.directPaths(peer).isEmpty();
    }

    /** A program with a node that can be asked. */
    private static JavaNode program(DaemonPlanet planet, Host host, Class<?> main, String... arguments) {
        NodeSettings settings = planet.settings(host).with("-Dztnio.api=on");
        return JavaNode.start(host, settings, main, arguments);
    }

    private static JavaNode echo(DaemonPlanet planet, Host host) {
        JavaNode echo = program(planet, host, NioEcho.class, "0.0.0.0", PORT);
        echo.process().awaitLine("listening on", TIMEOUT);
        return echo;
    }

    @Test
    void aNodeBehindAGatewayThatKeepsPortsIsReachedDirectly() {
        try (DaemonPlanet planet = new DaemonPlanet()) {
            JavaNode inside = echo(planet, planet.lab().natHost(51, false));
            String address =
                    inside.awaitAddresses(planet.root(), planet.network()).get(0);

            JavaNode outside = program(planet, planet.lab().java1(), SteadyStream.class, address, PORT, "400");

            outside.process().awaitLine("connected after", TIMEOUT);
            OwnNode near = OwnNode.of(inside);
            OwnNode far = OwnNode.of(outside);
            Await.until("a direct path from outside", TIMEOUT, () -> isDirect(far, inside.address()));
            Await.until("a direct path from inside", TIMEOUT, () -> isDirect(near, outside.address()));
            Finished finished = outside.process().awaitExit(TIMEOUT);
            System.out.println("behind a gateway: " + finished.output());
            assertThat(finished.exitCode()).as(finished.output()).isZero();
        }
    }

    /** Of daemons in the same lab it is asked whether such a pair has a direct path at all. */
    @Test
    void aNodeBehindASymmetricGatewayIsReachedAtOnceAndDirectlyIfDaemonsManageIt() {
        try (DaemonPlanet planet = new DaemonPlanet()) {
            JavaNode first = echo(planet, planet.lab().natHost(51, false));
            String address =
                    first.awaitAddresses(planet.root(), planet.network()).get(0);
            Daemon third = member(planet, planet.lab().natHost(53, false));
            Daemon fourth = member(planet, planet.lab().natHost(54, true));
            String beside = fourth.awaitAddresses(planet.network(), 3).get(0);

            JavaNode second =
                    program(planet, planet.lab().natHost(52, true), SteadyStream.class, address, PORT, "1000");
            second.process().awaitLine("connected after", TIMEOUT);
            third.host().awaitPing(beside, TIMEOUT);
            long start = System.nanoTime();
            RunningProcess kept = third.host().start(List.of("ping", "-i", "0.2", "-c", "250", beside), "");
            boolean daemons = false;
            boolean ours = false;
            OwnNode node = OwnNode.of(second);
            while (!second.process().output().contains("echo 900")) {
                assertThat(second.process().isAlive())
                        .as(second.process().output())
                        .isTrue();
                ours = noted(ours, "ours", start, node, first.address());
                daemons = noted(daemons, "the daemons", start, third, fourth.address());
            }
            Finished finished = second.process().awaitExit(TIMEOUT);
            kept.close();

            System.out.println(
                    "one symmetric gateway: direct: ours " + ours + ", daemons " + daemons + "\n" + finished.output());
            assertThat(finished.exitCode()).as(finished.output()).isZero();
            assertThat(ours || !daemons).as("direct where the daemons are").isTrue();
        }
    }

    private static boolean noted(boolean before, String who, long start, ControlledNode node, String peer) {
        if (!before && isDirect(node, peer)) {
            System.out.println(who + " direct after "
                    + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
            return true;
        }
        return before;
    }

    private static Daemon member(DaemonPlanet planet, Host host) {
        Daemon member = Daemon.member(host, planet.planet());
        member.join(planet.network());
        member.awaitAddresses(planet.network(), 3);
        return member;
    }

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void aStreamBetweenDirectPeersDoesNotNoticeThatTheRootIsAwayAndBack(NodeKind root) {
        try (TwoMembers net = new TwoMembers(root, false)) {
            RunningProcess echo = JavaProgram.kernel(NioEcho.class)
                    .with("0.0.0.0", PORT)
                    .start(net.daemon().host());
            echo.awaitLine("listening on", TIMEOUT);
            Host host = net.lab().java2();
            NodeSettings settings =
                    NodeSettings.in(host, net.planet().file(), net.network()).with("-Dztnio.api=on");
            JavaNode stream = JavaNode.start(host, settings, SteadyStream.class, net.ipv4(net.daemon()), PORT, "900");
            stream.process().awaitLine("echo 100", TIMEOUT);
            OwnNode node = OwnNode.of(stream);
            Await.until(
                    "a direct path", TIMEOUT, () -> isDirect(node, net.daemon().address()));

            net.killRoot();
            stream.process().awaitLine("echo 500", TIMEOUT);
            net.restartRoot();
            Finished finished = stream.process().awaitExit(TIMEOUT);

            System.out.println("root " + root + " away and back: " + finished.output());
            assertThat(finished.exitCode()).as(finished.output()).isZero();
        }
    }
}
