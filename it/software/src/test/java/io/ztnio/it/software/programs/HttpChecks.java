package io.ztnio.it.software.programs;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;

/**
 * The JDK's HTTP client holds a server to what {@link HttpService} says: bytes both ways, connections that are kept, new ones,
 * TLS, and an orderly end. Arguments: those of the server.
 */
public final class HttpChecks {
    private final HttpService service;
    private final SSLContext tls;

    private HttpChecks(HttpService service) throws Exception {
        this.service = service;
        this.tls = Tls.context(service.keyStore());
    }

    public static void main(String[] arguments) throws Exception {
        HttpChecks checks = new HttpChecks(HttpService.of(arguments));
        checks.at("http://" + checks.service.address() + ":" + checks.service.port());
        checks.at("https://" + checks.service.address() + ":" + checks.service.tlsPort());
        checks.at("http://" + checks.service.address() + ":" + checks.service.wildcardPort());
        checks.orderlyEnd(checks.service.port());
        System.out.println("checked");
    }

    private HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .connectTimeout(Duration.ofSeconds(60))
                .build();
    }

    private void at(String base) throws Exception {
        HttpClient client = client();
        String peer = ClientChecks.keptConnection((uri, body) -> send(client, uri, body), base + "/peer");
        for (int length : new int[] {1, 100_000, 3_000_000}) {
            byte[] sent = Bytes.of(length);
            Bytes.expect(sent, send(client, base + "/echo", sent));
            Bytes.expect(sent, send(client, base + "/bytes/" + length, null));
        }
        if (!text(client, base).equals(peer)) {
            throw new AssertionError(base + ": the connection was not kept");
        }
        if (text(client(), base).equals(peer)) {
            throw new AssertionError(base + ": another client cannot have the same connection");
        }
        System.out.println("did " + base.substring(0, base.indexOf(':')) + " from " + peer);
    }

    private static String text(HttpClient client, String base) throws IOException, InterruptedException {
        return new String(send(client, base + "/peer", null), StandardCharsets.UTF_8);
    }

    private static byte[] send(HttpClient client, String uri, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(90));
        if (body != null) {
            request.POST(BodyPublishers.ofByteArray(body));
        }
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new AssertionError(uri + ": " + response.statusCode());
        }
        return response.body();
    }

    /** A server that is told to close ends the stream, after the whole answer, and does not reset it. */
    private void orderlyEnd(int port) throws IOException {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(service.address(), port))) {
            channel.write(ByteBuffer.wrap(
                    ("GET /bytes/200000 HTTP/1.1\r\nHost: " + service.address() + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII)));
            Socket socket = channel.socket();
            InputStream in = socket.getInputStream();
            byte[] all = in.readAllBytes();
            byte[] body = Bytes.of(200_000);
            if (all.length < body.length
                    || !Arrays.equals(body, Arrays.copyOfRange(all, all.length - body.length, all.length))) {
                throw new AssertionError("the answer was cut off at " + all.length);
            }
        }
        System.out.println("did an orderly end");
    }
}
