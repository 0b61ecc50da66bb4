package io.ztnio.it.programs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * One HTTP request, for a daemon's control port, which answers only within its own host. Prints the answer's body.
 *
 * <p>Arguments: method, URI, and optionally a body. The token is read from standard input: arguments are public.
 */
public final class HttpCall {
    private HttpCall() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        String token = new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII).strip();
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[1]))
                .header("X-ZT1-Auth", token)
                .method(args[0], args.length > 2 ? BodyPublishers.ofString(args[2]) : BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, BodyHandlers.ofString());
        System.out.println(response.body());
        if (response.statusCode() != 200) {
            System.exit(1);
        }
    }
}
