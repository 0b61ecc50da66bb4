import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;

/** The JDK's HTTP client opens its channels itself: an instance alone does not get into it. */
public final class InstanceAlone {
    private InstanceAlone() {}

    public static void main(String[] arguments) throws Exception {
        try (ZeroTier zt = Overlay.up("10.5.5.1");
                ServerSocketChannel listener = zt.openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(Overlay.address(zt), 8080));
            try {
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://10.5.5.1:8080/"))
                                        .build(),
                                BodyHandlers.ofString());
            } catch (IOException e) {
                System.out.println("not reached: " + e);
            }
            listener.configureBlocking(false);
            System.out.println("accepted " + listener.accept());
        }
        System.out.println("done");
    }
}
