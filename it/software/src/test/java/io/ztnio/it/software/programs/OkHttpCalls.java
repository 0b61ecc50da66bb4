package io.ztnio.it.software.programs;

import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** OkHttp, with HTTP/1.1, and with HTTP/2 both negotiated and without asking. Arguments: those of {@link HttpService}. */
public final class OkHttpCalls {
    private OkHttpCalls() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        String plain = "http://" + service.address() + ":" + service.port();
        String tls = "https://" + service.address() + ":" + service.tlsPort();
        check(service, plain, "HTTP_1_1", List.of(Protocol.HTTP_1_1));
        check(service, tls, "HTTP_1_1", List.of(Protocol.HTTP_1_1));
        check(service, plain, "HTTP_2", List.of(Protocol.H2_PRIOR_KNOWLEDGE));
        check(service, tls, "HTTP_2", List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
    }

    private static void check(HttpService service, String base, String version, List<Protocol> protocols)
            throws Exception {
        SSLSocketFactory sockets = Tls.context(service.keyStore()).getSocketFactory();
        TrustManager trust = Tls.trust(service.keyStore()).getTrustManagers()[0];
        OkHttpClient client = new OkHttpClient.Builder()
                .sslSocketFactory(sockets, (X509TrustManager) trust)
                .protocols(protocols)
                .readTimeout(1, TimeUnit.MINUTES)
                .build();
        try {
            ClientChecks.check(base, version, (uri, body) -> send(client, uri, body));
        } finally {
            client.connectionPool().evictAll();
            client.dispatcher().executorService().shutdown();
        }
        if (client.connectionPool().connectionCount() != 0) {
            throw new AssertionError("a connection is still open");
        }
    }

    private static byte[] send(OkHttpClient client, String uri, byte[] body) throws Exception {
        Request.Builder request = new Request.Builder().url(uri);
        if (body != null) {
            request.post(RequestBody.create(body));
        }
        try (Response response = client.newCall(request.build()).execute()) {
            ClientChecks.status(response.code());
            return response.body().bytes();
        }
    }
}
