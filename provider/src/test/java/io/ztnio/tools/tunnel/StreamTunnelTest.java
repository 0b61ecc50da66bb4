package io.ztnio.tools.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.tools.tunnel.RunningTunnel.Ends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a virtual network in memory and the loopback interface, through one provider. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class StreamTunnelTest {
    private static final int FAKE_BUFFER_BYTES = 65_536;
    private static final StreamTunnelSettings DEFAULTS = StreamTunnelSettings.defaults();

    private final SelectorProvider provider = new ZeroTierSelectorProvider(new FakeNetworks());
    private final Ends ends = new Ends();

    /** Which stack clients come from, and which one the target is in. */
    enum Way {
        EXPOSE(FakeNetworks.OWN, InetAddress.getLoopbackAddress()),
        FORWARD(InetAddress.getLoopbackAddress(), FakeNetworks.OWN),
        WITHIN_VIRTUAL(FakeNetworks.OWN, FakeNetworks.OWN);

        final InetAddress near;
        final InetAddress far;

        Way(InetAddress near, InetAddress far) {
            this.near = near;
            this.far = far;
        }
    }

    private ServerSocketChannel server(Way way) throws IOException {
        return provider.openServerSocketChannel().bind(new InetSocketAddress(way.far, 0));
    }

    private static InetSocketAddress address(ServerSocketChannel server) throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    private RunningTunnel<StreamTunnel> tunnel(Way way, InetSocketAddress target, StreamTunnelSettings settings)
            throws IOException, InterruptedException {
        InetSocketAddress listenAt = new InetSocketAddress(way.near, 0);
        return RunningTunnel.start(StreamTunnel.open(provider, listenAt, target, settings, ends));
    }

    private SocketChannel client(RunningTunnel<StreamTunnel> tunnel) throws IOException {
        SocketChannel client = provider.openSocketChannel();
        client.connect(tunnel.tunnel.localAddress());
        return client;
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String read(SocketChannel channel, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // Until it is full or ends.
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static String readToEnd(SocketChannel channel) throws IOException {
        return read(channel, 1000);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anAnswerMayFollowTheEndOfTheQuestion(Way way) throws Exception {
        try (ServerSocketChannel server = server(way);
                RunningTunnel<StreamTunnel> tunnel = tunnel(way, address(server), DEFAULTS);
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            write(client, "question");
            client.shutdownOutput();
            assertThat(readToEnd(accepted)).isEqualTo("question");
            write(accepted, "a longer answer");
            accepted.close();
            assertThat(readToEnd(client)).isEqualTo("a longer answer");

            Ends.End end = ends.ends.take();
            assertThat(end.bytesToTarget()).isEqualTo(8);
            assertThat(end.bytesToClient()).isEqualTo(15);
            assertThat(end.failure()).isNull();
            assertThat(tunnel.tunnel.counts()).isEqualTo(new StreamCounts(1, 0, 0, 8, 15));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theTargetMayFinishFirst(Way way) throws Exception {
        try (ServerSocketChannel server = server(way);
                RunningTunnel<StreamTunnel> tunnel = tunnel(way, address(server), DEFAULTS);
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            write(accepted, "greeting");
            accepted.shutdownOutput();
            assertThat(readToEnd(client)).isEqualTo("greeting");
            write(client, "still here");
            client.close();

            assertThat(readToEnd(accepted)).isEqualTo("still here");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aResetOfTheClientIsOneForTheTarget(Way way) throws Exception {
        try (ServerSocketChannel server = server(way);
                RunningTunnel<StreamTunnel> tunnel = tunnel(way, address(server), DEFAULTS);
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            write(client, "half a ques");
            assertThat(read(accepted, 11)).isEqualTo("half a ques");
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();

            assertThatIOException().isThrownBy(() -> readToEnd(accepted));
            assertThat(ends.ends.take().failure()).isNotNull();
            assertThat(tunnel.tunnel.counts().failed()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aResetOfTheTargetIsOneForTheClient(Way way) throws Exception {
        try (ServerSocketChannel server = server(way);
                RunningTunnel<StreamTunnel> tunnel = tunnel(way, address(server), DEFAULTS);
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
            accepted.close();

            assertThatIOException().isThrownBy(() -> readToEnd(client));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aTargetThatRefusesCostsOnlyThatConnection(Way way) throws Exception {
        InetSocketAddress target;
        try (ServerSocketChannel gone = server(way)) {
            target = address(gone);
        }
        try (RunningTunnel<StreamTunnel> tunnel = tunnel(way, target, DEFAULTS)) {
            try (SocketChannel refused = client(tunnel)) {
                assertThatIOException().isThrownBy(() -> readToEnd(refused));
            }
            assertThat(ends.ends.take().failure()).contains("refused");
            try (ServerSocketChannel server = provider.openServerSocketChannel().bind(target);
                    SocketChannel client = client(tunnel);
                    SocketChannel accepted = server.accept()) {
                write(client, "now it works");
                assertThat(read(accepted, 12)).isEqualTo("now it works");
            }
        }
    }

    @Test
    void aTargetThatDoesNotAnswerIsGivenUp() throws Exception {
        StreamTunnelSettings impatient = new StreamTunnelSettings(10, Duration.ofMillis(20), Duration.ZERO);
        InetSocketAddress held = new InetSocketAddress(FakeNetworks.HELD, 80);
        try (RunningTunnel<StreamTunnel> tunnel = tunnel(Way.FORWARD, held, impatient);
                SocketChannel client = client(tunnel)) {
            assertThatIOException().isThrownBy(() -> readToEnd(client));
            assertThat(ends.ends.take().failure()).isEqualTo("Connect timed out");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aHundredConnectionsAtOnceAreKeptApart(Way way) throws Exception {
        int count = 100;
        try (ServerSocketChannel server =
                        provider.openServerSocketChannel().bind(new InetSocketAddress(way.far, 0), count);
                RunningTunnel<StreamTunnel> tunnel = tunnel(way, address(server), DEFAULTS)) {
            List<SocketChannel> channels = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                SocketChannel client = client(tunnel);
                write(client, String.format("client %03d", i));
                channels.add(client);
            }
            for (int i = 0; i < count; i++) {
                SocketChannel accepted = server.accept();
                channels.add(accepted);
                write(accepted, "hello " + read(accepted, 10));
            }
            for (int i = 0; i < count; i++) {
                assertThat(read(channels.get(i), 16)).isEqualTo(String.format("hello client %03d", i));
            }

            assertThat(tunnel.tunnel.counts().open()).isEqualTo(count);
            for (SocketChannel channel : channels) {
                channel.close();
            }
            for (int i = 0; i < count; i++) {
                assertThat(ends.ends.take().failure()).isNull();
            }
            assertThat(tunnel.tunnel.counts()).isEqualTo(new StreamCounts(count, 0, 0, 10L * count, 16L * count));
        }
    }

    @Test
    void aSlowReceiverSlowsItsSenderDownInsteadOfFillingMemory() throws Exception {
        int length = 4 << 20;
        AtomicLong written = new AtomicLong();
        try (ServerSocketChannel server = server(Way.WITHIN_VIRTUAL);
                RunningTunnel<StreamTunnel> tunnel = tunnel(Way.WITHIN_VIRTUAL, address(server), DEFAULTS);
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            Background<byte[]> sent =
                    Background.start(() -> Payload.send(client, length, 1, 10_000, written::addAndGet));
            Payload.Received received = new Payload.Received();
            long most = 0;
            // Up to here nothing is read, so the receive buffers on the way are full; the write under way is not
            // counted.
            while (written.get() < 2 * FAKE_BUFFER_BYTES - 10_000) {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
            while (received.read(accepted, 1000)) {
                most = Math.max(most, written.get() - received.bytes());
            }

            assertThat(received.bytes()).isEqualTo(length);
            assertThat(received.digest()).isEqualTo(sent.get());
            // The receive buffer of each connection and the tunnel's own; plus what a write has not counted yet.
            assertThat(most).isLessThanOrEqualTo(3 * FAKE_BUFFER_BYTES + 10_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void sixtyFourMegabytesBothWaysAtOnceArriveWhole(Way way) throws Exception {
        try (ServerSocketChannel server = server(way);
                RunningTunnel<StreamTunnel> tunnel = tunnel(way, address(server), DEFAULTS);
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            Payload.exchange(client, accepted, 64 << 20);
        }
    }

    @Test
    void moreConnectionsThanAllowedWaitForTheirTurn() throws Exception {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        TunnelListener counting = new TunnelListener() {
            @Override
            public void onOpened(InetSocketAddress client) {
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
            }

            @Override
            public void onClosed(InetSocketAddress client, long toTarget, long toClient, String failure) {
                open.decrementAndGet();
            }
        };
        StreamTunnelSettings two = new StreamTunnelSettings(2, Duration.ofSeconds(10), Duration.ZERO);
        try (RunningTunnel<StreamTunnel> tunnel = RunningTunnel.start(
                StreamTunnel.echo(provider, new InetSocketAddress(FakeNetworks.OWN, 0), two, counting))) {
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                SocketChannel client = client(tunnel);
                write(client, "ping");
                client.shutdownOutput();
                clients.add(client);
            }
            for (SocketChannel client : clients) {
                assertThat(readToEnd(client)).isEqualTo("ping");
                client.close();
            }

            assertThat(most.get()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void anEchoHalfClosesWhenItsClientDoes() throws Exception {
        try (RunningTunnel<StreamTunnel> tunnel = RunningTunnel.start(
                        StreamTunnel.echo(provider, new InetSocketAddress(FakeNetworks.OWN, 0), DEFAULTS, ends));
                SocketChannel client = client(tunnel)) {
            write(client, "back");
            assertThat(read(client, 4)).isEqualTo("back");
            client.shutdownOutput();

            assertThat(readToEnd(client)).isEmpty();
        }
    }

    @Test
    void stoppingLetsConnectionsFinishAndTakesNoNewOnes() throws Exception {
        try (ServerSocketChannel server = server(Way.FORWARD);
                RunningTunnel<StreamTunnel> tunnel = tunnel(
                        Way.FORWARD,
                        address(server),
                        new StreamTunnelSettings(10, Duration.ofSeconds(10), Duration.ofMinutes(1)));
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            write(client, "question");
            assertThat(read(accepted, 8)).isEqualTo("question");

            tunnel.tunnel.stop();
            write(accepted, "answer");
            assertThat(read(client, 6)).isEqualTo("answer");
            client.close();
            accepted.close();
            tunnel.running.get();

            assertThat(ends.ends.take().failure()).isNull();
            assertThatIOException().isThrownBy(() -> client(tunnel).close());
        }
    }

    @Test
    void whatHasNotFinishedInTimeIsReset() throws Exception {
        StreamTunnelSettings atOnce = new StreamTunnelSettings(10, Duration.ofSeconds(10), Duration.ZERO);
        try (ServerSocketChannel server = server(Way.EXPOSE);
                RunningTunnel<StreamTunnel> tunnel = tunnel(Way.EXPOSE, address(server), atOnce);
                SocketChannel client = client(tunnel);
                SocketChannel accepted = server.accept()) {
            tunnel.tunnel.stop();
            tunnel.running.get();

            assertThatIOException().isThrownBy(() -> readToEnd(client));
            assertThatIOException().isThrownBy(() -> readToEnd(accepted));
            assertThat(ends.ends.take().failure()).isEqualTo("the tunnel ended");
        }
    }

    @Test
    void anInterruptStopsItAndIsKept() throws Exception {
        try (ServerSocketChannel server = server(Way.EXPOSE);
                RunningTunnel<StreamTunnel> tunnel = tunnel(Way.EXPOSE, address(server), DEFAULTS)) {
            tunnel.running.interrupt();
            tunnel.running.get();

            assertThat(tunnel.running.wasInterruptedAfterwards()).isTrue();
        }
    }

    @Test
    void aPortInUseIsToldAtOnce() throws Exception {
        try (ServerSocketChannel taken = server(Way.EXPOSE)) {
            assertThatIOException()
                    .isThrownBy(() -> StreamTunnel.echo(provider, address(taken), DEFAULTS, ends))
                    .withMessageContaining("in use");
        }
    }
}
