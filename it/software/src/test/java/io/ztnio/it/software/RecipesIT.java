package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.docs.Markdown;
import io.ztnio.it.docs.Markdown.Block;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoneNamespace;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.UserProgram;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of {@code docs/api.md} are what programs contain that are compiled and run here. */
class RecipesIT {
    private static final Path DOCUMENT = Path.of("..", "..", "docs", "api.md");
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String NETWORK_ID = "00000000cafe2001";

    @TempDir
    private Path classes;

    @TempDir
    private Path directory;

    static boolean namespacesArePossible() {
        return LoneNamespace.isPossible();
    }

    @Test
    void everyBlockOfTheDocumentIsAPartOfAProgram() throws IOException {
        List<String> programs = new ArrayList<>();
        for (String name : UserProgram.names()) {
            programs.add(withoutIndent(UserProgram.source(name).lines()));
        }
        List<Block> blocks = Markdown.blocks(DOCUMENT).stream()
                .filter(block -> block.language().equals("java"))
                .toList();

        assertThat(blocks).hasSizeGreaterThan(5).allMatch(block -> {
            String text = withoutIndent(block.lines().stream());
            return programs.stream().anyMatch(program -> program.contains(text));
        });
    }

    private static String withoutIndent(Stream<String> lines) {
        return lines.map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void theFirstExampleConnects() throws IOException {
        try (LoopbackPlanet planet = new LoopbackPlanet(Files.createDirectories(directory.resolve("planet")))) {
            String settings = ".planet(java.nio.file.Path.of(\"" + directory.resolve("planet/planet") + "\"))"
                    + ".set(\"loopback\", \"true\").set(\"bind\", \"127.0.0.1\")";
            Map<String, String> placeholders = Map.of(
                    ".network(\"NETWORK_ID\")",
                    ".network(\"" + planet.network() + "\")" + settings,
                    "/var/lib/app",
                    directory.resolve("app").toString(),
                    "\"10.147.17.5\"",
                    "peer");

            Finished example = run("FirstExample", List.of(), placeholders, List.of(), directory.toString());

            assertThat(example.output()).contains("accepted true", "done");
        }
    }

    @Test
    void anInstanceJoinsAndLeavesWhileItRuns() throws IOException {
        try (LoopbackPlanet planet = new LoopbackPlanet(Files.createDirectories(directory.resolve("planet")))) {
            String home = ".home(java.nio.file.Path.of(\"" + directory.resolve("app") + "\"))";
            String settings = ".planet(java.nio.file.Path.of(\"" + directory.resolve("planet/planet") + "\"))"
                    + ".set(\"loopback\", \"true\").set(\"bind\", \"127.0.0.1\")";
            Map<String, String> placeholders =
                    Map.of(".home(Path.of(\"/var/lib/app\"))", home + settings, "NETWORK_ID", planet.network());

            Finished example = run("JoinAtRunTime", List.of(), placeholders, List.of());

            assertThat(example.output()).contains("before 1", planet.network() + " is OK", "left 1", "done");
        }
    }

    @Test
    void tlsIsLayeredOverASocketOfAnInstance() throws Exception {
        Path keys = ServerKeys.make(directory, "10.5.1.1");
        List<String> options = new ArrayList<>();
        for (String store : List.of("keyStore", "trustStore")) {
            options.add("-Djavax.net.ssl." + store + "=" + keys);
            options.add("-Djavax.net.ssl." + store + "Password=" + ServerKeys.PASSWORD);
        }

        Finished recipe = run("TlsRecipe", List.of(), Map.of("10.147.17.5", "10.5.1.1"), options);

        assertThat(recipe.output()).contains("got answer to question", "done");
    }

    @Test
    void nettyTakesTheProvider() throws IOException {
        Finished recipe = run("NettyRecipe", PublishedSoftware.ofGroups("io.netty"), Map.of(), List.of());

        assertThat(recipe.output()).contains("4.2 hello", "4.1 hello", "done");
    }

    @Test
    void jettyTakesAChannelAndASelector() throws IOException {
        List<Path> jars = PublishedSoftware.ofGroups("org.eclipse.jetty", "org.slf4j");

        Finished recipe = run("JettyRecipe", jars, Map.of(), List.of());

        assertThat(recipe.output()).contains("HTTP/1.1 200", "hello from Jetty", "done");
    }

    /** In a namespace: Tomcat ends its listening by a java.net socket to itself, which is the operating system's. */
    @Test
    @EnabledIf("namespacesArePossible")
    void tomcatAndTheJdksClientTakeWhatIsInstalled() {
        List<Path> jars = PublishedSoftware.ofGroups("org.apache.tomcat");
        UserProgram.compile(classes, jars, Map.of("NETWORK_ID", NETWORK_ID), "InstalledRecipe", "Overlay");
        try (LoneNamespace namespace = new LoneNamespace()) {
            Finished recipe = namespace
                    .of(program("InstalledRecipe", jars, List.of()).with(directory.toString()))
                    .start()
                    .awaitExit(TIMEOUT);

            assertThat(recipe.output())
                    .contains("CHANNELS: installed", "JAVA_NET_SOCKETS: not,", "hello 10.5.4.1 from Tomcat", "done");
        }
    }

    /** In a namespace, where an address that nobody has leads nowhere. */
    @Test
    @EnabledIf("namespacesArePossible")
    void theJdksClientDoesNotKnowOfAnInstance() throws IOException {
        UserProgram.compile(classes, List.of(), Map.of(), "InstanceAlone", "Overlay");
        try (LoneNamespace namespace = new LoneNamespace()) {
            Finished program = namespace
                    .of(program("InstanceAlone", List.of(), List.of()))
                    .start()
                    .awaitExit(TIMEOUT);

            assertThat(program.output()).contains("not reached: java.net.ConnectException", "accepted null", "done");
        }
    }

    private Finished run(
            String name, List<Path> jars, Map<String, String> placeholders, List<String> options, String... arguments)
            throws IOException {
        UserProgram.compile(classes, jars, placeholders, name, "Overlay");
        Finished finished = program(name, jars, options).with(arguments).start().awaitExit(TIMEOUT);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished;
    }

    private JavaProgram program(String name, List<Path> jars, List<String> options) {
        List<Path> classPath = new ArrayList<>(List.of(classes, JavaProgram.jar()));
        classPath.addAll(jars);
        String joined = classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-Dztnio.public.planet=forbid", "-cp", joined, name));
        return JavaProgram.jvm(command.toArray(String[]::new));
    }
}
