package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.HttpTransfer;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's HTTP client and server, one on the kernel of a stock member, the other on a Java node: equal digests. */
@RealDaemon
class HttpTransferIT {
    private static final long TRANSFER_BYTES = 100 << 20;

    private static DaemonPlanet planet;
    private static JavaNode server;
    private static List<String> serverAddresses;

    @BeforeAll
    static void startPlanet() {
        planet = new DaemonPlanet();
        server = HttpTransfer.startServer(
                planet.lab().java1(), planet.settings(planet.lab().java1()));
        serverAddresses = server.awaitAddresses(planet.root(), planet.network());
        HttpTransfer.startKernelServer(planet.lab().member());
    }

    @AfterAll
    static void tearDown() {
        if (planet != null) {
            planet.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aStockMemberDownloadsFromAndUploadsToAJavaServer(int address) {
        Finished transfer =
                HttpTransfer.overKernel(planet.lab().member(), serverAddresses.get(address), TRANSFER_BYTES);

        System.out.println(serverAddresses.get(address) + " (Java server):\n" + transfer.output());
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aJavaClientDownloadsFromAndUploadsToAStockMember(int address) {
        Host host = planet.lab().java2();
        String memberAddress = planet.memberAddresses().get(address);

        Finished transfer = HttpTransfer.overNode(host, planet.settings(host), memberAddress, TRANSFER_BYTES);

        System.out.println(memberAddress + " (Java client):\n" + transfer.output());
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void twoJavaNodesTransferToEachOther(int address) {
        Host host = planet.lab().java2();

        Finished transfer =
                HttpTransfer.overNode(host, planet.settings(host), serverAddresses.get(address), TRANSFER_BYTES);

        System.out.println(serverAddresses.get(address) + " (both Java):\n" + transfer.output());
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
    }
}
