package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A planet of three engines on loopback, with real sockets and real time. */
@Timeout(60)
class EngineTest {
    private static LoopbackPlanet planet;
    private static LoopbackPlanet.Member server;
    private static LoopbackPlanet.Member client;

    @BeforeAll
    static void startPlanet() throws Exception {
        planet = LoopbackPlanet.start();
        server = planet.join();
        client = planet.join();
    }

    @AfterAll
    static void stopPlanet() {
        planet.close();
    }

    @Test
    void membersGetAddressesOfBothIpVersions() {
        assertThat(server.ipv4().getAddress()).hasSize(4);
        assertThat(server.ipv6().getAddress()).hasSize(16);
        assertThat(server.ipv4()).isNotEqualTo(client.ipv4());
    }

    @Test
    void aStreamCarriesEveryByteOverIpv4() throws Exception {
        transfer(new InetSocketAddress(server.ipv4(), 0));
    }

    @Test
    void aStreamCarriesEveryByteOverIpv6() throws Exception {
        transfer(new InetSocketAddress(server.ipv6(), 0));
    }

    @Test
    void aDatagramIsAnswered() throws Exception {
        try (DatagramChannel a = server.provider().openDatagramChannel();
                DatagramChannel b = client.provider().openDatagramChannel()) {
            a.bind(new InetSocketAddress(server.ipv4(), 0));
            b.connect(a.getLocalAddress());
            b.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer received = ByteBuffer.allocate(10);
            a.send(ByteBuffer.wrap(new byte[] {4, 5}), a.receive(received));
            ByteBuffer answer = ByteBuffer.allocate(10);

            b.read(answer);

            assertThat(received.position()).isEqualTo(3);
            assertThat(answer.position()).isEqualTo(2);
        }
    }

    @Test
    void aHomeThatAnotherNodeUsesIsRefusedWithAdvice() {
        ZeroTierNetworks second = planet.networksIn("member0");

        assertThatIOException()
                .isThrownBy(second::awaitReady)
                .withMessageContaining("ztnio.home=")
                .withMessageContaining("in use by another running node");
    }

    @Test
    void whatWasWrittenBeforeTheEndOfTheEngineArrives() throws Exception {
        LoopbackPlanet.Member shortLived = planet.join();
        int length = 4 << 20;
        try (ServerSocketChannel listener = server.provider().openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(server.ipv4(), 0));
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> receive(listener, length));
            SocketChannel channel = shortLived.provider().openSocketChannel();
            channel.connect(listener.getLocalAddress());
            channel.write(ByteBuffer.allocate(length));

            shortLived.networks().close();

            assertThat(received.get(30, TimeUnit.SECONDS)).hasSize(length);
        }
    }

    private static void transfer(InetSocketAddress bind) throws Exception {
        int length = 8 << 20;
        try (ServerSocketChannel listener = server.provider().openServerSocketChannel()) {
            listener.bind(bind);
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> receive(listener, length));
            byte[] data = new byte[length];
            new SplittableRandom(7).nextBytes(data);
            try (SocketChannel channel = client.provider().openSocketChannel()) {
                channel.connect(listener.getLocalAddress());
                channel.write(ByteBuffer.wrap(data));
                channel.shutdownOutput();

                assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(data);
            }
        }
    }

    private static byte[] receive(ServerSocketChannel listener, int length) {
        try (SocketChannel channel = listener.accept()) {
            ByteBuffer buffer = ByteBuffer.allocate(length + 1);
            while (channel.read(buffer) >= 0) {
                // Until the end of the stream.
            }
            byte[] bytes = new byte[buffer.position()];
            buffer.flip().get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
