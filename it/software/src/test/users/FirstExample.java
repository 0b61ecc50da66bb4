import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** The first example, with another member of the network for it to connect to. Argument: a folder. */
public final class FirstExample {
    private FirstExample() {}

    public static void main(String[] arguments) throws Exception {
        try (ZeroTier other = ZeroTier.builder()
                        .network("NETWORK_ID")
                        .home(Path.of(arguments[0], "other"))
                        .build();
                ServerSocketChannel listener = other.openServerSocketChannel()) {
            other.up(Duration.ofSeconds(60));
            String peer = other.addresses().stream()
                    .map(address -> address.getHostAddress())
                    .filter(address -> address.startsWith("10."))
                    .findFirst()
                    .orElseThrow();
            listener.bind(new InetSocketAddress(peer, 80));
            Thread greeting = new Thread(() -> greet(listener), "greeting");
            greeting.start();
            run(peer);
            greeting.join();
        }
        System.out.println("done");
    }

    private static void greet(ServerSocketChannel listener) {
        try (SocketChannel accepted = listener.accept()) {
            System.out.println("accepted " + accepted.isConnected());
        } catch (IOException e) {
            System.out.println("failed: " + e);
        }
    }

    /** @param peer stands where the example has an address */
    private static void run(String peer) throws Exception {
        try (ZeroTier zt = ZeroTier.builder()
                .network("NETWORK_ID")
                .home(Path.of("/var/lib/app"))
                .build()) {
            zt.up(Duration.ofSeconds(30));
            ServerSocketChannel listener = zt.openServerSocketChannel();
            Socket socket = zt.socketFactory().createSocket("10.147.17.5", 80);
        }
    }
}
