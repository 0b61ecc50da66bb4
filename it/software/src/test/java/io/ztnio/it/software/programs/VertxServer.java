package io.ztnio.it.software.programs;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The HTTP server of Vert.x. Arguments: those of {@link HttpService}. */
public final class VertxServer {
    private VertxServer() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        Vertx vertx = Vertx.vertx();
        PfxOptions key = new PfxOptions().setPath(service.keyStore()).setPassword(Tls.PASSWORD);
        HttpServerOptions plain = new HttpServerOptions();
        HttpServerOptions tls = new HttpServerOptions().setSsl(true).setKeyCertOptions(key);
        listen(vertx, plain, service.port(), service.address());
        listen(vertx, tls, service.tlsPort(), service.address());
        listen(vertx, plain, service.wildcardPort(), "0.0.0.0");
        service.serving();
        vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        service.stopped();
    }

    private static void listen(Vertx vertx, HttpServerOptions options, int port, String host) throws Exception {
        vertx.createHttpServer(options)
                .requestHandler(VertxServer::answer)
                .listen(port, host)
                .toCompletionStage()
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
    }

    private static void answer(HttpServerRequest request) {
        SocketAddress peer = request.remoteAddress();
        request.body()
                .onSuccess(body -> request.response()
                        .end(Buffer.buffer(HttpService.answer(
                                request.path(),
                                body.getBytes(),
                                new InetSocketAddress(peer.hostAddress(), peer.port())))));
    }
}
