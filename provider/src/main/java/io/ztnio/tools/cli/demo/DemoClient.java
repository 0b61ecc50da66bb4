package io.ztnio.tools.cli.demo;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/** An ordinary HTTP client: uploads a file and downloads it again. It knows nothing of ZeroTier. */
public final class DemoClient {
    private static final int BUFFER_LENGTH = 64 * 1024;
    private static final long PROGRESS_NANOS = 100_000_000;

    private DemoClient() {}

    /**
     * Arguments: the file, then URLs. For each URL prints {@code upload URL} and {@code download URL}, lines
     * {@code progress BYTES}, and {@code done BYTES NANOS DIGEST}, the digest being that of the receiver.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[0]);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
        for (int i = 1; i < args.length; i++) {
            URI uri = URI.create(args[i]);
            System.out.println("upload " + uri);
            upload(client, uri, file);
            System.out.println("download " + uri);
            download(client, uri);
        }
        System.exit(0);
    }

    private static void upload(HttpClient client, URI uri, Path file) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(uri)
                .PUT(BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(() -> new ProgressStream(open(file))), Files.size(file)))
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        check(response);
        done(Files.size(file), System.nanoTime() - startNanos, response.body());
    }

    private static void download(HttpClient client, URI uri) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        HttpResponse<InputStream> response =
                client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
        check(response);
        MessageDigest digest = DemoServer.sha256();
        long bytes = 0;
        byte[] buffer = new byte[BUFFER_LENGTH];
        try (InputStream body = new ProgressStream(response.body())) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                digest.update(buffer, 0, n);
                bytes += n;
            }
        }
        done(bytes, System.nanoTime() - startNanos, HexFormat.of().formatHex(digest.digest()));
    }

    private static void check(HttpResponse<?> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answered " + response.statusCode());
        }
    }

    private static void done(long bytes, long nanos, String digest) {
        System.out.println("done " + bytes + " " + nanos + " " + digest);
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells how much has passed, a few times a second. */
    private static final class ProgressStream extends FilterInputStream {
        private long bytes;
        private long nextNanos = System.nanoTime();

        ProgressStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = super.read(target, offset, length);
            count(Math.max(0, n));
            return n;
        }

        private void count(int n) {
            bytes += n;
            long now = System.nanoTime();
            if (now - nextNanos >= 0) {
                nextNanos = now + PROGRESS_NANOS;
                System.out.println("progress " + bytes);
            }
        }
    }
}
