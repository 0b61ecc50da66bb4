package io.ztnio.tools.cli.planet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.world.World;
import io.ztnio.tools.cli.CommandRun;
import io.ztnio.tools.cli.identity.IdentityFile;
import io.ztnio.tools.cli.identity.WorldFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
class PlanetCommandTest {
    private static final String ROOT = "4e13ceece4:0:4a0bfc20eb78a17fee0a2889441c90841abac75674880b81ff45350b730d8075"
            + "bef1f0c501abb08c7e1e3c40638f717a92f0db37f6f297c7a33c703be1f2b8d4";

    @TempDir
    Path directory;

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private CommandRun make(String root) throws IOException {
        Files.writeString(directory.resolve("identity.public"), ROOT);
        return CommandRun.of("planet", "make", file("planet"), "--key", file("key"), "--root", root);
    }

    @Test
    void aPlanetIsMadeSignedAndShown() throws IOException {
        CommandRun made = make(file("identity.public") + ",192.0.2.1/9993,2001:db8::1/9994");
        CommandRun shown = CommandRun.of("planet", "show", file("planet"));

        assertThat(made.exitCode()).isZero();
        assertThat(shown.out())
                .isEqualTo(made.out())
                .contains("planet 335339777252", "signature   by the update key", "root        4e13ceece4")
                .contains("endpoint  192.0.2.1/9993", "endpoint  2001:db8:0:0:0:0:0:1/9994");
        World world = World.read(new ByteReader(Files.readAllBytes(directory.resolve("planet"))))
                .orElseThrow();
        assertThat(world.isSignedBy(world.updateKey())).isTrue();
    }

    @Test
    void aSecondVersionWithTheSameKeyReplacesTheFirst() throws IOException {
        make(file("identity.public") + ",192.0.2.1/9993");
        byte[] first = Files.readAllBytes(directory.resolve("planet"));
        make(file("identity.public") + ",192.0.2.2/9993");
        byte[] second = Files.readAllBytes(directory.resolve("planet"));

        World before = World.read(new ByteReader(first)).orElseThrow();
        World after = World.read(new ByteReader(second)).orElseThrow();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.isSignedBy(before.updateKey())).isTrue();
    }

    @Test
    void jsonHasTheFieldsOfAMoonDefinition() throws IOException {
        CommandRun run = CommandRun.of("planet", "show", "-j", "earth");

        assertThat(JSON.std.mapFrom(run.out()))
                .containsEntry("worldType", "planet")
                .containsEntry("id", 149604618)
                .containsEntry("selfSigned", true)
                .containsKeys("timestamp", "updatesMustBeSignedBy", "roots");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity.public", "identity.public,nowhere/9993", "identity.public,192.0.2.1/99999"})
    void aBadRootIsAWrongArgument(String root) throws IOException {
        CommandRun run = make(root.replace("identity.public", file("identity.public")));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--root");
        assertThat(directory.resolve("planet")).doesNotExist();
    }

    private CommandRun makeWith(String key, String... more) throws IOException {
        Files.writeString(directory.resolve("identity.public"), ROOT);
        List<String> arguments = new ArrayList<>(List.of("planet", "make", file("planet"), "--key", file(key)));
        arguments.addAll(List.of("--root", file("identity.public") + ",192.0.2.1/9993"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void anotherKeyReplacesAPlanetOnlyByForce() throws IOException {
        makeWith("key");
        byte[] first = Files.readAllBytes(directory.resolve("planet"));
        CommandRun.of("idtool", "generate", file("existing"));

        for (String key : List.of("made", "existing")) {
            CommandRun run = makeWith(key);
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains(file("planet"), "--force");
            assertThat(directory.resolve("planet")).hasBinaryContent(first);
        }
        assertThat(directory.resolve("made")).doesNotExist();

        assertThat(makeWith("made", "--force").exitCode()).isZero();
        World before = World.read(new ByteReader(first)).orElseThrow();
        World after = WorldFile.read(directory.resolve("planet")).orElseThrow();
        assertThat(after.isSignedBy(before.updateKey())).isFalse();
    }

    @Test
    void anotherIdReplacesAPlanetOnlyByForce() throws IOException {
        makeWith("key");

        CommandRun run = makeWith("key", "--id", "42");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("with the id 335339777252 and not 42", "--force");
        assertThat(makeWith("key", "--id", "42", "--force").exitCode()).isZero();
    }

    @Test
    void aSecretIsNotReplacedByAPlanet() throws IOException {
        CommandRun.of("idtool", "generate", file("planet"));
        byte[] secret = Files.readAllBytes(directory.resolve("planet"));
        CommandRun.of("idtool", "generate", file("key"));

        assertThat(makeWith("key").err()).contains("is no planet", "--force");
        assertThat(makeWith("planet").exitCode()).isEqualTo(2);
        assertThat(makeWith("planet", "--force").exitCode()).isEqualTo(2);
        assertThat(directory.resolve("planet")).hasBinaryContent(secret);
    }

    @Test
    void anUpdateIsNewerThoughTheClockIsBehind() throws IOException {
        makeWith("key");
        World first = WorldFile.read(directory.resolve("planet")).orElseThrow();
        World future = World.create(
                World.Type.PLANET,
                first.id(),
                first.timestamp() + 1_000_000_000L,
                IdentityFile.read(directory.resolve("key")).orElseThrow(),
                first.roots());
        Files.write(directory.resolve("planet"), future.toByteArray());

        assertThat(makeWith("key").exitCode()).isZero();
        assertThat(future.shouldBeReplacedBy(
                        WorldFile.read(directory.resolve("planet")).orElseThrow()))
                .isTrue();
    }

    @Test
    void identitiesOfWindowsShellsAreRead() throws IOException {
        Files.writeString(directory.resolve("identity.public"), "\ufeff" + ROOT + "\r\n", StandardCharsets.UTF_16LE);

        CommandRun run = CommandRun.of(
                "planet",
                "make",
                file("planet"),
                "--key",
                file("key"),
                "--root",
                file("identity.public") + ",192.0.2.1/9993");

        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Test
    void whatIsNoPlanetIsRefused() throws IOException {
        Files.writeString(directory.resolve("planet"), "nonsense");

        CommandRun run = CommandRun.of("planet", "show", file("planet"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("is not a planet or moon file");
    }
}
