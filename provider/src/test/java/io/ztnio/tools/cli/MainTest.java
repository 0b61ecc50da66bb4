package io.ztnio.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
class MainTest {
    /** Some of these start a node if the command has a fault: it must not reach the public planet then. */
    @BeforeAll
    static void thePublicPlanetIsForbidden() {
        assertThat(System.getProperty("ztnio.public.planet")).isEqualTo("forbid");
    }

    @Test
    void helpNamesEveryCommandAndTheExitCodes() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("demo", "idtool", "node", "planet", "decode", "perf")
                .contains("join", "listen", "call", "expose", "forward", "udp-listen", "udp-send", "tap")
                .contains("0   done", "1   failed", "2   wrong arguments or settings");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "idtool",
                "node",
                "planet",
                "perf",
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
                "udp-send",
                "tap"
            })
    void everyCommandHasHelpAndJson(String command) {
        CommandRun run = CommandRun.of((command + " --help").split(" ", -1));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: ztnio " + command).contains("-j, --json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"join", "listen", "call", "expose", "forward", "udp-listen", "udp-send", "tap"})
    void theNetworkCommandsTeachByExample(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.out())
                .contains("Example")
                .contains(" ztnio " + command + " ")
                .contains("--stack", "ztnio.networks");
    }

    @Test
    void idtoolTakesJson() {
        CommandRun run = CommandRun.of("idtool", "-j", "generate");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("{\"command\":\"generate\",\"exitCode\":0,\"address\":");
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
                "tap --count 0",
                "tap --seconds x",
                "udp-send a 1",
                "expose 1 a:1 --drain 5",
                "call a 1 --stack tin",
                "join zzz",
                "join 0123456789abcde",
                "node --join zzz",
                "node --port 70000 --planet p",
                "node --bind here",
                "node --controller --no-api",
                "node --network network.json",
                "call 127.0.0.1 80",
                "call 127.0.0.1 80 -n xyz",
                "call a 0",
                "call a 99999",
                "listen -1",
                "listen 1 --address localhost",
                "expose 70000 a:1",
                "expose 1 a:1 --max 0",
                "forward 80 443 -n 0123456789000001",
                "udp-listen 1 --group 127.0.0.1 -n 0123456789000001",
                "udp-listen 1 --count -1",
                "udp-send a x y",
                "perf server -p 70000",
                "perf server -n -1",
                "perf client h -P 0",
                "perf client h -t NaN",
                "perf client h -l 0",
                "demo --size 0"
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
    void anArgumentThatBeginsWithAnAtSignIsNotAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("arguments"), "planet show earth");

        assertThat(CommandRun.of("@" + file).exitCode()).isEqualTo(2);
    }

    @Test
    void aControllerWithoutANetworkIsToldWhatIsMissing() {
        CommandRun run = CommandRun.of("node", "--controller", "--no-api");

        assertThat(run.err()).startsWith("--controller needs --network FILE, the definition of the network to serve");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2 nonsense -j",
                "2 -j",
                "2 planet -j",
                "2 perf --json",
                "2 planet make -j",
                "2 join zzz -j",
                "2 node --controller --no-api -j",
                "2 call 127.0.0.1 80 -j",
                "2 perf client h -t x -j",
                "1 decode /nonexistent/capture -j",
                "1 planet show -j /nonexistent/planet",
                "1 planet -j show /nonexistent/planet",
                "1 -j planet show /nonexistent/planet",
                "1 perf -j client nonexistent.invalid --timeout 1ms",
                "1 node -j --controller --network /nonexistent/network"
            })
    void withJsonAnErrorIsAnObjectOnTheErrorStream(String line) throws IOException {
        int exitCode = Integer.parseInt(line.substring(0, 1));
        CommandRun run = CommandRun.of(line.substring(2).split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        Map<String, Object> error = JSON.std.mapFrom(run.err());
        assertThat(error).containsOnlyKeys("error", "exit").containsEntry("exit", exitCode);
        assertThat((String) error.get("error")).isNotBlank();
        assertThat(run.err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"planet show earth -j", "planet -j show earth", "-j planet show earth"})
    void jsonMayBeAskedForAtEachLevel(String line) throws IOException {
        CommandRun run = CommandRun.of(line.split(" ", -1));

        assertThat(JSON.std.mapFrom(run.out())).containsEntry("worldType", "planet");
    }

    /** The examples of the help are copied: none may join a network that exists. */
    @ParameterizedTest
    @ValueSource(strings = {"join", "listen", "call", "expose", "forward", "udp-listen", "udp-send", "node", "idtool"})
    void noExampleJoinsANetworkThatExists(String command) {
        assertThat(CommandRun.of(command, "--help").out()).doesNotContainPattern("\\b[0-9a-f]{16}\\b");
    }

    @Test
    void whatIsInTheWayOfAHomeIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        CommandRun.of("idtool", "generate", directory.resolve("root").toString());
        String planet = directory.resolve("planet").toString();
        CommandRun.of(
                "planet",
                "make",
                planet,
                "--key",
                directory.resolve("key").toString(),
                "--root",
                directory.resolve("root") + ",127.0.0.1/9");

        for (Path home : List.of(file, file.resolve("below"))) {
            CommandRun run = CommandRun.of("node", "--home", home.toString(), "--planet", planet, "--loopback");

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).containsIgnoringCase("not a directory").contains("ztnio.home=" + home);
            assertThat(run.err().lines()).hasSize(1);
        }
    }

    @Test
    void anAddressInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            CommandRun run = CommandRun.of("perf", "server", "-B", "127.0.0.1", "-p", port);

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .isEqualToIgnoringNewLines(
                            "ztnio: cannot listen on 127.0.0.1:" + port + ": Address already in use");
        }
    }

    @Test
    void aNodeRefusesAForbiddenPublicPlanet() {
        CommandRun run = CommandRun.of("node", "--join", "0123456789000001");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("ztnio.public.planet=forbid");
    }

    @Test
    void aNodeNamesTheOptionThatHoldsABadValue() {
        CommandRun run = CommandRun.of("node", "--port", "70000", "--planet", "p");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("ztnio.port=70000 (--port): allowed is a port from 0 to 65535");
    }
}
