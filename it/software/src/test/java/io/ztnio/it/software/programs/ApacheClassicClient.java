package io.ztnio.it.software.programs;

import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/** Apache HttpClient, the classic one. Arguments: those of {@link HttpService}. */
public final class ApacheClassicClient {
    private ApacheClassicClient() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        try (CloseableHttpClient client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(Tls.context(service.keyStore())))
                        .build())
                .build()) {
            ClientChecks.plainAndTls(service, "HTTP_1_1", (uri, body) -> send(client, uri, body));
        }
    }

    private static byte[] send(CloseableHttpClient client, String uri, byte[] body) throws Exception {
        ClassicRequestBuilder request = body == null
                ? ClassicRequestBuilder.get(uri)
                : ClassicRequestBuilder.post(uri).setEntity(body, ContentType.APPLICATION_OCTET_STREAM);
        return client.execute(request.build(), response -> {
            ClientChecks.status(response.getCode());
            return EntityUtils.toByteArray(response.getEntity());
        });
    }
}
