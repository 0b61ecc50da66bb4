package io.ztnio.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command with arguments that are wrong, files that are missing or are none, and ids that cannot be. */
@Tag("any-jdk")
class FailuresTest {
    private static final String OVERLAY = " -n 00000000cafe2001 --stack overlay --bind 127.0.0.1 --home DIR/home ";

    /** What no user should read: exceptions, and the words of the libraries and of the JDK. */
    private static final String[] INTERNALS = {
        "Exception", "\tat ", "java.", "com.fasterxml", "picocli", "io.ztnio.", "cannot convert", "null"
    };

    @TempDir
    private Path directory;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectory(directory.resolve("dir"));
        Files.writeString(directory.resolve("garbage"), "garbage");
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Files.writeString(directory.resolve("open.json"), "{");
    }

    private String[] arguments(String line) {
        return line.replace("OVERLAY", OVERLAY)
                .replace("DIR", directory.toString())
                .strip()
                .split(" +", -1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "decode DIR/missing",
                "decode DIR/dir",
                "decode DIR/garbage",
                "decode DIR/binary",
                "decode DIR/garbage --identity DIR/missing",
                "decode DIR/garbage --identity DIR/dir",
                "idtool validate DIR/missing",
                "idtool validate DIR/dir",
                "idtool validate DIR/garbage",
                "idtool validate DIR/binary",
                "idtool getpublic DIR/missing",
                "idtool sign DIR/missing DIR/garbage",
                "idtool verify DIR/garbage DIR/garbage x",
                "idtool initmoon DIR/missing",
                "idtool genmoon DIR/missing",
                "idtool genmoon DIR/dir",
                "idtool genmoon DIR/open.json",
                "idtool generate DIR/dir",
                "idtool generate DIR/garbage",
                "idtool generate DIR/garbage/below",
                "node --home DIR/home --planet DIR/missing",
                "node --home DIR/home --planet DIR/dir",
                "node --home DIR/home --planet DIR/garbage",
                "node --home DIR/garbage --planet DIR/garbage",
                "node --home DIR/home --planet DIR/garbage --controller --network DIR/missing",
                "node --home DIR/home --planet DIR/garbage --controller --network DIR/dir",
                "node --home DIR/home --planet DIR/garbage --controller --network DIR/open.json",
                "node --home DIR/home --planet DIR/garbage --controller --network DIR/binary",
                "planet show DIR/missing",
                "planet show DIR/dir",
                "planet show DIR/garbage",
                "planet make DIR/out --key DIR/key --root DIR/missing,127.0.0.1/1",
                "planet make DIR/out --key DIR/key --root DIR/garbage,127.0.0.1/1",
                "planet make DIR/out --key DIR/key --root DIR/dir,127.0.0.1/1",
                "perf client 127.0.0.1 -p 1",
                "join 0123456789000001 --home DIR/home --planet DIR/missing",
                "join 0123456789000001 --home DIR/home --planet DIR/garbage",
                "join 0123456789000001 --home DIR/garbage --planet DIR/garbage",
                "listen 80 OVERLAY",
                "listen 80 -n 00000000cafe2001 --stack overlay --bind 127.0.0.1 --home DIR/garbage --key long-enough",
            })
    void aFailureIsOneMessageAndExitCodeOne(String line) throws IOException {
        CommandRun run = CommandRun.of(arguments(line));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).doesNotContain(INTERNALS);
        assertThat(jsonError(line, 1)).endsWith(run.err().replace("ztnio: ", "").strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo --size x",
                "demo extra",
                "node --bogus",
                "node --port x --planet DIR/garbage",
                "node --bind here --planet DIR/garbage",
                "node --planet DIR/garbage --join zzz",
                "planet bogus",
                "planet make DIR/out",
                "planet make DIR/out --key DIR/key --root DIR/garbage",
                "planet make DIR/out --key DIR/key --root DIR/garbage,127.0.0.1/1 --id x",
                "decode",
                "perf server -p x",
                "perf server -B here",
                "perf client",
                "perf client h -t x",
                "perf client h -l x",
                "perf client h -b x",
                "join zzz",
                "join 0000000000000000",
                "join 00000000cafe2001 OVERLAY --key short",
                "join 00000000cafe2001 OVERLAY --key-file DIR/missing",
                "join 00000000cafe2001 OVERLAY --key-file DIR/dir",
                "join 00000000cafe2001 OVERLAY --key-file DIR/binary",
                "join 00000000cafe2001 OVERLAY --key long-enough --peer here",
                "join 00000000cafe2001 OVERLAY --key long-enough --own 10.0.0.1",
                "join 00000000cafe2001 OVERLAY --key long-enough --own 10.0.0.1/99",
                "join 00000000cafe2001 OVERLAY --key long-enough --allow x",
                "join 00000000cafe2001 OVERLAY --key long-enough --name -",
                "listen x OVERLAY",
                "listen 80 OVERLAY --address here",
                "call a x OVERLAY",
                "call a 80 OVERLAY --timeout soon",
                "expose 80 nonsense OVERLAY",
                "forward 80 nonsense OVERLAY",
                "udp-listen 80 OVERLAY --group 10.0.0.1",
                "udp-send a 1 text OVERLAY --wait soon",
                "bogus",
                "--bogus",
            })
    void wrongArgumentsAreExitCodeTwo(String line) throws IOException {
        CommandRun run = CommandRun.of(arguments(line));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isNotBlank().doesNotContain(INTERNALS);
        assertThat(jsonError(line, 2)).isNotBlank();
    }

    /** The error of the same line with {@code -j}. */
    private String jsonError(String line, int exitCode) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(arguments(line)));
        arguments.add("-j");
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).doesNotContain(INTERNALS);
        Map<String, Object> error = JSON.std.mapFrom(run.err());
        assertThat(error).containsOnlyKeys("error", "exit").containsEntry("exit", exitCode);
        return (String) error.get("error");
    }
}
