package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.HttpFileClient;
import io.ztnio.it.programs.HttpFileServer;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.NioEchoClient;
import io.ztnio.it.programs.ProviderName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar in JVMs without a network: how it is installed, and that it changes nothing then. */
class InstallationIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String PROVIDER_CLASS = "io.ztnio.provider.ZeroTierSelectorProvider";

    @TempDir
    private Path home;

    @Test
    void theFlagInstallsTheProviderFromTheJarAlone() {
        Finished program =
                run(JavaProgram.withOptions(ProviderName.class, List.of(NodeSettings.PROVIDER), JavaProgram.jar()));

        assertThat(program.output()).isEqualTo(PROVIDER_CLASS);
    }

    @Test
    void theClasslessServicesJarInstallsTheProviderWithoutAFlag() throws IOException {
        Path services = servicesJar();

        Finished program = run(JavaProgram.withOptions(ProviderName.class, List.of(), services, JavaProgram.jar()));

        assertThat(program.output()).isEqualTo(PROVIDER_CLASS);
        assertThat(entries(services)).noneMatch(name -> name.endsWith(".class"));
    }

    @Test
    void theJarAloneInstallsNothing() {
        Finished program = run(JavaProgram.withOptions(ProviderName.class, List.of(), JavaProgram.jar()));

        assertThat(program.output()).startsWith("sun.nio.ch.");
    }

    @Test
    void theJarHasNoClassOutsideTheProjectsPackages() throws IOException {
        List<String> classes = entries(JavaProgram.jar()).stream()
                .filter(name -> name.endsWith(".class"))
                .toList();

        assertThat(classes).contains("io/ztnio/provider/ZeroTierSelectorProvider.class");
        assertThat(classes.stream()
                        .filter(name -> !name.replaceFirst("^META-INF/versions/\\d+/", "")
                                .startsWith("io/ztnio/"))
                        .toList())
                .isEmpty();
    }

    @Test
    void theJarOffersNoSecurityProviderAndNoNativeLibrary() throws IOException {
        assertThat(entries(JavaProgram.jar()))
                .doesNotContain("META-INF/services/java.security.Provider")
                .noneMatch(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"));
    }

    @Test
    void withoutNetworksHttpOverLoopbackIsTheOperatingSystems() {
        JavaProgram serverProgram = passThrough(HttpFileServer.class).with("127.0.0.1", "0");
        try (RunningProcess server = serverProgram.start()) {
            String port = server.awaitLine("listening on .*:(\\d+)", TIMEOUT).group(1);

            Finished client = run(passThrough(HttpFileClient.class).with("http://127.0.0.1:" + port + "/", "10000000"));

            assertThat(client.exitCode()).as(client.output()).isZero();
            assertThat(home.resolve("node")).doesNotExist();
        }
    }

    @Test
    void withoutNetworksASelectorServerOnIpv6LoopbackEchoes() {
        try (RunningProcess server = passThrough(NioEcho.class).with("::1", "0").start()) {
            String port = server.awaitLine("listening on .*:(\\d+)", TIMEOUT).group(1);

            Finished client = run(passThrough(NioEchoClient.class).with("::1", port, "1000"));

            assertThat(client.exitCode()).as(client.output()).isZero();
            System.out.println("pass-through: " + client.output());
        }
    }

    private JavaProgram passThrough(Class<?> main) {
        return JavaProgram.withOptions(
                main, List.of(NodeSettings.PROVIDER, "-Dztnio.home=" + home.resolve("node")), JavaProgram.jar());
    }

    private static Finished run(JavaProgram program) {
        return program.start().awaitExit(TIMEOUT);
    }

    private static Path servicesJar() throws IOException {
        Path directory = Path.of(System.getProperty("ztnio.it.services.directory"));
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.toString().matches(".*-(sources|javadoc)\\.jar"))
                    .toList();
            assertThat(jars).hasSize(1);
            return jars.get(0).normalize();
        }
    }

    private static List<String> entries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }
}
