package io.ztnio.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @Test
    void helpNamesEveryCommandAndTheExitCodes() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("demo", "idtool", "node", "planet", "decode", "perf")
                .contains("join", "listen", "call", "expose", "forward", "udp-listen", "udp-send")
                .contains("0   done", "1   failed", "2   wrong arguments");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "node",
                "planet make",
                "planet show",
                "decode",
                "perf server",
                "perf client",
                "join",
                "listen",
                "call",
                "expose",
                "forward",
                "udp-listen",
                "udp-send"
            })
    void everyCommandHasHelpAndJson(String command) {
        CommandRun run = CommandRun.of((command + " --help").split(" ", -1));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: ztnio " + command).contains("-j, --json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"join", "listen", "call", "expose", "forward", "udp-listen", "udp-send"})
    void theNetworkCommandsTeachByExample(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.out())
                .contains("Example")
                .contains(" ztnio " + command + " ")
                .contains("--stack", "ztnio.networks");
    }

    @Test
    void idtoolTakesJson() {
        CommandRun run = CommandRun.of("idtool", "-j", "validate", "nothing");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("{\"command\":\"validate\",\"exitCode\":1,\"error\":");
    }

    @Test
    void theVersionIsOneLine() {
        CommandRun run = CommandRun.of("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).singleElement().asString().startsWith("ztnio ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "planet",
                "perf",
                "decode",
                "perf client",
                "perf client h -t x",
                "node --bogus",
                "join",
                "call a",
                "listen x",
                "expose 80 [::1",
                "forward 80 host:99999",
                "udp-listen 1 --count x",
                "udp-send a 1",
                "expose 1 a:1 --drain 5",
                "call a 1 --stack tin"
            })
    void wrongArgumentsAreToldOnTheErrorStreamWithExitCodeTwo(String line) {
        CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isNotBlank();
    }

    @Test
    void aFailureIsOneLineOnTheErrorStreamWithExitCodeOne() {
        CommandRun run = CommandRun.of("decode", "/nonexistent/capture");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualToIgnoringNewLines("ztnio: no such file: /nonexistent/capture");
    }

    @Test
    void aNodeRefusesAForbiddenPublicPlanet() {
        CommandRun run = CommandRun.of("node", "--join", "8056c2e21c000001");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("ztnio.public.planet=forbid");
    }

    @Test
    void aNodeNamesTheOptionThatHoldsABadValue() {
        CommandRun run = CommandRun.of("node", "--port", "70000", "--planet", "p");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("ztnio.port=70000 (--port): allowed is a port from 0 to 65535");
    }
}
