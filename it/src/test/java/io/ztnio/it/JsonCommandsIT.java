package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -j} whatever a command prints, on either stream, is an object a line. */
@Tag("any-jdk")
class JsonCommandsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private LoopbackPlanet planet;

    @BeforeEach
    void startPlanet() {
        planet = new LoopbackPlanet(directory);
    }

    @AfterEach
    void stopPlanet() {
        planet.close();
    }

    private static List<Map<String, Object>> objects(String output) throws IOException {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (String line : output.lines().toList()) {
            objects.add(JSON.std.mapFrom(line));
        }
        return objects;
    }

    private RunningProcess start(String home, String input, String... command) {
        return JavaProgram.cli(command).with(planet.options(home)).with("-j").start(input);
    }

    @Test
    void callAndListenPrintObjects() throws IOException {
        try (RunningProcess listen = start("listen", "", "listen", "7000", "--echo")) {
            String address =
                    listen.awaitLine("address (10\\.98\\.0\\.\\d+)", TIMEOUT).group(1);
            listen.awaitLine("\"event\":\"listening\",\"port\":7000", TIMEOUT);

            Finished call = start("call", "grüße\n", "call", address, "7000").awaitExit(TIMEOUT);

            assertThat(call.exitCode()).as(call.output()).isZero();
            String peer = address + ":7000";
            assertThat(objects(call.output()))
                    .contains(
                            Map.of("event", "connected", "peer", peer),
                            Map.of("event", "data", "bytes", 8, "text", "grüße\n"),
                            Map.of("event", "ended", "peer", peer, "received", 8, "sent", 8));
            Finished listened = listen.awaitExit(TIMEOUT);
            assertThat(objects(listened.output()))
                    .extracting(object -> object.get("event"))
                    .contains("listening", "connected", "ended");
        }
    }

    @Test
    void aFailureIsTheLastObject() throws IOException {
        Finished call = start("call", "", "call", "192.0.2.1", "80").awaitExit(TIMEOUT);

        assertThat(call.exitCode()).isEqualTo(1);
        List<Map<String, Object>> objects = objects(call.output());
        assertThat(objects.get(objects.size() - 1))
                .containsOnlyKeys("error", "exit")
                .containsEntry("exit", 1);
        assertThat(objects).filteredOn(object -> object.containsKey("error")).hasSize(1);
    }

    @Test
    void whyANodeCannotStartIsSaidOnce() throws IOException {
        try (RunningProcess first = start("home", "", "listen", "7000")) {
            first.awaitLine("listening", TIMEOUT);

            Finished second = start("home", "", "listen", "7001").awaitExit(TIMEOUT);

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(objects(second.output()))
                    .singleElement()
                    .asString()
                    .contains("is in use by another running node");
        }
    }
}
