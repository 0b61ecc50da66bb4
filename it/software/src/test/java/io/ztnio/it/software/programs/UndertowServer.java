package io.ztnio.it.software.programs;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Undertow. Arguments: those of {@link HttpService}. */
public final class UndertowServer {
    private UndertowServer() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        Undertow server = Undertow.builder()
                .addHttpListener(service.port(), service.address())
                .addHttpsListener(service.tlsPort(), service.address(), Tls.context(service.keyStore()))
                .addHttpListener(service.wildcardPort(), "0.0.0.0")
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 16L << 20)
                .setHandler(new BlockingHandler(UndertowServer::answer))
                .build();
        server.start();
        service.serving();
        server.stop();
        service.stopped();
    }

    private static void answer(HttpServerExchange exchange) throws IOException {
        byte[] body = exchange.getInputStream().readAllBytes();
        byte[] answer = HttpService.answer(exchange.getRequestPath(), body, exchange.getSourceAddress());
        exchange.setResponseContentLength(answer.length);
        exchange.getResponseSender().send(ByteBuffer.wrap(answer));
    }
}
