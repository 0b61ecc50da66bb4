package io.ztnio.it.programs;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several HTTP requests of a node's local API, which answers only within its own host. Prints the answer to each as a line of
 * JSON: {@code status}, {@code type} and {@code body}.
 *
 * <p>Argument: the port. Standard input: the token in a line, then a line for each request, with its method, its path and, behind
 * another space, its body.
 */
public final class ApiScript {
    private ApiScript() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> lines = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(" ", 3);
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + args[0] + parts[1]))
                    .timeout(Duration.ofSeconds(30))
                    .header("X-ZT1-Auth", lines.get(0))
                    .method(parts[0], parts.length > 2 ? BodyPublishers.ofString(parts[2]) : BodyPublishers.noBody())
                    .build();
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("status", response.statusCode());
            answer.put("type", response.headers().firstValue("Content-Type").orElse(""));
            answer.put("body", response.body());
            System.out.println(JSON.std.asString(answer));
        }
    }
}
