package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.Mishandled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node in a program that has no memory, stops threads by force and interrupts all of them. */
@Tag("any-jdk") // threads can be stopped by force on the oldest only
class MishandledIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final long SEED = 0x5eed;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"overlay", "capture"})
    void aNodeSurvivesWhatItsProgramDoesAndTheProcessEnds(String kind) throws IOException {
        List<String> options = new ArrayList<>(List.of(NodeSettings.PROVIDER, "-Xmx48m"));
        options.addAll(kind.equals("capture") ? List.of("-Dztnio.capture=127.0.0.0/8") : overlay());

        Finished program = JavaProgram.withOptions(Mishandled.class, options, JavaProgram.jar())
                .with(kind.equals("capture") ? "127.0.0.1" : "10.97.0.1", Long.toString(SEED))
                .start()
                .awaitExit(TIMEOUT);

        assertThat(program.exitCode()).as(program.output()).isZero();
        assertThat(program.output()).contains("survived: no memory").containsPattern("interrupted, [0-4]?[0-9] %");
        assertThat(program.output().contains("survived: threads stopped"))
                .isEqualTo(Runtime.version().feature() < 20);
    }

    private List<String> overlay() throws IOException {
        return List.of(
                "-Dztnio.transport=overlay-udp",
                "-Dztnio.networks=00000000cafe2001",
                "-Dztnio.home=" + directory.resolve("home"),
                "-Dztnio.bind=127.0.0.1",
                "-Dztnio.overlay.key.file=" + Files.writeString(directory.resolve("key"), "a phrase of this test"),
                "-Dztnio.overlay.addresses=10.97.0.1/24");
    }
}
