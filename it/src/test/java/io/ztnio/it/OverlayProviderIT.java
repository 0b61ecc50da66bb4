package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.HttpFileClient;
import io.ztnio.it.programs.HttpFileServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified programs on an overlay over UDP, each in a JVM of its own: only the flags know of it. */
@Tag("any-jdk")
class OverlayProviderIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    @Test
    void theJdksHttpServerAndClientTransferAFileBothWays() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "a phrase that all members know");
        int port = LoopbackPlanet.freeUdpPort();
        List<String> serverOptions = options("server", 1, key);
        serverOptions.add("-Dztnio.port=" + port);
        List<String> clientOptions = options("client", 2, key);
        clientOptions.add("-Dztnio.overlay.peers=127.0.0.1:" + port);

        try (RunningProcess server = JavaProgram.withOptions(HttpFileServer.class, serverOptions, JavaProgram.jar())
                .with("10.97.0.1", "8080")
                .start()) {
            server.awaitLine("listening on /10.97.0.1:8080", TIMEOUT);
            Finished client = JavaProgram.withOptions(HttpFileClient.class, clientOptions, JavaProgram.jar())
                    .with("http://10.97.0.1:8080/", "20000000")
                    .start()
                    .awaitExit(TIMEOUT);

            System.out.println("over the overlay: " + client.output());
            assertThat(client.exitCode()).as(client.output()).isZero();
        }
    }

    private List<String> options(String home, int host, Path key) {
        return new ArrayList<>(List.of(
                NodeSettings.PROVIDER,
                "-Dztnio.transport=overlay-udp",
                "-Dztnio.networks=00000000cafe2001",
                "-Dztnio.home=" + directory.resolve(home),
                "-Dztnio.bind=127.0.0.1",
                "-Dztnio.overlay.key.file=" + key,
                "-Dztnio.overlay.addresses=10.97.0." + host + "/24"));
    }
}
