package io.ztnio.it.software.programs;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import javax.net.ssl.TrustManagerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/** The HTTP client of Reactor Netty with HTTP/1.1 and HTTP/2. Arguments: those of {@link HttpService}. */
public final class ReactorNettyClient {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private ReactorNettyClient() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        String plain = "http://" + service.address() + ":" + service.port();
        String tls = "https://" + service.address() + ":" + service.tlsPort();
        TrustManagerFactory trust = Tls.trust(service.keyStore());
        SslProvider.GenericSslContextSpec<SslContextBuilder> http11 =
                Http11SslContextSpec.forClient().configure(builder -> builder.trustManager(trust));
        SslProvider.GenericSslContextSpec<SslContextBuilder> http2 =
                Http2SslContextSpec.forClient().configure(builder -> builder.trustManager(trust));
        ConnectionProvider connections = ConnectionProvider.create("calling", 1);
        LoopResources loops = LoopResources.create("calling", 2, false);
        HttpClient client = HttpClient.create(connections).runOn(loops);
        try {
            check(plain, "HTTP_1_1", client.protocol(HttpProtocol.HTTP11));
            check(tls, "HTTP_1_1", client.protocol(HttpProtocol.HTTP11).secure(spec -> spec.sslContext(http11)));
            check(plain, "HTTP_2", client.protocol(HttpProtocol.H2C));
            check(tls, "HTTP_2", client.protocol(HttpProtocol.H2).secure(spec -> spec.sslContext(http2)));
        } finally {
            connections.disposeLater().block(TIMEOUT);
            loops.disposeLater().block(TIMEOUT);
        }
    }

    private static void check(String base, String version, HttpClient client) throws Exception {
        ClientChecks.check(base, version, (uri, body) -> send(client, uri, body));
    }

    private static byte[] send(HttpClient client, String uri, byte[] body) {
        return client.request(body == null ? HttpMethod.GET : HttpMethod.POST)
                .uri(uri)
                .send(body == null ? Mono.empty() : ByteBufFlux.fromInbound(Mono.just(body)))
                .responseSingle((response, content) -> {
                    ClientChecks.status(response.status().code());
                    return content.asByteArray();
                })
                .block(TIMEOUT);
    }
}
