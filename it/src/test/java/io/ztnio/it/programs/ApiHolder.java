package io.ztnio.it.programs;

import io.ztnio.provider.ZeroTier;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program with a node of its own that serves the local API, for two minutes or until it is ended. Prints {@code captured} if it
 * listens on loopback in a stack of its own, and {@code serving}.
 *
 * <p>Arguments: home, planet, network.
 */
public final class ApiHolder {
    private ApiHolder() {}

    @SuppressWarnings("AddressSelection") // a literal
    public static void main(String[] args) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                ZeroTier node = ZeroTier.builder()
                        .home(Path.of(args[0]))
                        .planet(Path.of(args[1]))
                        .network(args[2])
                        .set("ztnio.bind", "127.0.0.1")
                        .set("ztnio.loopback", "true")
                        .set("ztnio.api", "on")
                        .build()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            if (!listener.toString().startsWith("sun.nio.ch")) {
                System.out.println("captured");
            }
            node.up(Duration.ofSeconds(60));
            System.out.println("serving");
            boolean ended = new CountDownLatch(1).await(2, TimeUnit.MINUTES);
            System.out.println(ended);
        }
    }
}
