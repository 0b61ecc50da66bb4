package io.ztnio.it.programs;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code jwebserver} of JDK 18 does, as far as the documents need it: serves {@code index.html} of the current folder on
 * the loopback address. Arguments: {@code -p}, port. Prints its URL.
 */
public final class WebServer {
    private WebServer() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[1]);
        byte[] page = Files.readAllBytes(Path.of("index.html"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, page.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(page);
                }
            }
        });
        server.start();
        System.out.println("URL http://127.0.0.1:" + port + "/");
    }
}
