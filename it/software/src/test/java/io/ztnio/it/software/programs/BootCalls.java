package io.ztnio.it.software.programs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Calls the Spring Boot application: bodies both ways over one connection, and at last the request that is answered only while
 * the application ends. Arguments: its address and port.
 */
public final class BootCalls {
    private static final int LAST = 2_000_000;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();
    private final String base;

    private BootCalls(String base) {
        this.base = base;
    }

    public static void main(String[] arguments) throws Exception {
        BootCalls calls = new BootCalls("http://" + arguments[0] + ":" + arguments[1]);
        String peer = new String(calls.send("/peer", null), StandardCharsets.UTF_8);
        for (int length : new int[] {1, 100_000, 1_500_000}) {
            byte[] bytes = Bytes.of(length);
            Bytes.expect(bytes, calls.send("/echo", bytes));
            Bytes.expect(bytes, calls.send("/bytes/" + length, null));
        }
        if (!new String(calls.send("/peer", null), StandardCharsets.UTF_8).equals(peer)) {
            throw new AssertionError("the connection was not kept");
        }
        System.out.println("did calls from " + peer);
        Bytes.expect(Bytes.of(LAST), calls.send("/last/" + LAST, null));
        System.out.println("did the last call");
    }

    private byte[] send(String path, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(90));
        if (body != null) {
            request.POST(BodyPublishers.ofByteArray(body)).header("Content-Type", "application/octet-stream");
        }
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new AssertionError(path + ": " + response.statusCode());
        }
        return response.body();
    }
}
