package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.ProgramJar;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.ServicesJar;
import io.ztnio.it.programs.Exchange;
import io.ztnio.it.programs.HttpFileClient;
import io.ztnio.it.programs.HttpFileServer;
import io.ztnio.it.programs.Installed;
import io.ztnio.it.programs.NettyEpoll;
import io.ztnio.it.programs.NioEcho;
import io.ztnio.it.programs.NioEchoClient;
import io.ztnio.it.programs.ProviderName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void theAutoInstallJarInstallsTheProviderWithoutAFlag() throws IOException {
        Path services = ServicesJar.file();

        Finished program = run(JavaProgram.withOptions(ProviderName.class, List.of(), services, JavaProgram.jar()));

        assertThat(program.output()).isEqualTo(PROVIDER_CLASS);
        // What the module path needs; the class path needs the service file only.
        assertThat(entries(services))
                .filteredOn(name -> name.endsWith(".class"))
                .containsExactlyInAnyOrder(
                        "module-info.class",
                        "io/ztnio/autoinstall/InstalledAsynchronousProvider.class",
                        "io/ztnio/autoinstall/InstalledProvider.class",
                        "io/ztnio/autoinstall/package-info.class");
    }

    @Test
    void theBootClassPathInstallsTheProviderInAJarThatJavaRuns() throws IOException {
        String jar = ProgramJar.plain(home.resolve("app.jar"), Installed.class).toString();
        String bootClassPath = "-Xbootclasspath/a:" + JavaProgram.jar();

        Finished program = run(JavaProgram.jvm(bootClassPath, NodeSettings.PROVIDER, "-jar", jar));
        Finished byEnvironment = run(JavaProgram.jvm("-jar", jar)
                .inEnvironment("JAVA_TOOL_OPTIONS=" + bootClassPath + " " + NodeSettings.PROVIDER));

        assertThat(program.output()).startsWith("provider " + PROVIDER_CLASS);
        assertThat(byEnvironment.output()).contains("provider " + PROVIDER_CLASS);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_22)
    void theBootClassPathIgnoresTheClassesOfNewerJdks() throws IOException {
        assumeThat(entries(JavaProgram.jar()))
                .as("a jar that a JDK 22 or newer has built")
                .anyMatch(name -> name.startsWith("META-INF/versions/"));
        String jar = ProgramJar.plain(home.resolve("app.jar"), Installed.class).toString();

        Finished agent = run(JavaProgram.jvm("-javaagent:" + JavaProgram.jar(), "-jar", jar));
        Finished bootClassPath =
                run(JavaProgram.jvm("-Xbootclasspath/a:" + JavaProgram.jar(), NodeSettings.PROVIDER, "-jar", jar));

        assertThat(agent.output()).contains("versioned true");
        assertThat(bootClassPath.output()).contains("versioned false");
    }

    @Test
    void theModulePathInstallsTheProviderInAJarThatJavaRuns() throws IOException {
        String jar = ProgramJar.plain(home.resolve("app.jar"), Installed.class).toString();

        Finished program = run(JavaProgram.jvm(
                "--module-path",
                JavaProgram.jar().toString(),
                "--add-modules",
                "io.ztnio",
                NodeSettings.PROVIDER,
                "-jar",
                jar));

        assertThat(program.output()).startsWith("provider " + PROVIDER_CLASS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JarLauncher", "PropertiesLauncher"})
    void springBootsLoaderAsTheMainClassLeavesTheClassPathToTheUser(String launcher) throws IOException {
        Path boot = ProgramJar.springBoot(home.resolve("boot.jar"), Installed.class);

        Finished program = run(JavaProgram.jvm(
                NodeSettings.PROVIDER,
                "-cp",
                boot + File.pathSeparator + JavaProgram.jar(),
                "org.springframework.boot.loader.launch." + launcher));

        assertThat(program.output()).startsWith("provider " + PROVIDER_CLASS);
    }

    /** As the documentation says: the JDK looks for providers on the system class path. */
    @Test
    void insideASpringBootJarTheProviderIsNotFound() throws IOException {
        Path boot = ProgramJar.springBoot(home.resolve("boot.jar"), Installed.class, JavaProgram.jar());

        Finished nested = run(JavaProgram.jvm(NodeSettings.PROVIDER, "-jar", boot.toString()));
        Finished loaderPath = run(JavaProgram.jvm(
                NodeSettings.PROVIDER,
                "-Dloader.path=" + JavaProgram.jar(),
                "-cp",
                boot.toString(),
                "org.springframework.boot.loader.launch.PropertiesLauncher"));

        assertThat(nested.output()).contains("ServiceConfigurationError");
        assertThat(loaderPath.output()).contains("ServiceConfigurationError");
    }

    @Test
    void serviceLinksOfAContainerPlatformAreOneWarning() {
        Finished program = run(passThrough(Exchange.class)
                .with("127.0.0.1")
                .inEnvironment(
                        "ZTNIO_PORT=tcp://10.96.0.10:9993",
                        "ZTNIO_SERVICE_HOST=10.96.0.10",
                        "ZTNIO_PORT_9993_TCP=tcp://10.96.0.10:9993"));

        assertThat(program.output())
                .contains("environment variables ZTNIO_PORT, ZTNIO_PORT_9993_TCP, ZTNIO_SERVICE_HOST are ignored")
                .containsOnlyOnce("ZTNIO_SERVICE_HOST")
                .contains("exchanged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", "/"})
    void aUserWithoutAHomeDirectoryIsToldToNameOne(String userHome) {
        Finished program = run(JavaProgram.withOptions(
                        Exchange.class,
                        List.of(
                                NodeSettings.PROVIDER,
                                "-Duser.home=" + userHome,
                                "-Dztnio.transport=overlay-udp",
                                "-Dztnio.overlay.key=a phrase that all members know",
                                "-Dztnio.networks=00000000cafe2001"),
                        JavaProgram.jar())
                .with("127.0.0.1"));

        assertThat(program.output()).contains("user.home is '" + userHome + "'", "set ztnio.home (ZTNIO_HOME)");
        assertThat(Path.of("?")).doesNotExist();
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "x86_64"})
    void aNativeTransportOfNettyIsWarnedOf() {
        List<Path> jars = new ArrayList<>(List.of(JavaProgram.jar(), nettyLibrary()));
        for (String type : List.of(
                "io.netty.channel.epoll.Epoll",
                "io.netty.channel.unix.Unix",
                "io.netty.channel.Channel",
                "io.netty.buffer.ByteBuf",
                "io.netty.resolver.AddressResolver",
                "io.netty.util.Version")) {
            jars.add(ProgramJar.jarOf(type));
        }
        List<String> options = List.of(
                NodeSettings.PROVIDER,
                "-Dztnio.networks=00000000cafe2001",
                "-Dztnio.transport=overlay-memory",
                "-Dztnio.overlay.addresses=10.97.0.7/24");
        try (RunningProcess program = JavaProgram.withOptions(NettyEpoll.class, options, jars.toArray(Path[]::new))
                .start()) {
            assertThat(program.awaitLine("available (.*)", TIMEOUT).group(1)).isEqualTo("true");
            program.awaitLine("Netty's native transport epoll is in use .*-Dio.netty.transport.noNative=true", TIMEOUT);
        }
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
                .filter(name -> !name.equals("module-info.class"))
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

    /** The jar that has no class but the library. */
    private static Path nettyLibrary() {
        return ProgramJar.jarOfResource("META-INF/native/libnetty_transport_native_epoll_x86_64.so");
    }

    private static List<String> entries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }
}
