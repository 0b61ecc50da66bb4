package io.ztnio.provider.runtime;

import static io.ztnio.provider.runtime.BulkBytes.bytes;
import static io.ztnio.provider.runtime.BulkBytes.read;
import static io.ztnio.provider.runtime.BulkBytes.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Engines with further threads, on loopback, with real sockets and real time. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineThreadsContract {

    /** A thread for each: these tasks wait for each other, and the common pool may have but one. */
    private static final Executor THREADS = task -> new Thread(task, "peer").start();

    private final String threadName;
    private final Map<String, String> serverSettings;
    private final Map<String, String> clientSettings;
    private LoopbackPlanet planet;
    private LoopbackPlanet.Member server;
    private LoopbackPlanet.Member client;

    /** @param threadName what the threads' names have in them */
    EngineThreadsContract(String threadName, Map<String, String> serverSettings, Map<String, String> clientSettings) {
        this.threadName = threadName;
        this.serverSettings = serverSettings;
        this.clientSettings = clientSettings;
    }

    private long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(threadName))
                .count();
    }

    @BeforeAll
    void startPlanet() throws Exception {
        planet = LoopbackPlanet.start();
        server = planet.join(serverSettings);
        client = planet.join(clientSettings);
        assertThat(threads()).isPositive();
    }

    @AfterAll
    void stopPlanet() {
        planet.close();
        assertThat(threads()).isZero();
    }

    @Test
    void bothDirectionsOfAStreamCarryEveryByteAtOnce() throws Exception {
        byte[] there = bytes(1);
        byte[] back = bytes(2);
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

                assertThat(Arrays.equals(atClient, back)).isTrue();
                assertThat(Arrays.equals(atServer.get(30, TimeUnit.SECONDS), there))
                        .isTrue();
                writing.get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void datagramsArriveInTheOrderInWhichTheyWereSent() throws Exception {
        try (DatagramChannel receiver = server.provider().openDatagramChannel();
                DatagramChannel sender = client.provider().openDatagramChannel()) {
            receiver.bind(new InetSocketAddress(server.ipv4(), 0));
            sender.connect(receiver.getLocalAddress());
            ByteBuffer buffer = ByteBuffer.allocate(2000);
            int last = -1;
            // Bursts that a ring holds, each awaited, so that nothing has a reason to get lost.
            for (int burst = 0; burst < 50; burst++) {
                for (int i = 0; i < 40; i++) {
                    sender.write(ByteBuffer.allocate(1900).putInt(0, burst * 40 + i));
                }
                for (int i = 0; i < 40; i++) {
                    receiver.receive(buffer.clear());
                    assertThat(buffer.getInt(0)).isEqualTo(++last);
                }
            }
        }
    }

    @Test
    void whatWasWrittenBeforeTheEndOfTheEngineArrives() throws Exception {
        LoopbackPlanet.Member shortLived = planet.join(serverSettings);
        byte[] data = bytes(3);
        try (ServerSocketChannel listener = server.provider().openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(server.ipv6(), 0));
            SocketChannel channel = shortLived.provider().openSocketChannel();
            channel.connect(listener.getLocalAddress());
            try (SocketChannel accepted = listener.accept()) {
                CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> read(accepted), THREADS);
                channel.write(ByteBuffer.wrap(data));

                shortLived.networks().close();

                assertThat(Arrays.equals(received.get(30, TimeUnit.SECONDS), data))
                        .isTrue();
            }
        }
    }
}
