package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.ServicesJar;
import io.ztnio.it.programs.Exchange;
import io.ztnio.it.programs.Installed;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two jars as modules. */
class ModulePathIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String JAR = JavaProgram.jar().toString();
    private static final String INSTALLED = "provider io.ztnio.provider.ZeroTierSelectorProvider of io.ztnio";

    @TempDir
    private Path directory;

    @Test
    void theJarIsAModuleThatRequiresNothingButTheBaseOfTheJdk() {
        ModuleDescriptor module = descriptor(JavaProgram.jar(), "io.ztnio");

        assertThat(module.isAutomatic()).isFalse();
        assertThat(module.requires().stream()
                        .filter(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
                        .map(Requires::name))
                .containsExactly("java.base");
        assertThat(module.provides()).isEmpty();
        assertThat(module.exports().stream().map(Exports::source))
                .contains("io.ztnio.provider", "io.ztnio.overlay.node", "io.ztnio.protocol.identity", "io.ztnio.tcpip")
                .noneMatch(name -> name.startsWith("io.ztnio.shaded"));
    }

    @Test
    void theAutoInstallJarIsAModuleThatProvidesTheProviders() throws IOException {
        ModuleDescriptor module = descriptor(ServicesJar.file(), "io.ztnio.autoinstall");

        assertThat(module.isAutomatic()).isFalse();
        assertThat(module.requires().stream().map(Requires::name)).containsExactlyInAnyOrder("java.base", "io.ztnio");
        assertThat(module.provides())
                .extracting(ModuleDescriptor.Provides::service)
                .containsExactlyInAnyOrder(
                        "java.nio.channels.spi.SelectorProvider", "java.nio.channels.spi.AsynchronousChannelProvider");
    }

    @Test
    void theClassesUseNoModuleOfTheJdkThatTheDescriptorDoesNotName() {
        String used = tool("jdeps", "--print-module-deps", "--ignore-missing-deps", "--multi-release", "base", JAR);
        Set<String> named = descriptor(JavaProgram.jar(), "io.ztnio").requires().stream()
                .map(Requires::name)
                .collect(Collectors.toSet());

        assertThat(named).contains(used.strip().split(","));
    }

    @Test
    void theFlagInstallsTheProviderFromTheModulePath() {
        Finished program = run(JavaProgram.jvm(
                "--module-path",
                JAR,
                "--add-modules",
                "io.ztnio",
                NodeSettings.PROVIDER,
                "-cp",
                JavaProgram.testClasses(),
                Installed.class.getName()));

        assertThat(program.output()).startsWith(INSTALLED);
    }

    @Test
    void bothJarsOnTheModulePathInstallTheProviderWithoutAFlag() throws IOException {
        Finished program = run(
                JavaProgram.jvm("--module-path", both(), "-cp", JavaProgram.testClasses(), Installed.class.getName()));

        assertThat(program.output()).startsWith(INSTALLED);
    }

    @Test
    void theJarAloneOnTheModulePathInstallsNothing() {
        Finished program =
                run(JavaProgram.jvm("--module-path", JAR, "-cp", JavaProgram.testClasses(), Installed.class.getName()));

        assertThat(program.output()).startsWith("provider sun.nio.ch.");
    }

    @Test
    void aProgramThatIsAModuleReachesANetwork() throws IOException {
        Path sources = Files.createDirectories(directory.resolve("source"));
        Path classes = directory.resolve("app");
        Path moduleInfo = Files.writeString(
                sources.resolve("module-info.java"), "module app { requires io.ztnio; exports io.ztnio.it.programs; }");
        Path program = Path.of("src", "test", "java", "io", "ztnio", "it", "programs", "Exchange.java");
        tool("javac", "-d", classes.toString(), "--module-path", JAR, moduleInfo.toString(), program.toString());

        Finished finished = run(JavaProgram.jvm(
                "--module-path",
                classes + File.pathSeparator + JAR,
                NodeSettings.PROVIDER,
                "-Dztnio.networks=00000000cafe2001",
                "-Dztnio.transport=overlay-memory",
                "-Dztnio.overlay.addresses=10.97.0.7/24",
                "-m",
                "app/" + Exchange.class.getName(),
                "10.97.0.7"));

        assertThat(finished.output())
                .startsWith("io.ztnio.provider.ZeroTierSelectorProvider of io.ztnio")
                .endsWith("exchanged");
    }

    @Test
    void theCommandLineRunsFromTheModulePath() {
        Finished program = run(JavaProgram.jvm("--module-path", JAR, "-m", "io.ztnio/io.ztnio.tools.cli.Main", "-V"));

        assertThat(program.exitCode()).as(program.output()).isZero();
    }

    private static String both() throws IOException {
        return JAR + File.pathSeparator + ServicesJar.file();
    }

    private static ModuleDescriptor descriptor(Path jar, String name) {
        return ModuleFinder.of(jar).find(name).orElseThrow().descriptor();
    }

    private static String tool(String name, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        int code = ToolProvider.findFirst(name).orElseThrow().run(printer, printer, arguments);
        printer.flush();
        assertThat(code).as(out.toString()).isZero();
        return out.toString();
    }

    private static Finished run(JavaProgram program) {
        return program.start().awaitExit(TIMEOUT);
    }
}
