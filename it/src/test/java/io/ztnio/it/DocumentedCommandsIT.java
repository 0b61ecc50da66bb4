package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.App;
import io.ztnio.it.docs.DocumentRun;
import io.ztnio.it.docs.Handling;
import io.ztnio.it.docs.Handlings;
import io.ztnio.it.docs.Markdown;
import io.ztnio.it.docs.Markdown.Block;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.ProgramJar;
import io.ztnio.it.programs.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command line of the documents, taken from the text and run as it stands there, from a block's first to its last. */
@Timeout(900)
@Tag("any-jdk")
class DocumentedCommandsIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path JDK = Path.of(System.getProperty("java.home"), "bin");

    /** Blocks that hold commands must say so, for only those are run. */
    private static final String COMMAND = "^(\\$ |java |mvn |curl |jlink |jwebserver |\\./|[A-Z_]+=\\S+ java ).*";

    /** Documents with a test of their own that runs all their commands. */
    private static final Map<String, String> ELSEWHERE =
            Map.of("installation.md", "InstallationDocumentIT", "startup.md", "StartupDocumentIT");

    @TempDir
    private Path directory;

    static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
            }
        }
        return documents;
    }

    private static List<Block> shellBlocks(Path document) throws IOException {
        return Markdown.blocks(document).stream()
                .filter(block -> block.language().equals("sh"))
                .toList();
    }

    @Test
    void theDocumentsHaveCommands() throws IOException {
        assertThat(documents())
                .extracting(file -> file.getFileName().toString())
                .contains("README.md", "command-line.md");
        assertThat(shellBlocks(ROOT.resolve("README.md"))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyCommandIsRunOrLeftOutForAReason(Path document) throws IOException {
        for (Block block : Markdown.blocks(document)) {
            String place = document.getFileName() + ":" + block.line();
            if (!block.language().equals("sh")) {
                assertThat(block.lines())
                        .as(place + " holds commands: begin it with ```sh")
                        .noneMatch(line -> line.matches(COMMAND));
            } else if (!ELSEWHERE.containsKey(document.getFileName().toString())) {
                for (String command : block.commands()) {
                    assertThat(Handlings.of(Handlings.withoutBuild(command)))
                            .as(place + ": say in Handlings how to run\n" + command)
                            .isPresent();
                }
            }
        }
    }

    static List<Path> documentsWithCommands() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path document : documents()) {
            boolean any = shellBlocks(document).stream()
                    .flatMap(block -> block.commands().stream())
                    .anyMatch(command -> !isLeftOut(command));
            if (any && !ELSEWHERE.containsKey(document.getFileName().toString())) {
                documents.add(document);
            }
        }
        return documents;
    }

    private static boolean isLeftOut(String command) {
        return Handlings.of(command)
                .filter(handling -> handling.kind() == Handling.Kind.LEAVE_OUT)
                .isPresent();
    }

    @ParameterizedTest
    @MethodSource("documentsWithCommands")
    @Execution(ExecutionMode.CONCURRENT)
    @EnabledIf(
            value = "io.ztnio.it.docs.DocumentRun#isPossible",
            disabledReason = "needs root, unshare, ip, curl and openssl; nothing may leave this machine")
    void theCommandsOfADocumentRunAsTheyAreWritten(Path document) throws IOException {
        prepareFolder();
        List<Block> blocks = shellBlocks(document);
        try (DocumentRun run = new DocumentRun(document.getFileName().toString(), directory, environment())) {
            Files.writeString(directory.resolve("key"), "a phrase that all members know");
            startPlanet(run);
            for (Block block : blocks) {
                run(block, run);
            }
        }
    }

    private static void run(Block block, DocumentRun run) {
        boolean own = block.lines().stream().anyMatch(line -> line.contains("planet make"));
        // A block with a planet of its own must say all that it needs; the others are about networks that exist.
        run.run(own ? "unset ZTNIO_PLANET ZTNIO_LOOPBACK" : "export ZTNIO_PLANET=$PLANET ZTNIO_LOOPBACK=true");
        for (String command : block.commands()) {
            String text = Handlings.withoutBuild(command);
            Optional<Handling> handling = Handlings.of(text);
            if (handling.orElseThrow().kind() != Handling.Kind.LEAVE_OUT) {
                run.run(text, handling.get());
            }
        }
        run.endBlock();
    }

    /** What a reader has: the jar where the build or the download put it, a program, a file to show. */
    private void prepareFolder() throws IOException {
        Path jar = JavaProgram.jar().toRealPath();
        Files.copy(jar, directory.resolve("ztnio.jar"));
        Files.createDirectories(directory.resolve("provider/target"));
        Files.copy(jar, directory.resolve("provider/target/ztnio.jar"));
        ProgramJar.plain(directory.resolve("app.jar"), App.class);
        Files.writeString(directory.resolve("index.html"), "shown by the documented server\n");
        // JDK 17 has no jwebserver.
        if (!Files.exists(JDK.resolve("jwebserver"))) {
            Path tools = Files.createDirectories(directory.resolve("tools"));
            Path server = Files.writeString(
                    tools.resolve("jwebserver"),
                    "#!/bin/sh\nexec java -cp " + directory.resolve("app.jar") + " " + WebServer.class.getName()
                            + " \"$@\"\n");
            assertThat(server.toFile().setExecutable(true)).isTrue();
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", JDK + ":" + directory.resolve("tools") + ":" + System.getenv("PATH"));
        environment.put("PLANET", directory.resolve("there/planet").toString());
        environment.put("ZTNIO_PUBLIC_PLANET", "forbid");
        environment.put("ZTNIO_HOME", directory.resolve("app.home").toString());
        return environment;
    }

    /** The network that readers are members of already: everybody is let in. */
    private static void startPlanet(DocumentRun run) {
        run.run("mkdir there");
        run.run("java -jar ztnio.jar idtool generate there/root/identity.secret there/root/identity.public");
        run.run("java -jar ztnio.jar planet make there/planet --key there/key"
                + " --root there/root/identity.public,127.0.0.1/29993");
        run.run(
                "echo '{\"private\": false, \"v6AssignMode\": {\"rfc4193\": true}, \"routes\": [{\"target\": \"10.98.0.0/24\"}],"
                        + " \"ipAssignmentPools\": [{\"ipRangeStart\": \"10.98.0.10\", \"ipRangeEnd\": \"10.98.0.100\"}]}'"
                        + " > there/network.json");
        run.startBeside(
                "java -jar ztnio.jar node --root --controller --network there/network.json --home there/root --port 29993"
                        + " --planet there/planet --loopback",
                "network ([0-9a-f]{16}) is served",
                "NETWORK_ID");
    }
}
