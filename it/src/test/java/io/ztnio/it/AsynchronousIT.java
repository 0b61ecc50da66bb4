package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.lab.ServicesJar;
import io.ztnio.it.programs.AsyncEcho;
import io.ztnio.it.programs.AsyncEchoClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unmodified programs with asynchronous channels, each in a JVM of its own: how they are installed, and that they work. */
class AsynchronousIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String PROVIDER_CLASS = "io.ztnio.provider.ZeroTierAsynchronousChannelProvider";
    private static final String PROPERTY = "-Djava.nio.channels.spi.AsynchronousChannelProvider=" + PROVIDER_CLASS;
    private static final String BYTES = "3000000";

    @TempDir
    private Path directory;

    /** How a program gets the provider. */
    enum Way {
        PROPERTY,
        AGENT,
        SERVICE_FILE
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(Way.class)
    void aServerAndAClientExchangeBytesOverANetwork(Way way) throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "a phrase that all members know");
        int port = LoopbackPlanet.freeUdpPort();
        List<String> serverOptions = options("server", 1, key);
        serverOptions.add("-Dztnio.port=" + port);
        List<String> clientOptions = options("client", 2, key);
        clientOptions.add("-Dztnio.overlay.peers=127.0.0.1:" + port);

        try (RunningProcess server = program(AsyncEcho.class, way, serverOptions)
                .with("10.97.0.1", "8080")
                .start()) {
            server.awaitLine("provider " + PROVIDER_CLASS, TIMEOUT);
            server.awaitLine("listening on /10.97.0.1:8080", TIMEOUT);
            Finished client = program(AsyncEchoClient.class, way, clientOptions)
                    .with("10.97.0.1", "8080", BYTES)
                    .start()
                    .awaitExit(TIMEOUT);

            assertThat(client.output()).contains("provider " + PROVIDER_CLASS).contains("echoed " + BYTES);
            server.awaitLine("closed", TIMEOUT);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aWildcardListenerServesTheHostStackToo() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "a phrase that all members know");
        List<String> serverOptions = options("server", 1, key);

        try (RunningProcess server = program(AsyncEcho.class, Way.PROPERTY, serverOptions)
                .with("*", "0")
                .start()) {
            String port = server.awaitLine("listening on .*:(\\d+)", TIMEOUT).group(1);
            Finished client = JavaProgram.kernel(AsyncEchoClient.class)
                    .with("127.0.0.1", port, BYTES)
                    .start()
                    .awaitExit(TIMEOUT);

            assertThat(client.output()).contains("echoed " + BYTES);
            server.awaitLine("closed", TIMEOUT);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void withoutNetworksTheyAreTheOperatingSystems() {
        try (RunningProcess server = JavaProgram.withOptions(AsyncEcho.class, List.of(PROPERTY), JavaProgram.jar())
                .with("127.0.0.1", "0")
                .start()) {
            String port = server.awaitLine("listening on .*:(\\d+)", TIMEOUT).group(1);
            Finished client = JavaProgram.withOptions(AsyncEchoClient.class, List.of(PROPERTY), JavaProgram.jar())
                    .with("127.0.0.1", port, BYTES)
                    .start()
                    .awaitExit(TIMEOUT);

            assertThat(client.output()).contains("provider " + PROVIDER_CLASS).contains("echoed " + BYTES);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anotherProviderStaysAndTheAgentSaysSo() {
        Finished program = JavaProgram.withOptions(
                        AsyncEchoClient.class,
                        List.of(
                                "-javaagent:" + JavaProgram.jar(),
                                "-Djava.nio.channels.spi.AsynchronousChannelProvider=sun.nio.ch.Missing"))
                .with("127.0.0.1", "1", "1")
                .start()
                .awaitExit(TIMEOUT);

        assertThat(program.output())
                .contains("asynchronous channels stay with the operating system")
                .contains("AsynchronousChannelProvider=sun.nio.ch.Missing");
    }

    private static JavaProgram program(Class<?> main, Way way, List<String> options) throws IOException {
        List<String> all = new ArrayList<>(options);
        return switch (way) {
            case PROPERTY -> {
                all.add(PROPERTY);
                yield JavaProgram.withOptions(main, all, JavaProgram.jar());
            }
            case AGENT -> {
                all.add("-javaagent:" + JavaProgram.jar());
                yield JavaProgram.withOptions(main, all);
            }
            case SERVICE_FILE -> JavaProgram.withOptions(main, all, ServicesJar.file(), JavaProgram.jar());
        };
    }

    private List<String> options(String home, int host, Path key) {
        return new ArrayList<>(List.of(
                "-Dztnio.transport=overlay-udp",
                "-Dztnio.networks=00000000cafe2001",
                "-Dztnio.home=" + directory.resolve(home),
                "-Dztnio.bind=127.0.0.1",
                "-Dztnio.overlay.key.file=" + key,
                "-Dztnio.overlay.addresses=10.97.0." + host + "/24"));
    }
}
