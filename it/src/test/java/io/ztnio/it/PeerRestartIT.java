package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoopbackPlanet;
import io.ztnio.it.lab.NodeSettings;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.programs.BlockedReader;
import io.ztnio.it.programs.NioEcho;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A reader whose peer's JVM is killed, and started again with the same home, on the same UDP port and on another. */
@Tag("any-jdk")
class PeerRestartIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String ADDRESS = "10.97.0.1";

    /** Nothing ends by time here: what ends the read is the peer's new instance. */
    private static final String NO_TIMEOUT = "-Dztnio.peer.timeout=0";

    @TempDir
    private Path directory;

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aBlockedReadEndsWhenTheKilledPeersHomeComesBackOnTheOverlay() {
        int port = LoopbackPlanet.freeUdpPort();
        List<String> server = overlay("server");
        server.addAll(List.of("-Dztnio.overlay.addresses=" + ADDRESS + "/24", "-Dztnio.port=" + port));
        List<String> client = overlay("client");
        client.addAll(List.of("-Dztnio.overlay.addresses=10.97.0.2/24", "-Dztnio.overlay.peers=127.0.0.1:" + port));

        restart(ADDRESS, server, server, client);
    }

    /** A minute of silence, and then the time of the setting. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aBlockedReadEndsThoughTheKilledPeerStaysAwayOnTheOverlay() {
        int port = LoopbackPlanet.freeUdpPort();
        List<String> peer = overlay("server");
        peer.addAll(List.of("-Dztnio.overlay.addresses=" + ADDRESS + "/24", "-Dztnio.port=" + port));
        List<String> reader = overlay("client");
        reader.remove(NO_TIMEOUT);
        reader.addAll(List.of(
                "-Dztnio.peer.timeout=1s",
                "-Dztnio.overlay.addresses=10.97.0.2/24",
                "-Dztnio.overlay.peers=127.0.0.1:" + port));
        RunningProcess server = echo(ADDRESS, peer);
        try (RunningProcess client = reader(ADDRESS, reader)) {
            client.awaitLine("echoed", TIMEOUT);
            server.close();

            assertThat(client.awaitExit(TIMEOUT).output()).contains("ended: Connection timed out");
        } finally {
            server.close();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aBlockedReadEndsWhenTheKilledPeersHomeComesBackOnAnotherUdpPort() {
        try (LoopbackPlanet planet = new LoopbackPlanet(directory)) {
            String address = planet.addressOf("server");
            List<String> first = planet.jvmOptions("server");
            List<String> second = new ArrayList<>(first);
            first.add("-Dztnio.port=" + LoopbackPlanet.freeUdpPort());
            second.add("-Dztnio.port=" + LoopbackPlanet.freeUdpPort());
            List<String> client = planet.jvmOptions("client");
            client.add(NO_TIMEOUT);

            restart(address, first, second, client);
        }
    }

    private static void restart(String address, List<String> before, List<String> after, List<String> clientOptions) {
        RunningProcess server = echo(address, before);
        try (RunningProcess client = reader(address, clientOptions)) {
            client.awaitLine("echoed", TIMEOUT);
            server.close();
            assertThat(client.isAlive()).isTrue();

            server = echo(address, after);

            assertThat(client.awaitExit(TIMEOUT).output()).contains("ended: Connection reset");
        } finally {
            server.close();
        }
    }

    private static RunningProcess reader(String address, List<String> options) {
        return JavaProgram.withOptions(BlockedReader.class, options, JavaProgram.jar())
                .with(address, "8080")
                .start();
    }

    private static RunningProcess echo(String address, List<String> options) {
        RunningProcess server = JavaProgram.withOptions(NioEcho.class, options, JavaProgram.jar())
                .with(address, "8080")
                .start();
        server.awaitLine("listening on", TIMEOUT);
        return server;
    }

    private List<String> overlay(String home) {
        return new ArrayList<>(List.of(
                NodeSettings.PROVIDER,
                NO_TIMEOUT,
                "-Dztnio.transport=overlay-udp",
                "-Dztnio.networks=00000000cafe2001",
                "-Dztnio.home=" + directory.resolve(home),
                "-Dztnio.bind=127.0.0.1",
                "-Dztnio.overlay.key=a phrase that all members know"));
    }
}
