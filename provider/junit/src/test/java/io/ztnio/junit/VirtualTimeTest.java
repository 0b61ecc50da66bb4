package io.ztnio.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hours on a network in memory, in moments. */
@Timeout(300)
@Tag("any-jdk")
class VirtualTimeTest {
    private static final int MEGABYTE = 1 << 20;

    @Test
    @ZeroTierNetwork(time = NetworkTime.VIRTUAL, delayMillis = 10_000)
    void aDelayOfSecondsPassesAtOnce(
            TestNetwork network,
            ServerSocketChannel listener,
            @OnNode(1) SocketChannel client,
            @OnNode(0) InetAddress server)
            throws Exception {
        listener.bind(new InetSocketAddress(server, 0));
        Duration before = network.elapsed();
        client.connect(listener.getLocalAddress());
        // SYN and SYN-ACK, and before them whatever the nodes ask each other and the root.
        assertThat(network.elapsed().minus(before)).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
        try (SocketChannel accepted = listener.accept()) {
            before = network.elapsed();
            accepted.write(ByteBuffer.allocate(1));
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
            assertThat(network.elapsed().minus(before)).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        }
    }

    @Test
    @ZeroTierNetwork(time = NetworkTime.VIRTUAL, delayMillis = 10_000, loss = 0.3, seed = 20_261_129)
    void aMegabyteArrivesThroughSecondsOfDelayAndAThirdLost(
            TestNetwork network,
            ServerSocketChannel listener,
            @OnNode(1) ZeroTier client,
            @OnNode(0) InetAddress server)
            throws Exception {
        listener.bind(new InetSocketAddress(server, 0));
        byte[] sent = new byte[MEGABYTE];
        new Random(1).nextBytes(sent);
        try (SocketChannel connected = connect(client, listener.getLocalAddress());
                SocketChannel accepted = listener.accept()) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(connected, sent));
            ByteBuffer received = ByteBuffer.allocate(MEGABYTE + 1);
            while (accepted.read(received) >= 0) {
                // Until the end.
            }
            writer.get(60, TimeUnit.SECONDS);
            assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(sent));
        }
        assertThat(network.elapsed()).isGreaterThan(Duration.ofMinutes(10));
    }

    /** Nodes that have not met yet lose more than one packet: TCP gives up before it gets through, now and then. */
    private static SocketChannel connect(ZeroTier client, SocketAddress to) throws IOException {
        IOException last = null;
        for (int i = 0; i < 20; i++) {
            SocketChannel channel = client.openSocketChannel();
            try {
                channel.connect(to);
                return channel;
            } catch (ConnectException e) {
                channel.close();
                last = e;
            }
        }
        throw last;
    }

    private static void write(SocketChannel channel, byte[] bytes) {
        try {
            channel.write(ByteBuffer.wrap(bytes));
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @ZeroTierNetwork(time = NetworkTime.VIRTUAL)
    void aRetransmissionTimeoutOfMinutesPassesAtOnce(TestNetwork network) throws Exception {
        try (ZeroTier server = patientNode(network);
                ZeroTier client = patientNode(network);
                ServerSocketChannel listener = server.openServerSocketChannel();
                SocketChannel connected = client.openSocketChannel()) {
            listener.bind(new InetSocketAddress(server.addresses().get(0), 0));
            connected.connect(listener.getLocalAddress());
            try (SocketChannel accepted = listener.accept()) {
                // What was sent is sent again, less and less often, until the network is whole.
                Duration sent = network.elapsed();
                network.conditions(new Conditions(1, Duration.ZERO, Duration.ZERO, 1));
                connected.write(ByteBuffer.wrap(new byte[] {7}));
                network.advance(Duration.ofMinutes(5));
                network.conditions(Conditions.PERFECT);

                ByteBuffer received = ByteBuffer.allocate(1);
                assertThat(accepted.read(received)).isEqualTo(1);
                assertThat(received.get(0)).isEqualTo((byte) 7);
                assertThat(network.elapsed().minus(sent)).isGreaterThan(Duration.ofMinutes(5));
            }
        }
    }

    /** One that does not give up peers which are silent for minutes. */
    private static ZeroTier patientNode(TestNetwork network) throws IOException, InterruptedException {
        ZeroTier node =
                network.newNode().network(network.id()).set("peer.timeout", "0").build();
        network.up(node);
        return node;
    }

    @Test
    @ZeroTierNetwork(time = NetworkTime.VIRTUAL)
    void aNodeStaysUpThroughHoursInWhichNobodySendsAnything(
            TestNetwork network, DatagramChannel to, @OnNode(1) DatagramChannel from, @OnNode(0) InetAddress target)
            throws Exception {
        to.bind(new InetSocketAddress(target, 0));
        network.advance(Duration.ofHours(3));

        assertThat(network.elapsed()).isGreaterThan(Duration.ofHours(3));
        assertThat(network.node(0).status().online()).isTrue();
        from.send(ByteBuffer.allocate(3), to.getLocalAddress());
        ByteBuffer received = ByteBuffer.allocate(10);
        to.receive(received);
        assertThat(received.position()).isEqualTo(3);
    }

    @Test
    @ZeroTierNetwork
    void realTimeCannotBeAdvanced(TestNetwork network) {
        assertThatIllegalStateException()
                .isThrownBy(() -> network.advance(Duration.ofSeconds(1)))
                .withMessageContaining("NetworkTime.VIRTUAL");
    }
}
