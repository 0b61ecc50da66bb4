package io.ztnio.it.software.programs;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP server of Vert.x: HTTP/1.1 and HTTP/2 on each port, and WebSockets that send messages back. Besides what
 * {@link HttpService} says, {@code /version} answers the version, and after {@code /bye} the connection is closed. Arguments:
 * those of {@link HttpService}.
 */
public final class VertxServer {
    private static final int LARGEST = 16 << 20;

    private VertxServer() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        Vertx vertx = Vertx.vertx();
        PfxOptions key = new PfxOptions().setPath(service.keyStore()).setPassword(Tls.PASSWORD);
        HttpServerOptions plain = options();
        HttpServerOptions tls = options().setSsl(true).setUseAlpn(true).setKeyCertOptions(key);
        listen(vertx, plain, service.port(), service.address());
        listen(vertx, tls, service.tlsPort(), service.address());
        listen(vertx, plain, service.wildcardPort(), "0.0.0.0");
        service.serving();
        vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        service.stopped();
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions().setMaxWebSocketFrameSize(LARGEST).setMaxWebSocketMessageSize(LARGEST);
    }

    private static void listen(Vertx vertx, HttpServerOptions options, int port, String host) throws Exception {
        vertx.createHttpServer(options)
                .requestHandler(VertxServer::answer)
                .webSocketHandler(socket -> socket.binaryMessageHandler(socket::writeBinaryMessage))
                .listen(port, host)
                .toCompletionStage()
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
    }

    private static void answer(HttpServerRequest request) {
        SocketAddress peer = request.remoteAddress();
        switch (request.path()) {
            case "/version" -> request.response().end(request.version().name());
            case "/bye" ->
                request.response()
                        .end("bye")
                        .onComplete(end -> request.connection().close());
            default ->
                request.body()
                        .onSuccess(body -> request.response()
                                .end(Buffer.buffer(HttpService.answer(
                                        request.path(),
                                        body.getBytes(),
                                        new InetSocketAddress(peer.hostAddress(), peer.port())))));
        }
    }
}
