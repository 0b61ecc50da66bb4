package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.HttpTransfer;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Java nodes where the network loses datagrams or translates addresses. */
@RealDaemon
@Tag("any-jdk")
class DifficultNetworkIT {
    private static final long TRANSFER_BYTES = 10 << 20;

    private DaemonPlanet planet;

    @BeforeEach
    void startPlanet() {
        planet = new DaemonPlanet();
    }

    @AfterEach
    void tearDown() {
        if (planet != null) {
            planet.close();
        }
    }

    @Test
    void aTransferIsCompleteAlthoughOnePercentOfTheDatagramsIsLostBothWays() {
        JavaNode server = HttpTransfer.startServer(
                planet.lab().java1(), planet.settings(planet.lab().java1()));
        List<String> addresses = server.awaitAddresses(planet.root(), planet.network());
        planet.lab().member().loseIncomingDatagrams(0.01);
        planet.lab().java1().loseIncomingDatagrams(0.01);

        Finished transfer = HttpTransfer.overKernel(planet.lab().member(), addresses.get(0), TRANSFER_BYTES);

        System.out.println("1 % loss:\n" + transfer.output());
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
        assertThat(planet.lab().member().lostDatagrams()).isPositive();
        assertThat(planet.lab().java1().lostDatagrams()).isPositive();
    }

    @Test
    void nodesBehindTwoNatGatewaysReachEachOther() {
        Host inside1 = planet.lab().natHost(51, false);
        Host inside2 = planet.lab().natHost(52, false);
        JavaNode server = HttpTransfer.startServer(inside1, planet.settings(inside1));
        List<String> addresses = server.awaitAddresses(planet.root(), planet.network());

        Finished transfer = HttpTransfer.overNode(inside2, planet.settings(inside2), addresses.get(0), TRANSFER_BYTES);

        System.out.println("two NAT gateways:\n" + transfer.output());
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
    }

    @Test
    void nodesBehindTwoSymmetricNatGatewaysReachEachOther() {
        Host inside1 = planet.lab().natHost(51, true);
        Host inside2 = planet.lab().natHost(52, true);
        JavaNode server = HttpTransfer.startServer(inside1, planet.settings(inside1));
        List<String> addresses = server.awaitAddresses(planet.root(), planet.network());

        Finished transfer = HttpTransfer.overNode(inside2, planet.settings(inside2), addresses.get(0), TRANSFER_BYTES);

        System.out.println("two symmetric NAT gateways:\n" + transfer.output());
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
    }
}
