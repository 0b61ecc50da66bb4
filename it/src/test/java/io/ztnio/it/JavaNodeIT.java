package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.Host.Ping;
import io.ztnio.it.lab.HttpTransfer;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.RealDaemon;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A Java node on a planet of stock daemons: it joins, has its addresses, answers pings, and comes back after a crash. */
@RealDaemon
class JavaNodeIT {
    private static final Duration REACH_TIMEOUT = Duration.ofSeconds(60);
    private static final int LARGE_PAYLOAD_BYTES = 2700;

    private static DaemonPlanet planet;

    @BeforeAll
    static void startPlanet() {
        planet = new DaemonPlanet();
    }

    @AfterAll
    static void tearDown() {
        if (planet != null) {
            planet.close();
        }
    }

    @Test
    void answersPingsToAllItsAddresses() {
        JavaNode node = HttpTransfer.startServer(
                planet.lab().java1(), planet.settings(planet.lab().java1()));
        List<String> addresses = node.awaitAddresses(planet.root(), planet.network());
        Host member = planet.lab().member();

        for (String address : addresses) {
            member.awaitPing(address, REACH_TIMEOUT);
            Ping small = member.ping(address, 20);
            Ping large = member.ping(address, 20, LARGE_PAYLOAD_BYTES);

            System.out.println("member to Java node " + address + ": " + small + ", large: " + large);
            assertThat(small.received()).as("answers of " + address).isEqualTo(small.sent());
            assertThat(large.received())
                    .as("answers of " + address + " to fragmented packets")
                    .isEqualTo(large.sent());
        }
        assertThat(planet.member().directPaths(node.address()))
                .as("direct paths")
                .isNotEmpty();
        node.kill();
    }

    @Test
    void comesBackWithTheSameAddressesAfterItWasKilled() {
        JavaNode first = HttpTransfer.startServer(
                planet.lab().java2(), planet.settings(planet.lab().java2()));
        List<String> before = first.awaitAddresses(planet.root(), planet.network());
        planet.lab().member().awaitPing(before.get(0), REACH_TIMEOUT);
        String addressBefore = first.address();

        first.kill();
        long start = System.nanoTime();
        JavaNode second = HttpTransfer.startServer(planet.lab().java2(), first.settings());
        List<String> after = second.awaitAddresses(planet.root(), planet.network());
        planet.lab().member().awaitPing(after.get(0), REACH_TIMEOUT);

        System.out.println("reachable again after "
                + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
        assertThat(second.address()).isEqualTo(addressBefore);
        assertThat(after).isEqualTo(before);
        assertThat(HttpTransfer.overKernel(planet.lab().member(), after.get(0), 1 << 20)
                        .exitCode())
                .isZero();
        second.kill();
    }
}
