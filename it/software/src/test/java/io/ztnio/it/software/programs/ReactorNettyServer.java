package io.ztnio.it.software.programs;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** The HTTP server of Reactor Netty. Arguments: those of {@link HttpService}. */
public final class ReactorNettyServer {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private ReactorNettyServer() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        SslContext key =
                SslContextBuilder.forServer(Tls.keys(service.keyStore())).build();
        LoopResources loops = LoopResources.create("serving", 2, false);
        HttpServer server = HttpServer.create().runOn(loops).handle(ReactorNettyServer::answer);
        HttpServer local = server.host(service.address());
        List<DisposableServer> servers = List.of(
                local.port(service.port()).bindNow(TIMEOUT),
                local.port(service.tlsPort())
                        .secure(spec -> spec.sslContext(key))
                        .bindNow(TIMEOUT),
                server.port(service.wildcardPort()).bindNow(TIMEOUT));
        service.serving();
        servers.forEach(each -> each.disposeNow(TIMEOUT));
        loops.disposeLater().block(TIMEOUT);
        service.stopped();
    }

    private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asByteArray()
                .defaultIfEmpty(new byte[0])
                .flatMap(body -> {
                    byte[] answer = HttpService.answer(request.uri(), body, request.remoteAddress());
                    return response.sendByteArray(Mono.just(answer)).then();
                });
    }
}
