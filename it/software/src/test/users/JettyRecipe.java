import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/** A Jetty server of an instance, which another instance calls. */
public final class JettyRecipe {
    private JettyRecipe() {}

    public static void main(String[] arguments) throws Exception {
        try (ZeroTier zt = Overlay.up("10.5.3.1");
                ZeroTier client = Overlay.up("10.5.3.2")) {
            Server server = new Server();
            server.setHandler(new Handler.Abstract() {
                @Override
                public boolean handle(Request request, Response response, Callback callback) {
                    Content.Sink.write(response, true, "hello from Jetty", callback);
                    return true;
                }
            });
            server.addConnector(connector(server, zt));
            server.start();
            try (Socket socket = client.socketFactory().createSocket(zt.addresses().get(0), 8080)) {
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                System.out.println(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            }
            server.stop();
        }
        System.out.println("done");
    }

    private static ServerConnector connector(Server server, ZeroTier zt) throws Exception {
        ServerConnector connector = new ServerConnector(server) {
            @Override
            protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
                return new ServerConnectorManager(executor, scheduler, selectors) {
                    @Override
                    protected Selector newSelector() throws IOException {
                        return zt.openSelector();
                    }
                };
            }
        };
        connector.open(zt.openServerSocketChannel().bind(new InetSocketAddress(zt.addresses().get(0), 8080)));
        return connector;
    }
}
