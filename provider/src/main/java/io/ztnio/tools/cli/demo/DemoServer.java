package io.ztnio.tools.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Executors;

/** An ordinary HTTP server: serves one file, and answers an upload with its digest. It knows nothing of ZeroTier. */
public final class DemoServer {
    private static final int OK = 200;
    private static final int BAD_METHOD = 405;

    private DemoServer() {}

    /** Arguments: the file to serve. Prints {@code listening PORT}; ends when its standard input does. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(0), 0);
        server.createContext("/file", exchange -> {
            try (exchange) {
                switch (exchange.getRequestMethod()) {
                    case "GET" -> download(exchange, file);
                    case "PUT" -> upload(exchange);
                    default -> exchange.sendResponseHeaders(BAD_METHOD, -1);
                }
            } catch (IOException e) {
                System.err.println(e);
            }
        });
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("listening " + server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // The parent says nothing, and its end is the end of this stream.
        }
        System.exit(0);
    }

    private static void download(HttpExchange exchange, Path file) throws IOException {
        exchange.sendResponseHeaders(OK, Files.size(file));
        try (OutputStream body = exchange.getResponseBody()) {
            Files.copy(file, body);
        }
    }

    private static void upload(HttpExchange exchange) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream body = new DigestInputStream(exchange.getRequestBody(), digest)) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        byte[] answer = HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(OK, answer.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(answer);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
