package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.Host.Ping;
import io.ztnio.it.lab.HttpTransfer;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.OwnPlanet;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stock daemons on a planet and in a network of our own root and controller. */
@RealDaemon
@Tag("any-jdk")
class OwnControllerIT {
    private static final Duration REACH_TIMEOUT = Duration.ofSeconds(60);
    private static final long TRANSFER_BYTES = 10 << 20;

    private static OwnPlanet planet;

    @BeforeAll
    static void startPlanet() {
        planet = new OwnPlanet(false);
    }

    @AfterAll
    static void tearDown() {
        if (planet != null) {
            planet.close();
        }
    }

    @Test
    void aStockMemberJoinsAndReachesAJavaMemberAndBack() {
        Daemon member = Daemon.member(planet.lab().member(), planet.planet());
        member.join(planet.network());
        List<String> memberAddresses = member.awaitAddresses(planet.network(), 2);
        JavaNode node = HttpTransfer.startServer(
                planet.lab().java1(),
                NodeSettings.in(planet.lab().java1(), planet.planet().file(), planet.network()));
        List<String> nodeAddresses = node.awaitStatusAddresses(planet.network(), 2);

        for (String address : nodeAddresses) {
            planet.lab().member().awaitPing(address, REACH_TIMEOUT);
            Ping ping = planet.lab().member().ping(address, 20);
            Finished transfer = HttpTransfer.overKernel(planet.lab().member(), address, TRANSFER_BYTES);

            System.out.println("our controller, " + address + ": " + ping + "\n" + transfer.output());
            assertThat(ping.received()).as("answers of " + address).isEqualTo(ping.sent());
            assertThat(transfer.exitCode()).as(transfer.output()).isZero();
        }
        assertThat(member.networkStatus(planet.network())).contains("OK");
        assertThat(memberAddresses).doesNotContainAnyElementsOf(nodeAddresses);
        assertThat(member.directPaths(node.address())).as("direct paths").isNotEmpty();
    }

    @Test
    void aStockMemberOutsideAPrivateNetworkIsDenied() {
        try (OwnPlanet closed = new OwnPlanet(true)) {
            Daemon member = Daemon.member(closed.lab().member(), closed.planet());

            member.join(closed.network());

            member.awaitNetworkStatus(closed.network(), "ACCESS_DENIED");
            assertThat(member.addresses(closed.network())).isEmpty();
        }
    }
}
