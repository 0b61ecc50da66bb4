package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.ServicesJar;
import io.ztnio.it.programs.Exchange;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.NioEchoClient;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** JDKs of which only {@code java.base} is there, by a flag and as an image of {@code jlink}. */
class SmallJdkIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final List<String> BASE_ONLY = List.of("--limit-modules", "java.base");
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final List<String> OVERLAY = List.of(
            "-Dztnio.networks=00000000cafe2001",
            "-Dztnio.transport=overlay-memory",
            "-Dztnio.overlay.addresses=10.97.0.7/24");

    @TempDir
    private Path directory;

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void withoutNetworksTheBaseIsEnough() {
        assertExchanges(JAVA, with(BASE_ONLY, List.of(NodeSettings.PROVIDER), classPath()), "127.0.0.1");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void onAnOverlayTheBaseIsEnough() {
        assertExchanges(JAVA, with(BASE_ONLY, List.of(NodeSettings.PROVIDER), OVERLAY, classPath()), "10.97.0.7");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void onAZeroTierNetworkTheBaseIsEnough() throws IOException {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory)) {
            assertEchoes(planet, JAVA, BASE_ONLY, classPath());
        }
    }

    @Test
    void anImageOfTheBaseRunsTheJarsOnItsClassPath() throws IOException {
        Path java = image(Optional.empty(), "java.base");

        assertExchanges(java, with(List.of(NodeSettings.PROVIDER), classPath()), "127.0.0.1");
        try (LoopbackPlanet planet = new LoopbackPlanet(directory)) {
            assertEchoes(planet, java, List.of(), classPath());
        }
    }

    @Test
    void anImageWithTheModulesInsideHasTheProviderInstalled() throws IOException {
        Path java =
                image(Optional.of(JavaProgram.jar() + File.pathSeparator + ServicesJar.file()), "io.ztnio.autoinstall");
        List<String> programs = List.of("-cp", JavaProgram.testClasses());

        String output = assertExchanges(java, with(OVERLAY, programs), "10.97.0.7");

        assertThat(output).startsWith("io.ztnio.provider.ZeroTierSelectorProvider of io.ztnio");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theCommandLineNeedsTheBaseOnlyAndTheDemoSaysWhatItNeeds() {
        List<String> jar = List.of("-jar", JavaProgram.jar().toString());
        Path secret = directory.resolve("identity.secret");

        Finished identity = run(JAVA, with(BASE_ONLY, jar), "idtool", "generate", secret.toString());
        Finished demo = run(JAVA, with(BASE_ONLY, jar), "demo");

        assertThat(identity.exitCode()).as(identity.output()).isZero();
        assertThat(secret).exists();
        assertThat(demo.exitCode()).isEqualTo(1);
        assertThat(demo.output()).contains("java.net.http", "jdk.httpserver");
    }

    /** A JDK's image, and in it {@code java}. */
    private Path image(Optional<String> modulePath, String module) {
        Optional<ToolProvider> jlink = ToolProvider.findFirst("jlink");
        assumeThat(jlink).as("jlink of this JDK").isPresent();
        Path image = directory.resolve("image");
        List<String> arguments = new ArrayList<>(List.of("--add-modules", module, "--output", image.toString()));
        modulePath.ifPresent(path -> arguments.addAll(List.of("--module-path", path)));
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        int code = jlink.get().run(printer, printer, arguments.toArray(String[]::new));
        printer.flush();
        // A JDK may come without its modules as files.
        assumeThat(out.toString()).doesNotContain("java.base not found");
        assertThat(code).as(out.toString()).isZero();
        return image.resolve(Path.of("bin", "java"));
    }

    private static String assertExchanges(Path java, List<String> options, String address) {
        Finished program = run(java, with(options, List.of(Exchange.class.getName())), address);

        assertThat(program.output()).contains("exchanged").doesNotContain("Error", "WARNING");
        return program.output();
    }

    private static void assertEchoes(LoopbackPlanet planet, Path java, List<String> options, List<String> classPath)
            throws IOException {
        String address = planet.addressOf("server");
        Path status = Files.createTempFile("status", ".json");
        List<String> serverOptions =
                with(options, planet.jvmOptions("server"), List.of("-Dztnio.status.file=" + status), classPath);
        List<String> clientOptions = with(options, planet.jvmOptions("client"), classPath);
        try (RunningProcess server = program(java, with(serverOptions, List.of(NioEcho.class.getName())))
                .with(address, "7")
                .start()) {
            server.awaitLine("listening on /" + address + ":7", TIMEOUT);

            Finished client =
                    run(java, with(clientOptions, List.of(NioEchoClient.class.getName())), address, "7", "50");

            assertThat(client.exitCode()).as(client.output()).isZero();
            assertThat(server.output()).doesNotContain("Error", "Exception");
            assertThat(Files.readString(status)).contains(address);
        } finally {
            Files.delete(status);
        }
    }

    private static List<String> classPath() {
        return List.of("-cp", JavaProgram.jar() + File.pathSeparator + JavaProgram.testClasses());
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static List<String> with(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    private static JavaProgram program(Path java, List<String> arguments) {
        return JavaProgram.jvm(java, arguments.toArray(String[]::new));
    }

    private static Finished run(Path java, List<String> options, String... arguments) {
        return program(java, options).with(arguments).start().awaitExit(TIMEOUT);
    }
}
