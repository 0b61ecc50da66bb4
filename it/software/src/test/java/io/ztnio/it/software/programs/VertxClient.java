package io.ztnio.it.software.programs;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.TrustOptions;
import java.util.concurrent.TimeUnit;

/** The HTTP client of Vert.x with HTTP/1.1 and HTTP/2. Arguments: those of {@link HttpService}. */
public final class VertxClient {
    private VertxClient() {}

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            check(HttpService.of(arguments), vertx);
        } finally {
            await(vertx.close());
        }
    }

    private static void check(HttpService service, Vertx vertx) throws Exception {
        for (HttpVersion version : new HttpVersion[] {HttpVersion.HTTP_1_1, HttpVersion.HTTP_2}) {
            HttpClientOptions options = new HttpClientOptions()
                    .setProtocolVersion(version)
                    .setUseAlpn(version == HttpVersion.HTTP_2)
                    .setTrustOptions(TrustOptions.wrap(Tls.trust(service.keyStore())));
            HttpClient client = vertx.createHttpClient(
                    options, new PoolOptions().setHttp1MaxSize(1).setHttp2MaxSize(1));
            ClientChecks.plainAndTls(service, version.name(), (uri, body) -> send(client, uri, body));
            await(client.shutdown());
        }
    }

    private static byte[] send(HttpClient client, String uri, byte[] body) throws Exception {
        RequestOptions to =
                new RequestOptions().setAbsoluteURI(uri).setMethod(body == null ? HttpMethod.GET : HttpMethod.POST);
        return await(client.request(to)
                        .compose(request -> body == null ? request.send() : request.send(Buffer.buffer(body)))
                        .compose(VertxClient::bodyOf))
                .getBytes();
    }

    private static Future<Buffer> bodyOf(HttpClientResponse response) {
        ClientChecks.status(response.statusCode());
        return response.body();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
}
