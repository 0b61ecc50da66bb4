package io.ztnio.it.software.programs;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** The client of {@code java.net.http}: HTTP/1.1, HTTP/2 and WebSocket. Arguments: those of {@link HttpService}. */
public final class JdkHttpClient {
    private JdkHttpClient() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        SSLContext tls = Tls.context(service.keyStore());
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpClient client =
                    HttpClient.newBuilder().version(version).sslContext(tls).build();
            ClientChecks.plainAndTls(service, version.name(), (uri, body) -> send(client, uri, body));
            webSocket(client, "ws://" + service.address() + ":" + service.port());
            webSocket(client, "wss://" + service.address() + ":" + service.tlsPort());
        }
    }

    private static byte[] send(HttpClient client, String uri, byte[] body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        if (body != null) {
            request.POST(BodyPublishers.ofByteArray(body));
        }
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        ClientChecks.status(response.statusCode());
        return response.body();
    }

    private static void webSocket(HttpClient client, String uri) throws Exception {
        Messages messages = new Messages();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(uri + "/socket"), messages)
                .get(1, TimeUnit.MINUTES);
        byte[] sent = Bytes.of(3_000_000);
        // In two frames of one message.
        socket.sendBinary(ByteBuffer.wrap(sent, 0, 50_000), false).get(1, TimeUnit.MINUTES);
        socket.sendBinary(ByteBuffer.wrap(sent, 50_000, sent.length - 50_000), true)
                .get(1, TimeUnit.MINUTES);
        Bytes.expect(sent, messages.first.get(1, TimeUnit.MINUTES));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(1, TimeUnit.MINUTES);
        if (messages.end.get(1, TimeUnit.MINUTES) != WebSocket.NORMAL_CLOSURE) {
            throw new AssertionError("the server did not answer the close");
        }
        System.out.println("did " + uri.substring(0, uri.indexOf(':')));
    }

    private static final class Messages implements WebSocket.Listener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> first = new CompletableFuture<>();
        private final CompletableFuture<Integer> end = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            bytes.writeBytes(part);
            if (last) {
                first.complete(bytes.toByteArray());
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            end.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            first.completeExceptionally(error);
            end.completeExceptionally(error);
        }
    }
}
