package io.ztnio.tools.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.ztnio.tools.cli.CommandRun;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The network commands with {@code --stack overlay} over UDP on loopback, in this JVM. */
@Timeout(60)
@SuppressWarnings("try") // closing ends a command
@Tag("any-jdk")
class OverlayCommandsTest {
    private static final String NETWORK = "00000000cafe2001";

    @TempDir
    private Path directory;

    private Path keyFile;

    @BeforeEach
    void writeKey() throws IOException {
        keyFile = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(4));
    }

    private List<String> options(String home, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--stack",
                "overlay",
                "--network",
                NETWORK,
                "--key-file",
                keyFile.toString(),
                "--home",
                directory.resolve(home).toString(),
                "--bind",
                "127.0.0.1"));
        options.addAll(List.of(more));
        return options;
    }

    private CommandRun run(List<String> options, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(options);
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static String udp(LiveCommand command) throws InterruptedException {
        return command.awaitProgress("udp (127\\.0\\.0\\.1:\\d+)").group(1);
    }

    @Test
    void whatTheStartSetsAsideIsSaid() throws IOException {
        assertThat(run(options("damaged"), "join", NETWORK).exitCode()).isZero();
        Path book = directory.resolve("damaged/overlay/addressbook");
        Files.writeString(book, "{");

        CommandRun run = run(options("damaged"), "join", NETWORK);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("addressbook is damaged", "set aside as addressbook.damaged");
        assertThat(book).doesNotExist();
    }

    @Test
    void theTunnelDemoByNodeId() throws Exception {
        HttpServer server = LengthServer.start();
        try (LiveCommand expose = LiveCommand.start(
                options("expose", "--drain", "500ms"),
                "expose",
                "28080",
                "127.0.0.1:" + server.getAddress().getPort())) {
            String id = expose.awaitProgress("node (\\p{XDigit}{10})").group(1);
            String peer = udp(expose);
            expose.await("listening on .*:28080");
            try (LiveCommand forward = LiveCommand.start(
                    options("forward", "--peer", peer, "--drain", "500ms"), "forward", "0", id + ":28080")) {
                String port = forward.await("listening on 127\\.0\\.0\\.1:(\\d+), forwarding to " + id + ":28080")
                        .group(1);
                HttpClient client = HttpClient.newHttpClient();
                for (int i = 0; i < 20; i++) {
                    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + i))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[i * 10_000]))
                            .build();
                    assertThat(client.send(request, BodyHandlers.ofString()).body())
                            .isEqualTo("you sent " + i * 10_000);
                }

                assertThat(forward.interrupt()).isZero();
            }
            assertThat(expose.interrupt()).isZero();
            assertThat(expose.out()).containsPattern("\\d+ connections, \\d+ of them failed; \\d+ bytes to the target");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void udpSendFindsANodeByTheNameItCallsItself() throws Exception {
        try (LiveCommand listen = LiveCommand.start(
                options("listen", "--name", "alpha", "--own", "10.92.0.1/24"),
                "udp-listen",
                "7001",
                "--echo",
                "--count",
                "3")) {
            String peer = udp(listen);
            listen.awaitProgress("listening on UDP port 7001");
            List<String> caller = options("send", "--peer", peer, "--own", "10.92.0.2/24");

            CommandRun byName = run(caller, "udp-send", "alpha", "7001", "hello", "--wait", "20s");
            CommandRun byAddress = run(caller, "udp-send", "10.92.0.1", "7001", "hello", "--wait", "20s");
            assertThat(byName.exitCode()).as(byName.err()).isZero();
            assertThat(byAddress.exitCode()).as(byAddress.err()).isZero();
            assertThat(byAddress.out()).isEqualTo("10.92.0.1:7001 5 bytes: hello\n");
            assertThat(listen.out()).contains("10.92.0.2:");
        }
    }

    @Test
    void joinPrintsTheIdThatIsKept() {
        CommandRun first = run(
                List.of("--stack", "overlay", "--key", "a long phrase", "--home", directory.toString()),
                "join",
                NETWORK);
        CommandRun second = run(
                List.of("--stack", "overlay", "--key", "a long phrase", "--home", directory.toString()),
                "join",
                NETWORK);

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.outLines().get(0)).matches("node \\p{XDigit}{10}");
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(first.err()).containsPattern("identity \\p{XDigit}{10}:\\p{XDigit}{64}");
    }

    @Test
    void whoStaysSeesOthersComeAndGo() throws Exception {
        try (LiveCommand stay = LiveCommand.start(options("stay"), "join", NETWORK, "--stay")) {
            String peer = udp(stay);
            try (LiveCommand other = LiveCommand.start(options("other", "--peer", peer), "join", NETWORK, "--stay")) {
                String id = other.await("node (\\p{XDigit}{10})").group(1);
                other.awaitProgress("PEER_ONLINE|member .* online");
                stay.awaitProgress("PEER_ONLINE network " + NETWORK + " node " + id);
                assertThat(other.interrupt()).isZero();
                stay.awaitProgress("PEER_OFFLINE network " + NETWORK + " node " + id);
            }
        }
    }

    @Test
    void aNodeThatIsNotThereIsAFailureThatSaysWhatToDo() {
        CommandRun run = run(options("lonely", "--join-timeout", "300ms"), "call", "8e4df28b72", "80");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("8e4df28b72 is not there")
                .contains("Found: nobody")
                .contains("--peer");
    }

    @Test
    void aNetworkWithoutAKeyIsRefused() {
        CommandRun run = CommandRun.of(
                "join",
                NETWORK,
                "--stack",
                "overlay",
                "--home",
                directory.resolve("open").toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("key");
    }
}
