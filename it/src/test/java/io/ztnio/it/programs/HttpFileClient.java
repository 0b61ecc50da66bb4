package io.ztnio.it.programs;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * The JDK's HTTP client against {@link HttpFileServer}: one GET and one PUT of a {@link Body}, digests compared.
 * Prints a line for each, {@code GET 1000 bytes in 12 ms, 0.7 Mbit/s}; ends with code 1 if a digest differs.
 *
 * <p>Arguments: server's base URI, bytes.
 */
public final class HttpFileClient {
    private HttpFileClient() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        URI server = URI.create(args[0]);
        long length = Long.parseLong(args[1]);
        String expected = length + " " + Body.digest(length);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(60))
                .build();

        long getStart = System.nanoTime();
        HttpResponse<InputStream> got = client.send(
                HttpRequest.newBuilder(server.resolve("/body/" + length)).build(), BodyHandlers.ofInputStream());
        try (InputStream in = got.body()) {
            Body.Received received = Body.digest(in);
            report("GET", length, getStart, expected, received.lengthBytes() + " " + received.hex());
        }

        long putStart = System.nanoTime();
        HttpRequest put = HttpRequest.newBuilder(server.resolve("/digest"))
                .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Body(length)), length))
                .build();
        report(
                "PUT",
                length,
                putStart,
                expected,
                client.send(put, BodyHandlers.ofString()).body());
    }

    private static void report(String method, long length, long startNanos, String expected, String actual) {
        long nanos = System.nanoTime() - startNanos;
        System.out.printf(
                "%s %d bytes in %d ms, %.1f Mbit/s%n", method, length, nanos / 1_000_000, length * 8e3 / nanos);
        if (!expected.equals(actual)) {
            System.out.println("digest differs: expected " + expected + " but was " + actual);
            System.exit(1);
        }
    }
}
