import com.sun.net.httpserver.HttpServer;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.runtime.DefaultNetworks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Run by UnmodifiedHttpTest, as a source file in a JVM of its own, where it sees every module. */
public final class HttpProgram {
    private HttpProgram() {}

    /** Serves and asks 200 times, on a loopback address or, with {@code virtual}, on the fake network. */
    public static void main(String[] arguments) throws Exception {
        boolean virtual = arguments[0].equals("virtual");
        FakeNetworks networks = new FakeNetworks();
        if (virtual) {
            DefaultNetworks.install(() -> networks);
        }
        InetAddress host = virtual ? FakeNetworks.OWN : InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        System.out.println("provider " + SelectorProvider.provider().getClass().getName());

        ExecutorService threads = Executors.newFixedThreadPool(4);
        HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders()
                    .add("Asker", exchange.getRemoteAddress().getAddress().getHostAddress());
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();

        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI uri = URI.create(
                "http://" + host.getHostAddress() + ":" + server.getAddress().getPort() + "/");
        byte[] sent = new byte[100_000];
        int answered = 0;
        String asker = "";
        for (int round = 0; round < 20; round++) {
            List<CompletableFuture<java.net.http.HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(sent))
                        .build();
                answers.add(client.sendAsync(request, BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<java.net.http.HttpResponse<byte[]>> answer : answers) {
                asker = answer.get().headers().firstValue("Asker").orElse("");
                answered += answer.get().body().length == sent.length ? 1 : 0;
            }
        }
        System.out.println(answered + " requests answered, asked by " + asker);
        server.stop(0);
        threads.shutdown();
    }
}
