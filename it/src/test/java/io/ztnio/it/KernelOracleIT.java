package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.programs.MannersClient;
import io.ztnio.it.programs.MannersServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Linux as the oracle: a program sees the same of TCP and UDP between two kernel sockets, from a kernel socket to our stack,
 * and from our stack to a kernel socket.
 */
@RealDaemon
class KernelOracleIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String KERNEL_PORT = "7001";
    private static final String NODE_PORT = "7011";

    private DaemonPlanet planet;

    @BeforeEach
    void startPlanet() {
        planet = new DaemonPlanet();
    }

    @AfterEach
    void tearDown() {
        planet.close();
    }

    /** @param address index of the address: IPv4 or one of the IPv6 ones */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void ourStackHasTheKernelsManners(int address) {
        Host member = planet.lab().member();
        String memberAddress = planet.memberAddresses().get(address);
        member.awaitPing(memberAddress, TIMEOUT);
        List<String> expected = kernelToKernel(member, memberAddress);

        JavaNode server = JavaNode.start(
                planet.lab().java1(), planet.settings(planet.lab().java1()), MannersServer.class, "0.0.0.0", NODE_PORT);
        server.process().awaitLine("listening on", TIMEOUT);
        String serverAddress =
                server.awaitAddresses(planet.root(), planet.network()).get(address);
        member.awaitPing(serverAddress, TIMEOUT);
        List<String> kernelToNode = outcome(
                JavaProgram.kernel(MannersClient.class)
                        .with(serverAddress, NODE_PORT)
                        .start(member),
                member,
                NODE_PORT);
        startKernelServer(member);
        Host client = planet.lab().java2();
        List<String> nodeToKernel = outcome(
                JavaNode.start(client, planet.settings(client), MannersClient.class, memberAddress, KERNEL_PORT)
                        .process(),
                member,
                KERNEL_PORT);

        assertThat(expected).hasSize(18);
        assertThat(kernelToNode).isEqualTo(expected);
        assertThat(nodeToKernel).isEqualTo(expected);
    }

    private static List<String> kernelToKernel(Host member, String address) {
        try (RunningProcess server = startKernelServer(member)) {
            assertThat(server.isAlive()).isTrue();
            return outcome(
                    JavaProgram.kernel(MannersClient.class)
                            .with(address, KERNEL_PORT)
                            .start(member),
                    member,
                    KERNEL_PORT);
        }
    }

    private static RunningProcess startKernelServer(Host member) {
        RunningProcess server = JavaProgram.kernel(MannersServer.class)
                .with("0.0.0.0", KERNEL_PORT)
                .start(member);
        server.awaitLine("listening on", TIMEOUT);
        return server;
    }

    /** Cuts the path where the client wants it cut: at the kernel that every one of the three pairs has a side in. */
    private static List<String> outcome(RunningProcess client, Host member, String port) {
        client.awaitLine(MannersClient.CUT, TIMEOUT);
        member.loseIncomingSegments(port);
        String output = client.awaitExit(TIMEOUT).orThrow().output();
        member.passIncomingSegments(port);
        return lines(output);
    }

    private static List<String> lines(String output) {
        // The program's own, not what our node logs.
        return output.lines()
                .filter(line -> line.contains(": ") && !line.matches("(INFO|WARNING): .*"))
                .toList();
    }
}
