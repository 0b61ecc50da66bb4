package io.ztnio.tcpip.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.packetdrill.Outcome.Kind;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The project's own scripts: each is named after what it promises. */
class PacketdrillScenariosTest {
    private static final int SEEDS = 3;

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void theStackDoesAsItsScriptSaysAndNothingElse(String script) throws Exception {
        String text = Files.readString(folder().resolve(script));

        for (int seed = 0; seed < SEEDS; seed++) {
            Outcome outcome = Interpreter.run(text, Set.of(), seed);

            assertThat(outcome.kind()).as(outcome.detail() + ", seed " + seed).isEqualTo(Kind.PASS);
            assertThat(outcome.skipped())
                    .as("assertions that were not evaluated")
                    .isEmpty();
            assertThat(outcome.unexpected()).as("sent behind the last line").isEmpty();
        }
    }

    static List<String> scripts() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pkt"))
                    .sorted()
                    .toList();
        }
    }

    /** Where the scripts are. */
    static Path folder() throws URISyntaxException {
        return Path.of(
                PacketdrillScenariosTest.class.getResource("/packetdrill").toURI());
    }
}
