package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.HttpFileServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations that cannot be used end the program with a message that says what to do. */
@Tag("any-jdk")
class ConfigurationIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void theEnvironmentOfTheseTestsForbidsThePublicPlanet() {
        assertThat(System.getenv("ZTNIO_PUBLIC_PLANET")).isEqualTo("forbid");
    }

    @Test
    void aNetworkWithoutAPlanetFileIsRefusedInTheseTests() {
        Finished program = server("-Dztnio.networks=45501e1e57000001");

        assertThat(program.exitCode()).isNotZero();
        assertThat(program.output()).contains("ztnio.planet", "ztnio.public.planet=forbid");
        assertThat(program.output()).doesNotContain("listening on");
    }

    @Test
    void everyProblemIsNamedAtOnceWithWhatIsAllowed() {
        Finished program = server("-Dztnio.networks=nonsense", "-Dztnio.port=70000", "-Dztnio.prot=1");

        assertThat(program.exitCode()).isNotZero();
        assertThat(program.output())
                .contains("ztnio.networks=nonsense", "16 hexadecimal digits")
                .contains("ztnio.port=70000", "65535")
                .contains("ztnio.prot=1", "did you mean ztnio.port?");
    }

    @Test
    void aPlanetFileThatIsMissingIsNamed() {
        Path missing = directory.resolve("no-such-planet");

        Finished program = server("-Dztnio.networks=45501e1e57000001", "-Dztnio.planet=" + missing);

        assertThat(program.exitCode()).isNotZero();
        assertThat(program.output()).contains(missing.toString());
    }

    private Finished server(String... settings) {
        List<String> options = new ArrayList<>(
                List.of(NodeSettings.PROVIDER, "-Dztnio.home=" + directory.resolve("node"), "-Dztnio.join.timeout=2s"));
        options.addAll(List.of(settings));
        return JavaProgram.withOptions(HttpFileServer.class, options, JavaProgram.jar())
                .with("0.0.0.0", "0")
                .start()
                .awaitExit(TIMEOUT);
    }
}
