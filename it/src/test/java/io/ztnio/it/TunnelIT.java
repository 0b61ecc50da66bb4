package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.RunningProcess.Finished;
import io.ztnio.it.programs.HttpFileClient;
import io.ztnio.it.programs.HttpFileServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The tunnel demo with the packaged jar, each command in a JVM of its own: a service, {@code expose}, {@code forward}, and a
 * client that knows nothing of the network. On either stack.
 */
@Tag("any-jdk")
class TunnelIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String BYTES = "20000000";

    @TempDir
    private Path directory;

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theTunnelDemoOnAZeroTierNetwork() {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory);
                RunningProcess server = service()) {
            String target = "127.0.0.1:" + port(server);
            try (RunningProcess expose = JavaProgram.cli("expose", "8080", target)
                    .with(planet.options("expose"))
                    .start()) {
                String address = expose.awaitLine("listening on .*?(10\\.98\\.0\\.\\d+):8080", TIMEOUT)
                        .group(1);
                forward(JavaProgram.cli("forward", "0", address + ":8080").with(planet.options("forward")));
                assertEndsGracefully(expose);
            }
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aTunnelLeadsToAMemberByItsName() {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory);
                RunningProcess server = service();
                RunningProcess expose = JavaProgram.cli("expose", "8080", "localhost:" + port(server))
                        .with(planet.options("expose"))
                        .start()) {
            String member = expose.awaitLine("^node (\\p{XDigit}{10})", TIMEOUT).group(1);
            expose.awaitLine("listening on", TIMEOUT);

            forward(JavaProgram.cli("forward", "0", member + "." + planet.network() + ".zt:8080")
                    .with(planet.options("forward")));

            assertEndsGracefully(expose);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theTunnelDemoOnAnOverlay() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "a phrase that all members know");
        try (RunningProcess server = service();
                RunningProcess expose = JavaProgram.cli("expose", "28080", "127.0.0.1:" + port(server))
                        .with(overlay("expose", key))
                        .start()) {
            String id = expose.awaitLine("^node (\\p{XDigit}{10})", TIMEOUT).group(1);
            String peer =
                    expose.awaitLine("^udp (127\\.0\\.0\\.1:\\d+)", TIMEOUT).group(1);
            expose.awaitLine("listening on", TIMEOUT);
            forward(JavaProgram.cli("forward", "0", id + ":28080", "--peer", peer)
                    .with(overlay("forward", key)));
            assertEndsGracefully(expose);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void listenAndCallTalkBothWays() throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "a phrase that all members know");
        try (RunningProcess listen =
                JavaProgram.cli("listen", "7000").with(overlay("listen", key)).start("from the listener\n")) {
            String id = listen.awaitLine("^node (\\p{XDigit}{10})", TIMEOUT).group(1);
            String peer =
                    listen.awaitLine("^udp (127\\.0\\.0\\.1:\\d+)", TIMEOUT).group(1);
            listen.awaitLine("listening on port 7000", TIMEOUT);

            Finished call = JavaProgram.cli("call", id, "7000", "--peer", peer)
                    .with(overlay("call", key))
                    .start("from the caller\n")
                    .awaitExit(TIMEOUT);
            Finished listened = listen.awaitExit(TIMEOUT);

            assertThat(call.output()).contains("from the listener", "18 bytes received, 16 sent");
            assertThat(call.exitCode()).as(call.output()).isZero();
            assertThat(listened.output()).contains("from the caller");
            assertThat(listened.exitCode()).as(listened.output()).isZero();
        }
    }

    private String[] overlay(String home, Path key) {
        return new String[] {
            "--stack", "overlay",
            "--network", "00000000cafe2001",
            "--key-file", key.toString(),
            "--home", directory.resolve(home).toString(),
            "--bind", "127.0.0.1"
        };
    }

    /** An HTTP server that is no part of any network. */
    private static RunningProcess service() {
        return JavaProgram.kernel(HttpFileServer.class).with("127.0.0.1", "0").start();
    }

    private static String port(RunningProcess server) {
        return server.awaitLine("listening on .*:(\\d+)", TIMEOUT).group(1);
    }

    /** Runs the other end of the tunnel, transfers a file both ways through it, and ends it. */
    private static void forward(JavaProgram command) {
        try (RunningProcess forward = command.start()) {
            String entrance = forward.awaitLine("listening on (127\\.0\\.0\\.1:\\d+)", TIMEOUT)
                    .group(1);
            Finished client = JavaProgram.kernel(HttpFileClient.class)
                    .with("http://" + entrance + "/", BYTES)
                    .start()
                    .awaitExit(TIMEOUT);

            System.out.println("through the tunnel: " + client.output());
            assertThat(client.exitCode()).as(client.output()).isZero();
            assertEndsGracefully(forward);
        }
    }

    private static void assertEndsGracefully(RunningProcess tunnel) {
        tunnel.terminate();
        Finished finished = tunnel.awaitExit(TIMEOUT);

        assertThat(finished.output())
                .containsPattern("\\d+ connections, 0 of them failed; 20\\d{6} bytes to the target");
        // As shells report an end by SIGTERM.
        assertThat(finished.exitCode()).as(finished.output()).isEqualTo(128 + 15);
    }
}
