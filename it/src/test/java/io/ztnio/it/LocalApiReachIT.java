package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.ApiHolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local API of a program, asked by another process. */
@Tag("any-jdk")
class LocalApiReachIT {
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

    /** Everything that the program itself binds on loopback is in a stack of its own; what others ask is not. */
    @Test
    void itIsReachedWhereTheProgramCapturesLoopback() throws IOException {
        assertThat(askOf("-Dztnio.capture=127.0.0.0/8,::1")).contains("\ncaptured");
    }

    @Test
    void itNeedsNoModuleButTheBase() throws IOException {
        assertThat(askOf("--limit-modules", "java.base")).doesNotContain("captured");
    }

    /** Returns what the program printed. */
    private String askOf(String... jvmOptions) throws IOException {
        planet.options("asked");
        Path home = directory.resolve("asked");
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.add(NodeSettings.PROVIDER);
        options.add("-Dztnio.public.planet=forbid");
        try (RunningProcess program = JavaProgram.withOptions(ApiHolder.class, options, JavaProgram.jar())
                .with(home.toString(), directory.resolve("planet").toString(), planet.network())
                .start()) {
            program.awaitLine("serving", TIMEOUT);

            Finished info =
                    JavaProgram.cli("info", "-D", home.toString()).start().awaitExit(TIMEOUT);

            assertThat(info.exitCode()).as(info.output()).isZero();
            assertThat(info.output())
                    .contains(Files.readString(home.resolve("identity.public")).substring(0, 10));
            return "\n" + program.output();
        }
    }
}
