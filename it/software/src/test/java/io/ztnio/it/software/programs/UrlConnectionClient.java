package io.ztnio.it.software.programs;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import javax.net.ssl.HttpsURLConnection;

/** {@code HttpURLConnection}, which keeps its connections itself. Arguments: those of {@link HttpService}. */
public final class UrlConnectionClient {
    private UrlConnectionClient() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        HttpsURLConnection.setDefaultSSLSocketFactory(
                Tls.context(service.keyStore()).getSocketFactory());
        ClientChecks.plainAndTls(service, "HTTP_1_1", UrlConnectionClient::send);
    }

    private static byte[] send(String uri, byte[] body) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(uri).openConnection();
        if (body != null) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        ClientChecks.status(connection.getResponseCode());
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }
}
