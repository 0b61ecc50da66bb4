package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The JDK's own HTTP server and client, unmodified, in a JVM that was started with our provider. */
@Timeout(120)
class UnmodifiedHttpTest {
    private static String run(String mode, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        Path target = Path.of(System.getProperty("basedir", ""), "target");
        command.add(String.join(
                File.pathSeparator,
                target.resolve("classes").toString(),
                target.resolve("test-classes").toString(),
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path")));
        command.add(target.resolve(Path.of("test-classes", "programs", "HttpProgram.java"))
                .toString());
        command.add(mode);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return output;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void servesThroughTheOperatingSystem() throws Exception {
        String output =
                run("os", "-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider");

        assertThat(output).contains("provider io.ztnio.provider.ZeroTierSelectorProvider");
        assertThat(output).contains("200 requests answered");
        assertThat(output).doesNotContain("WARNING", "Exception");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void servesThroughTheVirtualNetwork() throws Exception {
        String output =
                run("virtual", "-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider");

        assertThat(output).contains("200 requests answered");
        assertThat(output).contains("asked by 10.144.0.1");
        assertThat(output).doesNotContain("WARNING", "Exception");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void servesOnAnOverlayThatOnlyTheFlagsName() throws Exception {
        String output = run(
                "10.94.0.7",
                "-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider",
                "-Dztnio.networks=00000000cafe2001",
                "-Dztnio.transport=overlay-memory",
                "-Dztnio.overlay.addresses=10.94.0.7/24");

        assertThat(output).contains("200 requests answered, asked by 10.94.0.7");
        assertThat(output).doesNotContain("WARNING", "Exception");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void servesFromOneOverlayNodeToAnother() throws Exception {
        String output =
                run("pair", "-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider");

        assertThat(output).contains("200 requests answered, asked by 10.94.0.2");
        assertThat(output).doesNotContain("WARNING", "Exception");
    }
}
