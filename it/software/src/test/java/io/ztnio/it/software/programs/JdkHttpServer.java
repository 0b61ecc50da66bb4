package io.ztnio.it.software.programs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's HTTP server. Arguments: those of {@link HttpService}. */
public final class JdkHttpServer {
    private JdkHttpServer() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer plain = HttpServer.create(new InetSocketAddress(service.address(), service.port()), 0);
        HttpsServer tls = HttpsServer.create(new InetSocketAddress(service.address(), service.tlsPort()), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(Tls.context(service.keyStore())));
        HttpServer everywhere = HttpServer.create(new InetSocketAddress(service.wildcardPort()), 0);
        for (HttpServer server : new HttpServer[] {plain, tls, everywhere}) {
            server.createContext("/", JdkHttpServer::answer);
            server.setExecutor(threads);
            server.start();
        }
        service.serving();
        for (HttpServer server : new HttpServer[] {plain, tls, everywhere}) {
            server.stop(1);
        }
        threads.shutdown();
        service.stopped();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        byte[] answer = HttpService.answer(exchange.getRequestURI().getPath(), body, exchange.getRemoteAddress());
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer);
        }
    }
}
