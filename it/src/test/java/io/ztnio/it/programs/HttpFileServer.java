package io.ztnio.it.programs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * The JDK's HTTP server. {@code GET /body/<bytes>} answers the {@link Body} of that length, {@code PUT /digest} answers
 * the length and SHA-256 of what it got. Prints {@code listening on <address>}.
 *
 * <p>Arguments: address, port.
 */
public final class HttpFileServer {
    private HttpFileServer() {}

    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(args[0], Integer.parseInt(args[1])), 16);
        server.createContext("/body/", HttpFileServer::sendBody);
        server.createContext("/digest", HttpFileServer::digestBody);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("listening on " + server.getAddress());
    }

    private static void sendBody(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            long length = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
            exchange.sendResponseHeaders(200, length);
            try (OutputStream out = exchange.getResponseBody()) {
                new Body(length).transferTo(out);
            }
        }
    }

    private static void digestBody(HttpExchange exchange) throws IOException {
        try (exchange) {
            Body.Received received = Body.digest(exchange.getRequestBody());
            byte[] answer = (received.lengthBytes() + " " + received.hex()).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        }
    }
}
