package io.ztnio.tools.cli.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("any-jdk")
class IdToolTest {
    private static final Clock GOLDEN_TIME = Clock.fixed(Instant.ofEpochMilli(1_795_349_002_925L), ZoneOffset.UTC);

    @TempDir
    Path directory;

    /** What zerotier-idtool 1.14.1 did: a line {@code $ arguments}, then its exit code and streams. */
    record Golden(String arguments, int exitCode, String out, String err) {
        @Override
        public String toString() {
            return arguments.length() > 60 ? arguments.substring(0, 60) : arguments;
        }
    }

    record Run(int exitCode, String out, String err) {}

    static List<Golden> goldens() throws IOException {
        List<Golden> goldens = new ArrayList<>();
        for (String block : new String(resource("golden.txt"), UTF_8).split("(?m)^\\$ ", -1)) {
            if (block.isEmpty()) {
                continue;
            }
            List<String> lines = block.lines().toList();
            StringBuilder out = new StringBuilder();
            StringBuilder err = new StringBuilder();
            for (String line : lines.subList(2, lines.size())) {
                if (line.equals("out-unterminated")) {
                    out.setLength(out.length() - 1);
                } else {
                    (line.startsWith("out ") ? out : err)
                            .append(line.substring(4))
                            .append('\n');
                }
            }
            int exitCode = Integer.parseInt(lines.get(1).substring("exit ".length()));
            goldens.add(new Golden(lines.get(0), exitCode, out.toString(), err.toString()));
        }
        return goldens;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = IdToolTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    @BeforeEach
    void copyInputs() throws IOException {
        for (String name : List.of("a.secret", "a.public", "bad.public", "garbage", "message", "moon.json")) {
            Files.write(directory.resolve(name), resource(name));
        }
    }

    private Run run(String... arguments) {
        return run(false, arguments);
    }

    private Run run(boolean json, String... arguments) {
        return run(json, false, arguments);
    }

    private Run run(boolean json, boolean force, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new IdTool(directory, GOLDEN_TIME, new PrintWriter(out), new PrintWriter(err), json, force)
                .run(List.of(arguments));
        return new Run(exitCode, out.toString(), err.toString());
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void doesWhatTheReferenceDoes(Golden golden) {
        Run run = run(golden.arguments().split(" ", -1));

        assertThat(run).isEqualTo(new Run(golden.exitCode(), golden.out(), golden.err()));
    }

    @Test
    void makesTheReferencesMoonByteForByte() throws IOException {
        Run run = run("genmoon", "moon.json");

        assertThat(run)
                .isEqualTo(new Run(0, "wrote 0000004e13ceece4.moon (signed world with timestamp 1795349002925)\n", ""));
        assertThat(directory.resolve("0000004e13ceece4.moon")).hasBinaryContent(resource("golden.moon"));
    }

    @Test
    void aNewMoonDefinitionLooksLikeTheReferences() throws IOException {
        Run run = run("initmoon", "a.public");

        assertThat(run.exitCode()).isZero();
        String anyKeys = "[0-9a-f]{128}";
        String golden = new String(resource("moon.json"), UTF_8);
        assertThat(withoutKeys(run.out(), anyKeys).strip())
                .isEqualTo(withoutKeys(golden, anyKeys)
                        .replaceAll("(?s)\\[\\s*\"10.0.0.1.*?\\]", "[]")
                        .strip());
    }

    private static String withoutKeys(String text, String keys) {
        return text.replaceAll(keys, "KEY");
    }

    @Test
    void aMoonMadeFromANewDefinitionIsSignedByItsKey() throws IOException {
        Files.writeString(
                directory.resolve("new.json"), run("initmoon", "a.secret").out());

        assertThat(run("genmoon", "new.json").exitCode()).isZero();
    }

    @ParameterizedTest
    @MethodSource("brokenMoons")
    void aBrokenDefinitionIsAnErrorAndNotAFile(String from, String to) throws IOException {
        String broken = new String(resource("moon.json"), UTF_8).replaceFirst(from, to);
        Files.writeString(directory.resolve("broken.json"), broken);

        Run run = run("genmoon", "broken.json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isNotBlank();
        assertThat(directory.toFile().list((dir, name) -> name.endsWith(".moon")))
                .isEmpty();
    }

    static List<Arguments> brokenMoons() {
        return List.of(
                Arguments.of("\\{", "garbage"),
                Arguments.of("\"id\": \"4", "\"id\": \"x"),
                Arguments.of("\"identity\": \"4e", "\"identity\": \"zz"),
                Arguments.of("10.0.0.1/9993", "nowhere"),
                Arguments.of("\"signingKey_SECRET\": \"..", "\"signingKey_SECRET\": \""),
                Arguments.of("\"worldType\": \"moon", "\"worldType\": \"sun"));
    }

    @Test
    void generatesAValidIdentityToItsOutputWithoutALineEnd() {
        Run run = run("generate");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).doesNotContain("\n");
        Identity identity = Identity.parse(run.out()).orElseThrow();
        assertThat(identity.hasSecret()).isTrue();
        assertThat(identity.locallyValid()).isTrue();
    }

    @Test
    void generatesBothFilesAndKeepsTheSecretToItsOwner() throws IOException {
        Run run = run("generate", "new.secret", "new.public");

        assertThat(run).isEqualTo(new Run(0, "new.secret written\nnew.public written\n", ""));
        Path secret = directory.resolve("new.secret");
        Identity identity = IdentityFile.read(secret).orElseThrow();
        assertThat(directory.resolve("new.public")).hasContent(identity.toPublicString());
        if (secret.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void theFirstFileStaysWhenTheSecondCannotBeWritten() {
        Run run = run("generate", "new.secret", "garbage/x");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("new.secret written\n");
        assertThat(run.err()).startsWith("Error writing to garbage/x: ").contains("directory");
    }

    @Test
    void generateMakesTheFolder() {
        assertThat(run("generate", "root/deep/identity.secret", "root/identity.public")
                        .exitCode())
                .isZero();
        assertThat(directory.resolve("root/deep/identity.secret")).isNotEmptyFile();
        assertThat(directory.resolve("root/identity.public")).isNotEmptyFile();
    }

    @Test
    void generateReplacesNoFileUnlessForced() throws IOException {
        for (List<String> names :
                List.of(List.of("a.secret"), List.of("new.secret", "a.public"), List.of("a.public", "new.public"))) {
            List<String> arguments = new ArrayList<>(List.of("generate"));
            arguments.addAll(names);

            Run run = run(arguments.toArray(String[]::new));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("exists already and is kept; --force replaces it");
        }
        assertThat(directory.resolve("a.secret")).hasBinaryContent(resource("a.secret"));
        assertThat(directory.resolve("a.public")).hasBinaryContent(resource("a.public"));
        assertThat(directory.resolve("new.secret")).doesNotExist();

        assertThat(run(false, true, "generate", "a.secret", "a.public").exitCode())
                .isZero();
        Identity identity = IdentityFile.read(directory.resolve("a.secret")).orElseThrow();
        assertThat(directory.resolve("a.public")).hasContent(identity.toPublicString());
    }

    @Test
    void generateFillsAnEmptyFile() throws IOException {
        Files.createFile(directory.resolve("empty"));

        assertThat(run("generate", "empty").exitCode()).isZero();
        assertThat(IdentityFile.read(directory.resolve("empty"))).isPresent();
    }

    @Test
    void oneFileCannotBeBothIdentities() {
        Run run = run("generate", "both", "./both");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("both");
        assertThat(directory.resolve("both")).doesNotExist();
    }

    @Test
    void genmoonUpdatesItsOwnMoonAndReplacesNoOther() throws IOException {
        run("genmoon", "moon.json");
        Path moon = directory.resolve("0000004e13ceece4.moon");
        byte[] first = Files.readAllBytes(moon);

        assertThat(run("genmoon", "moon.json").exitCode()).isZero();
        World second = WorldFile.read(moon).orElseThrow();
        assertThat(World.read(new ByteReader(first)).orElseThrow().shouldBeReplacedBy(second))
                .isTrue();

        Files.writeString(
                directory.resolve("other.json"), run("initmoon", "a.public").out());
        Run run = run("genmoon", "other.json");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("0000004e13ceece4.moon", "--force");
        assertThat(WorldFile.read(moon)).contains(second);

        assertThat(run(false, true, "genmoon", "other.json").exitCode()).isZero();
        assertThat(WorldFile.read(moon)).isPresent().get().isNotEqualTo(second);
    }

    @Test
    void filesOfWindowsShellsAreRead() throws IOException {
        for (String name : List.of("moon-utf16.json", "identity-bom.public")) {
            Files.write(directory.resolve(name), resource(name));
        }

        assertThat(run("validate", "identity-bom.public"))
                .isEqualTo(new Run(0, "identity-bom.public is a valid identity\n", ""));
        assertThat(run("genmoon", "moon-utf16.json").out()).startsWith("wrote 0000003878d4b8b7.moon");
        Files.write(
                directory.resolve("signature"),
                ("\ufeff" + run("sign", "a.secret", "message").out() + "\r\n").getBytes(StandardCharsets.UTF_16LE));
        assertThat(run("verify", "a.public", "message", "signature").exitCode()).isZero();
    }

    @Test
    void anEncodingThatIsNotReadIsNamed() throws IOException {
        Files.write(directory.resolve("latin"), new byte[] {'4', 'e', (byte) 0xe4});

        assertThat(run("validate", "latin").err())
                .contains("latin is not text in UTF-8: byte 0xe4", "save it as UTF-8");
        assertThat(run("genmoon", "latin").err()).contains("latin is not text in UTF-8: byte 0xe4");
    }

    @ParameterizedTest
    @MethodSource("misspeltMoons")
    void aMoonsFieldThatIsMisspeltOrMistypedIsNamed(String from, String to, String message) throws IOException {
        String broken = new String(resource("moon.json"), UTF_8).replaceFirst(from, to);
        Files.writeString(directory.resolve("broken.json"), broken);

        assertThat(run("genmoon", "broken.json").err()).startsWith("broken.json: " + message);
    }

    static List<Arguments> misspeltMoons() {
        return List.of(
                Arguments.of("stableEndpoints", "stableEndpoint", "unknown field roots[0].stableEndpoint; known are "),
                Arguments.of("\"roots\"", "\"root\"", "unknown field root; known are "),
                Arguments.of("\"id\": \"[^\"]*\"", "\"id\": 7", "id is 7; expected is a text"),
                Arguments.of(
                        "\"worldType\": \"moon\"", "\"worldType\": \"sun\"", "worldType is \"sun\"; expected is moon"),
                Arguments.of("(?s)\\[\\s*\"10.0.0.1.*?\\]", "\"10.0.0.1/1\"", "roots[0].stableEndpoints is "));
    }

    @ParameterizedTest
    @MethodSource("incompleteCommands")
    void anIncompleteCommandShowsTheUsageWithTheReferencesExitCode(String command, int exitCode) {
        Run run = command.isEmpty() ? run() : run(command);

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).contains("""
                        Commands:
                          generate [<identity.secret>] [<identity.public>] [<vanity>]
                          validate <identity.secret/public>
                          getpublic <identity.secret>
                          sign <identity.secret> <file>
                          verify <identity.secret/public> <file> <signature>
                          initmoon <identity.public of first seed>
                          genmoon <moon json>
                        """);
    }

    static List<Arguments> incompleteCommands() {
        return List.of(
                Arguments.of("", 1),
                Arguments.of("help", 1),
                Arguments.of("validate", 1),
                Arguments.of("getpublic", 1),
                Arguments.of("sign", 1),
                Arguments.of("verify", 1),
                Arguments.of("initmoon", 0),
                Arguments.of("genmoon", 0));
    }

    @Test
    void verifyTakesTheSignatureFromAFileToo() throws IOException {
        Files.writeString(
                directory.resolve("signature"),
                run("sign", "a.secret", "message").out());

        assertThat(run("verify", "a.public", "message", "signature"))
                .isEqualTo(new Run(0, "message signature valid\n", ""));
    }

    @Test
    void jsonCarriesTheResult() {
        Run run = run(true, "sign", "a.secret", "message");

        assertThat(run.out()).startsWith("{\"command\":\"sign\",\"exitCode\":0,\"signature\":\"");
    }

    /** The reference has no JSON: here the form and the exit codes are those of all commands. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2||name a command of idtool: generate, validate, getpublic, sign, verify, initmoon, genmoon",
                "2|help|'help' is not a command of idtool: generate, validate, getpublic, sign, verify, initmoon, genmoon",
                "2|validate|an argument is missing: validate <identity.secret/public>",
                "2|sign a.secret|an argument is missing: sign <identity.secret> <file>",
                "2|verify a.secret message|an argument is missing: verify <identity.secret/public> <file> <signature>",
                "2|initmoon|an argument is missing: initmoon <identity.public of first seed>",
                "2|genmoon|an argument is missing: genmoon <moon json>",
                "1|validate missing|Identity argument invalid or file unreadable: missing",
                "1|sign a.public message|a.public does not contain a private key (must use private to sign)",
                "1|genmoon missing|cannot read missing",
                "1|generate a.secret|DIR/a.secret exists already and is kept; --force replaces it",
            })
    void withJsonAFailureIsAnObjectOnTheErrorStream(int exitCode, String arguments, String message) throws IOException {
        Run run = run(true, arguments == null ? new String[0] : arguments.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(JSON.std.mapFrom(run.err()))
                .isEqualTo(Map.of("error", message.replace("DIR", directory.toString()), "exit", exitCode));
        assertThat(run.err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "validate bad.public,bad.public FAILED validation.",
        "verify a.public message 00,message signature check FAILED"
    })
    void withJsonAnAnswerThatIsNoIsAResultAndAnError(String arguments, String message) throws IOException {
        Run run = run(true, arguments.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(JSON.std.mapFrom(run.out())).containsEntry("valid", false).containsEntry("exitCode", 1);
        assertThat(JSON.std.mapFrom(run.err())).isEqualTo(Map.of("error", message, "exit", 1));
    }
}
