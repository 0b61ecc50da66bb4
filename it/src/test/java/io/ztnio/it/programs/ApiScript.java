package io.ztnio.it.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/**
 * HTTP requests of a node's local API, which answers only within its own host. Prints a line for each, with tabs between
 * its number, the answer's status, its content type and its body in Base64.
 *
 * <p>Argument: the port. Standard input: the token in a line, then a line for each request, with its method, its path and, behind
 * another space, its body.
 */
public final class ApiScript {
    private ApiScript() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String token = in.readLine();
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        int number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            String[] parts = line.split(" ", 3);
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + args[0] + parts[1]))
                    .timeout(Duration.ofSeconds(30))
                    .header("X-ZT1-Auth", token)
                    .method(parts[0], parts.length > 2 ? BodyPublishers.ofString(parts[2]) : BodyPublishers.noBody())
                    .build();
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
            System.out.println(number + "\t" + response.statusCode() + "\t" + type + "\t"
                    + Base64.getEncoder().encodeToString(body));
        }
    }
}
