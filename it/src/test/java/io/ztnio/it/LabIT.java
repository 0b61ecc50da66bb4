package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.Addresses;
import io.ztnio.it.lab.Daemon;
import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.Host.Ping;
import io.ztnio.it.lab.HttpTransfer;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lab itself, with stock daemons only: what fails here is no fault of ours, and its figures are the measure. */
@RealDaemon
@Tag("any-jdk")
class LabIT {
    private static final long TRANSFER_BYTES = 100 << 20;

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
    void stockDaemonsReachEachOtherAndCarryTheProgramsOfTheTests() {
        Daemon other = Daemon.member(planet.lab().java1(), planet.planet());
        other.join(planet.network());
        List<String> addresses = other.awaitAddresses(planet.network(), 3);
        HttpTransfer.startKernelServer(planet.lab().member());
        planet.lab().member().awaitPing(addresses.get(0), Duration.ofSeconds(60));

        Ping ping = planet.lab().member().ping(addresses.get(0), 10);
        Finished transfer = HttpTransfer.overKernel(
                planet.lab().java1(), planet.memberAddresses().get(0), TRANSFER_BYTES);

        assertThat(addresses)
                .contains(
                        Addresses.rfc4193(planet.network(), other.address()),
                        Addresses.sixPlane(planet.network(), other.address()));
        assertThat(ping.received()).isEqualTo(ping.sent());
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
        System.out.println("stock daemons: " + ping + "\n" + transfer.output());
    }

    @Test
    void aStockDaemonBehindANatGatewayIsReachedAndLossIsCounted() {
        Host inside = planet.lab().natHost(51, false);
        Daemon other = Daemon.member(inside, planet.planet());
        other.join(planet.network());
        String address = other.awaitAddresses(planet.network(), 3).get(0);
        planet.lab().member().awaitPing(address, Duration.ofSeconds(60));

        long lostBefore = inside.lostDatagrams();
        inside.loseIncomingDatagrams(0.3);
        Ping ping = planet.lab().member().ping(address, 50);

        assertThat(lostBefore).isZero();
        assertThat(inside.lostDatagrams()).isPositive();
        assertThat(ping.received()).isPositive().isLessThan(ping.sent());
    }
}
