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
import org.junit.jupiter.api.Test;

/**
 * A kernel that is short of receive memory, on a path that loses: it takes back windows that it has offered (RFC 9293 3.8.6).
 *
 * <p>Full size: {@code -Dztnio.it.transfers=20 -Dztnio.it.transfer.megabytes=50}; the default is a sample.
 */
@RealDaemon
class ShrinkingWindowIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration TRANSFER_TIMEOUT = Duration.ofMinutes(30);
    private static final int TRANSFERS = Integer.getInteger("ztnio.it.transfers", 4);
    private static final int MEGABYTES = Integer.getInteger("ztnio.it.transfer.megabytes", 2);
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

    @Test
    void noTransferToAKernelThatIsShortOfMemoryStandsStill() {
        Host kernel = planet.lab().member();
        Host node = planet.lab().java1();
        kernel.limitReceiveMemory(32 << 10);
        String bytes = "" + MEGABYTES * 1_000_000L;
        RunningProcess server = JavaProgram.kernel(BothWays.class)
                .with("serve", "0.0.0.0", PORT, bytes)
                .start(kernel);
        server.awaitLine("listening on", TIMEOUT);
        kernel.loseIncomingDatagrams(0.1);
        node.loseIncomingDatagrams(0.1);

        Finished client = JavaNode.start(
                        node,
                        planet.settings(node),
                        BothWays.class,
                        "call",
                        planet.memberAddresses().get(0),
                        PORT,
                        bytes,
                        "" + TRANSFERS)
                .process()
                .awaitExit(TRANSFER_TIMEOUT);

        System.out.println(client.output() + kernel.run("nstat", "-az").output());
        assertThat(client.exitCode()).as(client.output()).isZero();
        assertThat(client.output().lines().filter(line -> line.startsWith("transfer ")))
                .hasSize(TRANSFERS);
        assertThat(server.output()).doesNotContain("failed");
        assertThat(kernel.lostDatagrams()).isPositive();
        assertThat(node.lostDatagrams()).isPositive();
    }
}
