package io.ztnio.it.software.programs;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty. Arguments: those of {@link HttpService}. */
public final class JettyServer {
    private JettyServer() {}

    public static void main(String[] arguments) throws Exception {
        HttpService service = HttpService.of(arguments);
        SslContextFactory.Server keys = new SslContextFactory.Server();
        keys.setSslContext(Tls.context(service.keyStore()));
        Server server = new Server();
        listen(server, new ServerConnector(server), service.address(), service.port());
        listen(server, new ServerConnector(server, keys), service.address(), service.tlsPort());
        listen(server, new ServerConnector(server), null, service.wildcardPort());
        server.setHandler(new Answers());
        server.start();
        service.serving();
        server.stop();
        service.stopped();
    }

    private static void listen(Server server, ServerConnector connector, String host, int port) {
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
    }

    private static final class Answers extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            byte[] body;
            try (InputStream in = Content.Source.asInputStream(request)) {
                body = in.readAllBytes();
            }
            SocketAddress peer = request.getConnectionMetaData().getRemoteSocketAddress();
            byte[] answer = HttpService.answer(request.getHttpURI().getPath(), body, (InetSocketAddress) peer);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
            response.write(true, ByteBuffer.wrap(answer), callback);
            return true;
        }
    }
}
