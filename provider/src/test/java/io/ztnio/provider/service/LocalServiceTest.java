package io.ztnio.provider.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.provider.runtime.PreparedIdentities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The local API by HTTP. */
@Timeout(60)
class LocalServiceTest {
    private final FakeNode node = new FakeNode(PreparedIdentities.next());

    @TempDir
    private Path home;

    private LocalService service;
    private String token;

    @BeforeEach
    void start() throws IOException {
        service = LocalService.start(node, new FileStateStore(home), Optional.of(home), ServedController.NONE, 0);
        token = Files.readString(home.resolve("authtoken.secret"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private HttpResponse<String> call(String method, String path, byte[] body, String header, String value)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .timeout(Duration.ofSeconds(30))
                .header(header, value)
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        return call(method, path, body.getBytes(StandardCharsets.UTF_8), "X-ZT1-Auth", token);
    }

    @Test
    void requestsAreAnswered() throws IOException, InterruptedException {
        HttpResponse<String> status = call("GET", "/status", "");
        assertThat(status.statusCode()).isEqualTo(200);
        assertThat(status.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(status.body()).startsWith("{\"address\":");

        assertThat(call("POST", "/network/8056c2e21c000001", "{}").statusCode()).isEqualTo(200);
        assertThat(node.report().networks()).hasSize(1);
        assertThat(call("DELETE", "/network/8056c2e21c000001", "").body()).isEqualTo("{\"result\":true}");
        assertThat(call("GET", "/network/8056c2e21c000001", "").statusCode()).isEqualTo(404);
        assertThat(call("GET", "/controller", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aHeadHasNoBody() throws IOException, InterruptedException {
        HttpResponse<String> head = call("HEAD", "/health", "");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    /** Nobody has shown a token, and nothing is to be said. */
    @Test
    void aBodyForHealthIsSmall() throws IOException, InterruptedException {
        byte[] body = new byte[1 << 10];
        assertThat(call("POST", "/health", body, "X-ZT1-Auth", "x").statusCode())
                .isEqualTo(404);
        assertThat(call("GET", "/health", body, "X-ZT1-Auth", "x").statusCode()).isEqualTo(200);
        assertThat(call("GET", "/health", new byte[(1 << 10) + 1], "X-ZT1-Auth", "x")
                        .statusCode())
                .isEqualTo(413);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            write(socket, head("GET", "/health") + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n401\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains("HTTP/1.1 413 ");
        }
    }

    @Test
    void whoDoesNotKnowTheTokenIsToldNothing() throws IOException, InterruptedException {
        HttpResponse<String> refused = call("POST", "/network/8056c2e21c000001", new byte[0], "X-ZT1-Auth", "x");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).isEqualTo("{}");
        assertThat(node.report().networks()).isEmpty();
    }

    @Test
    void aPageOfAnotherOriginIsRefused() throws IOException, InterruptedException {
        assertThat(call("GET", "/health", new byte[0], "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws IOException, InterruptedException {
        assertThat(call("POST", "/network/8056c2e21c000001", new byte[(1 << 20) + 1], "X-ZT1-Auth", token)
                        .statusCode())
                .isEqualTo(413);
        assertThat(node.report().networks()).isEmpty();
    }

    /** As zerotier-cli asks. */
    @Test
    void aRequestWithoutAHostIsAnswered() throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), service.port())) {
            socket.getOutputStream()
                    .write(("GET /status HTTP/1.1\r\nX-ZT1-Auth: " + token + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyElseReadsTheTokens() throws IOException {
        for (String name : new String[] {"authtoken.secret", "metricstoken.secret"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aPortThatIsTakenIsAnErrorAndLeavesNothing() {
        assertThatIOException()
                .isThrownBy(() -> LocalService.start(
                                node,
                                new FileStateStore(home),
                                Optional.of(home),
                                ServedController.NONE,
                                service.port())
                        .close());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), service.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nX-ZT1-Auth: " + token + "\r\n";
    }

    @Test
    void requestsOfOneConnectionAreAnsweredInTheirOrder() throws IOException {
        try (Socket socket = connect()) {
            write(socket, head("GET", "/health") + "\r\n" + head("GET", "/nothing") + "Connection: close\r\n\r\n");

            assertThat(readAll(socket))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsOnlyOnce("HTTP/1.1 404 Not Found\r\n");
        }
    }

    /** A client that knows it does not ask in the moment in which the connection ends; those of Node.js keep them for long. */
    @Test
    void aConnectionThatStaysSaysForHowLong() throws IOException {
        try (Socket socket = connect()) {
            write(socket, head("GET", "/status") + "\r\n" + head("GET", "/nothing") + "Connection: close\r\n\r\n");

            String[] answers = readAll(socket).split("HTTP/1\\.1 ", -1);
            assertThat(answers[1]).startsWith("200 OK\r\n").contains("\r\nKeep-Alive: timeout=25\r\n");
            assertThat(answers[2])
                    .startsWith("404 Not Found\r\n")
                    .contains("\r\nConnection: close\r\n")
                    .doesNotContain("Keep-Alive");
        }
    }

    /** As curl sends a longer body. */
    @Test
    void whoWaitsToBeToldSendsTheBodyThen() throws IOException {
        try (Socket socket = connect()) {
            write(socket, head("PUT", "/network/8056c2e21c000001") + "Expect: 100-continue\r\nContent-Length: 20\r\n");
            write(socket, "Connection: close\r\n\r\n");
            byte[] told = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            write(socket, "{\"allowGlobal\":true}");

            assertThat(new String(told, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 200 OK").contains("\"allowGlobal\":true");
        }
    }

    @Test
    void whoDoesNotKnowTheTokenIsNotToldToSendABody() throws IOException {
        try (Socket socket = connect()) {
            write(socket, "PUT /status HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 20\r\n\r\n");

            assertThat(readAll(socket)).startsWith("HTTP/1.1 401 ").doesNotContain("100 Continue");
        }
    }

    /** Those who say nothing, or half of it, are as many as there may be, and more. */
    @Test
    void whoKeepsItsRequestBackKeepsNobodyOut() throws IOException, InterruptedException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < LocalService.MAX_CONNECTIONS + 10; i++) {
                Socket socket = connect();
                slow.add(socket);
                write(socket, i % 2 == 0 ? "GET /st" : "");
            }

            assertThat(call("GET", "/status", "").statusCode()).isEqualTo(200);
            // The first had to go for it, be it by its end or by a reset.
            assertThat(isEnded(slow.get(0))).isTrue();
            write(slow.get(slow.size() - 2), "atus HTTP/1.1\r\nX-ZT1-Auth: " + token + "\r\nConnection: close\r\n\r\n");
            assertThat(readAll(slow.get(slow.size() - 2))).startsWith("HTTP/1.1 200 OK");
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static boolean isEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void afterItsEndNobodyAnswers() {
        int port = service.port();
        service.close();

        assertThatIOException().isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    }
}
