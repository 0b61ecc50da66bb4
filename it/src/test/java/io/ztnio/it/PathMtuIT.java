package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoneNamespace;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the datagrams of real sockets get, on an interface that takes long ones and on one that does not. */
@Tag("any-jdk")
@Tag("long")
class PathMtuIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** Since then the JDK can forbid that a datagram is fragmented; with UDP offload each can here. */
    private static final int FIRST_RELEASE = 19;

    /** A full TCP segment, which two usual datagrams hold. */
    private static final int FOUND = 2838;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "9000, auto, " + FOUND + ", off",
        "9000, auto, " + FOUND + ", on",
        "1500, auto, 1432, on",
        "1500, auto, 1432, off",
        "9000, 8972, 8972, off"
    })
    void datagramsAreAsLongAsPacketsNeedAndTheInterfaceTakes(
            int interfaceMtu, String setting, int expected, String offload) {
        assumeThat(LoneNamespace.isPossible()).isTrue();
        boolean isSearched = offload.equals("on") || Runtime.version().feature() >= FIRST_RELEASE;
        int longest = setting.equals("auto") && !isSearched ? 1432 : expected;
        try (LoneNamespace namespace = new LoneNamespace();
                LoopbackPlanet planet = new LoopbackPlanet(directory, namespace)) {
            namespace.mtu(interfaceMtu);
            String address = planet.addressOf("server");
            Path status = directory.resolve("status.json");
            List<String> options = planet.jvmOptions("client");
            options.addAll(List.of(
                    "-Dztnio.path.mtu=" + setting, "-Dztnio.udp.offload=" + offload, "-Dztnio.status.file=" + status));
            try (RunningProcess server = namespace
                    .of(JavaProgram.cli(planet.jvmOptions("server")).with("perf", "server"))
                    .start()) {
                server.awaitLine("listening", TIMEOUT);
                try (RunningProcess client = namespace
                        .of(JavaProgram.cli(options).with("perf", "client", "-t", "4", "--warmup", "1", address))
                        .start()) {
                    Await.until(
                            "datagrams of " + longest,
                            TIMEOUT,
                            () -> read(status).contains("\"pathMtu\":" + longest));
                    Finished finished = client.awaitExit(TIMEOUT);
                    assertThat(finished.exitCode()).as(finished.output()).isZero();
                }
            }
            if (longest == 1432) {
                // It was so from the beginning; now that much has gone, it still is.
                assertThat(read(status)).contains("\"pathMtu\":" + longest);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).replace(" ", "") : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
