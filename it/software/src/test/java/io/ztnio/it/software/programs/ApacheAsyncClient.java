package io.ztnio.it.software.programs;

import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http2.HttpVersionPolicy;

/** Apache HttpClient, the asynchronous one, with HTTP/1.1 and HTTP/2. Arguments: those of {@link HttpService}. */
public final class ApacheAsyncClient {
    private ApacheAsyncClient() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        check(service, "HTTP_1_1", HttpVersionPolicy.FORCE_HTTP_1);
        check(service, "HTTP_2", HttpVersionPolicy.FORCE_HTTP_2);
    }

    private static void check(HttpService service, String version, HttpVersionPolicy policy) throws Exception {
        try (CloseableHttpAsyncClient client = HttpAsyncClients.custom()
                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(1)
                        .setTlsStrategy(ClientTlsStrategyBuilder.create()
                                .setSslContext(Tls.context(service.keyStore()))
                                .buildAsync())
                        .setDefaultTlsConfig(
                                TlsConfig.custom().setVersionPolicy(policy).build())
                        .build())
                .build()) {
            client.start();
            ClientChecks.plainAndTls(service, version, (uri, body) -> send(client, uri, body));
        }
    }

    private static byte[] send(CloseableHttpAsyncClient client, String uri, byte[] body) throws Exception {
        SimpleRequestBuilder request = body == null
                ? SimpleRequestBuilder.get(uri)
                : SimpleRequestBuilder.post(uri).setBody(body, ContentType.APPLICATION_OCTET_STREAM);
        SimpleHttpResponse response = client.execute(request.build(), null).get(1, TimeUnit.MINUTES);
        ClientChecks.status(response.getCode());
        return response.getBodyBytes();
    }
}
