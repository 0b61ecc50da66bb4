package io.ztnio.tools.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.provider.contract.Background;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.LoopbackPlanet;
import io.ztnio.provider.runtime.LoopbackPlanet.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two tunnels in a row over a real planet on loopback: an ordinary client, one member that forwards, the network, another
 * that exposes, an ordinary server. The ends use the JDK's own channels.
 */
@Timeout(90)
@SuppressWarnings("try") // closing is what is tested
class PlanetTunnelTest {
    private static final int BACKLOG = 128;

    private static LoopbackPlanet planet;
    private static Member exposing;
    private static Member forwarding;

    private final SelectorProvider os = OsProvider.get();
    private ServerSocketChannel server;
    private RunningTunnel<StreamTunnel> expose;
    private RunningTunnel<StreamTunnel> forward;

    @BeforeAll
    static void startPlanet() throws Exception {
        planet = LoopbackPlanet.start();
        exposing = planet.join();
        forwarding = planet.join();
    }

    @AfterAll
    static void stopPlanet() {
        planet.close();
    }

    @BeforeEach
    void startTunnels() throws Exception {
        server = os.openServerSocketChannel().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        expose = RunningTunnel.start(StreamTunnel.open(
                exposing.provider(),
                new InetSocketAddress(exposing.ipv4(), 0),
                (InetSocketAddress) server.getLocalAddress(),
                StreamTunnelSettings.defaults(),
                TunnelListener.SILENT));
        forward = RunningTunnel.start(StreamTunnel.open(
                forwarding.provider(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                expose.tunnel.localAddress(),
                StreamTunnelSettings.defaults(),
                TunnelListener.SILENT));
    }

    @AfterEach
    void stopTunnels() throws IOException {
        forward.close();
        expose.close();
        server.close();
    }

    private SocketChannel client() throws IOException {
        SocketChannel client = os.openSocketChannel();
        client.connect(forward.tunnel.localAddress());
        return client;
    }

    private static void write(SocketChannel channel, int value) throws IOException {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    private static int read(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        return channel.read(buffer) < 0 ? -1 : buffer.get(0);
    }

    @Test
    void eitherSideMayFinishFirst() throws Exception {
        try (SocketChannel client = client();
                SocketChannel accepted = server.accept()) {
            write(client, 1);
            client.shutdownOutput();
            assertThat(read(accepted)).isEqualTo(1);
            assertThat(read(accepted)).isEqualTo(-1);
            write(accepted, 2);
            accepted.shutdownOutput();
            assertThat(read(client)).isEqualTo(2);
            assertThat(read(client)).isEqualTo(-1);
        }
        try (SocketChannel client = client();
                SocketChannel accepted = server.accept()) {
            accepted.shutdownOutput();
            assertThat(read(client)).isEqualTo(-1);
            write(client, 3);
            client.shutdownOutput();
            assertThat(read(accepted)).isEqualTo(3);
            assertThat(read(accepted)).isEqualTo(-1);
        }
    }

    @Test
    void aResetArrivesAsOne() throws Exception {
        try (SocketChannel client = client();
                SocketChannel accepted = server.accept()) {
            write(client, 1);
            assertThat(read(accepted)).isEqualTo(1);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();

            assertThatIOException().isThrownBy(() -> read(accepted));
        }
    }

    @Test
    void aServiceThatIsNotThereCostsOnlyThatConnection() throws Exception {
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        server.close();
        try (SocketChannel refused = client()) {
            assertThatIOException().isThrownBy(() -> read(refused));
        }
        server = os.openServerSocketChannel().bind(address, BACKLOG);
        try (SocketChannel client = client();
                SocketChannel accepted = server.accept()) {
            write(client, 1);
            assertThat(read(accepted)).isEqualTo(1);
        }
    }

    @Test
    void aHundredConnectionsAtOnce() throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        List<SocketChannel> accepted = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                SocketChannel client = client();
                clients.add(client);
                write(client, i);
            }
            for (int i = 0; i < 100; i++) {
                SocketChannel channel = server.accept();
                accepted.add(channel);
                write(channel, read(channel));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(read(clients.get(i))).isEqualTo(i);
            }
            assertThat(forward.tunnel.counts().open()).isEqualTo(100);
        } finally {
            for (SocketChannel channel : clients) {
                channel.close();
            }
            for (SocketChannel channel : accepted) {
                channel.close();
            }
        }
    }

    @Test
    void aSlowReaderGetsEverythingAndHoldsUpNobodyElse() throws Exception {
        int length = 48 << 20;
        AtomicLong written = new AtomicLong();
        try (SocketChannel slow = client();
                SocketChannel slowAccepted = server.accept();
                SocketChannel other = client();
                SocketChannel otherAccepted = server.accept()) {
            Background<byte[]> sent =
                    Background.start(() -> Payload.send(slow, length, 7, 1 << 16, written::addAndGet));
            Payload.Received received = new Payload.Received();
            for (int i = 0; i < 100; i++) {
                received.read(slowAccepted, 10_000);
                write(other, i);
                assertThat(read(otherAccepted)).isEqualTo(i);
            }
            while (received.read(slowAccepted, 1 << 16)) {
                // To the end.
            }

            assertThat(received.bytes()).isEqualTo(length);
            assertThat(received.digest()).isEqualTo(sent.get());
        }
    }

    @Test
    void sixtyFourMegabytesBothWaysAtOnceArriveWhole() throws Exception {
        try (SocketChannel client = client();
                SocketChannel accepted = server.accept()) {
            Payload.exchange(client, accepted, 64 << 20);
        }
    }
}
