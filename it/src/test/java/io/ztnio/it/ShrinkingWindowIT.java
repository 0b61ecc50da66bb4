package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.DaemonPlanet;
import io.ztnio.it.lab.Host;
import io.ztnio.it.lab.JavaNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.BothWays;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A kernel that is short of receive memory, on a path that loses: it takes back windows that it has offered (RFC 9293 3.8.6).
 *
 * <p>Full size: {@code -Dztnio.it.transfers=20 -Dztnio.it.transfer.megabytes=50}; the default is a sample.
 */
@RealDaemon
@Tag("any-jdk")
class ShrinkingWindowIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration TRANSFER_TIMEOUT = Duration.ofMinutes(30);
    private static final int TRANSFERS = Integer.getInteger("ztnio.it.transfers", 4);
    private static final int MEGABYTES = Integer.getInteger("ztnio.it.transfer.megabytes", 2);
    private static final int MEMORY_BYTES = Integer.getInteger("ztnio.it.receive.bytes", 32 << 10);
    private static final String PORT = "7201";

    private DaemonPlanet planet;

    @BeforeEach
    void startPlanet() {
        planet = new DaemonPlanet();
    }

    @AfterEach
    void tearDown() {
        planet.close();
    }

    /** @param server whether the kernel's end sends what it likes or echoes */
    @ParameterizedTest
    @ValueSource(strings = {"serve", "echo"})
    void noTransferToAKernelThatIsShortOfMemoryStandsStill(String server) {
        Host kernel = planet.lab().member();
        Host node = planet.lab().java1();
        kernel.limitReceiveMemory(MEMORY_BYTES);
        String bytes = "" + MEGABYTES * 1_000_000L;
        RunningProcess other = JavaProgram.kernel(BothWays.class)
                .with(server, "0.0.0.0", PORT, bytes)
                .start(kernel);
        other.awaitLine("listening on", TIMEOUT);

        RunningProcess client = JavaNode.start(
                        node,
                        planet.settings(node),
                        BothWays.class,
                        "call",
                        planet.memberAddresses().get(0),
                        PORT,
                        bytes,
                        "" + TRANSFERS)
                .process();
        client.awaitLine("connected", TIMEOUT);
        kernel.loseIncomingDatagrams(0.1);
        node.loseIncomingDatagrams(0.1);
        Finished finished = client.awaitExit(TRANSFER_TIMEOUT);

        System.out.println(finished.output() + kernel.run("nstat", "-az").output());
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        assertThat(finished.output().lines().filter(line -> line.startsWith("transfer ")))
                .hasSize(TRANSFERS);
        assertThat(other.output()).doesNotContain("failed");
        assertThat(kernel.lostDatagrams()).isPositive();
        assertThat(node.lostDatagrams()).isPositive();
    }
}
