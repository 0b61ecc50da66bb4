package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.NioEchoClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged root's relay over TCP, used by a member that sends no UDP at all. */
@Tag("any-jdk")
class TcpRelayIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    @Test
    void aMemberWithoutUdpReachesOthersByTheRootsTcpPort() throws IOException {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory, "--tcp-relay-port", "0")) {
            String relay = planet.awaitRoot("relay over TCP on .*/(\\d+)").group(1);
            String address = planet.addressOf("server");
            Path status = directory.resolve("client-status.json");
            List<String> options = planet.jvmOptions("client");
            options.addAll(List.of(
                    "-Dztnio.tcp.relay=127.0.0.1:" + relay,
                    "-Dztnio.tcp.relay.force=true",
                    "-Dztnio.status.file=" + status));
            try (RunningProcess server = JavaProgram.withOptions(
                            NioEcho.class, planet.jvmOptions("server"), JavaProgram.jar())
                    .with(address, "8080")
                    .start()) {
                server.awaitLine("listening on", TIMEOUT);

                Finished echoed = JavaProgram.withOptions(NioEchoClient.class, options, JavaProgram.jar())
                        .with(address, "8080", "200")
                        .start()
                        .awaitExit(TIMEOUT);

                assertThat(echoed.exitCode()).as(echoed.output()).isZero();
                assertThat(Files.readString(status)).containsPattern("\"online\" *: *true");
            }
        }
    }
}
