package io.ztnio.provider.runtime;

import static io.ztnio.provider.runtime.BulkBytes.bytes;
import static io.ztnio.provider.runtime.BulkBytes.read;
import static io.ztnio.provider.runtime.BulkBytes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Engines whose datagrams go through the kernel in runs. On Linux that exists on JDK 17 to 21, and on JDK 22 and up where the classes come
 * from the multi-release JAR: {@code mvn package} with such a JDK.
 */
@Timeout(60)
class OffloadEngineTest {
    /** A thread for each: these tasks wait for each other, and the common pool may have but one. */
    private static final Executor THREADS = task -> new Thread(task, "peer").start();

    private static String kind(UdpOffload setting) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DatagramTransport probe = DatagramTransport.open(OsProvider.get(), List.of(any), setting)) {
            return probe.description();
        }
    }

    @ParameterizedTest
    @CsvSource({"ON,0", "ON,2", "AUTO,0", "AUTO,2"})
    void streamsCarryEveryByteBothWays(UdpOffload setting, String threads) throws Exception {
        String kind = kind(setting);
        assumeThat(kind)
                .as("UDP offload needs Linux, and a JDK of 17 to 21, or one of 22 and up with the multi-release JAR")
                .contains("segmentation offload");
        Map<String, String> settings =
                Map.of("ztnio.udp.offload", setting.name().toLowerCase(Locale.ROOT), "ztnio.threads", threads);
        byte[] there = bytes(1);
        byte[] back = bytes(2);
        try (LoopbackPlanet planet = LoopbackPlanet.start()) {
            LoopbackPlanet.Member server = planet.join(settings);
            LoopbackPlanet.Member client = planet.join(settings);
            assertThat(server.networks().transportDescription()).isEqualTo(kind);
            assertThat(client.networks().transportDescription()).isEqualTo(kind);
            try (ServerSocketChannel listener = server.provider().openServerSocketChannel();
                    SocketChannel channel = client.provider().openSocketChannel()) {
                listener.bind(new InetSocketAddress(server.ipv4(), 0));
                channel.connect(listener.getLocalAddress());
                try (SocketChannel accepted = listener.accept()) {
                    CompletableFuture<Void> writing = CompletableFuture.allOf(
                            CompletableFuture.runAsync(() -> write(channel, there), THREADS),
                            CompletableFuture.runAsync(() -> write(accepted, back), THREADS));
                    CompletableFuture<byte[]> atServer = CompletableFuture.supplyAsync(() -> read(accepted), THREADS);

                    byte[] atClient = read(channel);

                    assertThat(digest(atClient)).isEqualTo(digest(back));
                    assertThat(digest(atServer.get(30, TimeUnit.SECONDS))).isEqualTo(digest(there));
                    writing.get(30, TimeUnit.SECONDS);
                }
            }
        }
    }

    private static byte[] digest(byte[] data) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(data);
    }
}
