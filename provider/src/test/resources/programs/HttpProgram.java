import com.sun.net.httpserver.HttpServer;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.runtime.DefaultNetworks;
import io.ztnio.provider.runtime.OverlayNetworks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Run by UnmodifiedHttpTest, as a source file in a JVM of its own, where it sees every module. */
public final class HttpProgram {
    private HttpProgram() {}

    /**
     * Serves and asks 200 times: on a loopback address ({@code os}), on the fake network ({@code virtual}), on an address
     * of what the flags configure, or between two overlay nodes ({@code pair}).
     */
    public static void main(String[] arguments) throws Exception {
        InetAddress host =
                switch (arguments[0]) {
                    case "os" -> InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
                    case "virtual" -> FakeNetworks.OWN;
                    case "pair" -> InetAddress.getByName("10.94.0.1");
                    default -> InetAddress.getByName(arguments[0]);
                };
        if (arguments[0].equals("virtual")) {
            FakeNetworks networks = new FakeNetworks();
            DefaultNetworks.install(() -> networks);
        } else if (arguments[0].equals("pair")) {
            OverlayNetworks server = overlayNode(1);
            DefaultNetworks.install(() -> server);
        }
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
        if (arguments[0].equals("pair")) {
            // The server's channels keep their node; those of the client are opened from here on.
            OverlayNetworks other = overlayNode(2);
            DefaultNetworks.install(() -> other);
        }

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

    private static OverlayNetworks overlayNode(int host) throws Exception {
        OverlayNetworks networks = new OverlayNetworks(new ConfigLoader(
                        Map.of(
                                "ztnio.networks", "00000000cafe2001",
                                "ztnio.transport", "overlay-memory",
                                "ztnio.overlay.addresses", "10.94.0." + host + "/24"),
                        Map.of())
                .load());
        networks.awaitReady();
        return networks;
    }
}
