package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.CapturedNetworks;
import io.ztnio.provider.socket.JavaNetSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code ztnio.bypass} leaves to the host can be reached from a captured address, as the JDK can. */
@Timeout(60)
class CaptureBypassTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ServerSocketChannel server;
    private final DatagramChannel echo;
    private final CapturedNetworks networks;
    private final SelectorProvider provider;
    private final JavaNetSockets sockets;

    CaptureBypassTest() throws IOException {
        server = OsProvider.get().openServerSocketChannel().bind(ANY_PORT);
        echo = OsProvider.get().openDatagramChannel().bind(ANY_PORT);
        String bypass = "127.0.0.1/32:" + local(server).getPort() + ",127.0.0.1/32:"
                + local(echo).getPort();
        networks = new CapturedNetworks(
                new ConfigLoader(Map.of("ztnio.capture", "127.0.0.0/8,::1,wildcard", "ztnio.bypass", bypass), Map.of())
                        .load());
        provider = new ZeroTierSelectorProvider(networks);
        sockets = new JavaNetSockets(networks);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        echo.close();
        networks.close();
    }

    private static InetSocketAddress local(NetworkChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private void assertAccepted(InetSocketAddress client) throws IOException {
        try (SocketChannel accepted = server.accept()) {
            assertThat(accepted.getRemoteAddress()).isEqualTo(client);
        }
    }

    @Test
    void aBoundChannelReachesABypassedPort() throws IOException {
        try (SocketChannel client = provider.openSocketChannel().bind(ANY_PORT)) {
            InetSocketAddress bound = local(client);

            client.connect(server.getLocalAddress());

            assertThat(local(client)).isEqualTo(bound);
            assertAccepted(bound);
        }
    }

    @Test
    void aBoundChannelThatDoesNotBlockReachesABypassedPort() throws IOException {
        try (SocketChannel client = provider.openSocketChannel().bind(ANY_PORT);
                Selector selector = provider.openSelector()) {
            InetSocketAddress bound = local(client);
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_CONNECT);

            boolean connected = client.connect(server.getLocalAddress());
            while (!connected) {
                assertThat(selector.select(10_000)).isEqualTo(1);
                connected = client.finishConnect();
            }

            assertAccepted(bound);
        }
    }

    @Test
    void aBoundSocketReachesABypassedPort() throws IOException {
        try (Socket client = sockets.client()) {
            client.bind(ANY_PORT);
            int port = client.getLocalPort();

            client.connect(server.getLocalAddress());

            assertThat(client.getLocalPort()).isEqualTo(port);
            assertAccepted((InetSocketAddress) client.getLocalSocketAddress());
        }
    }

    @Test
    void aBoundAsynchronousChannelReachesABypassedPort() throws Exception {
        try (AsynchronousSocketChannel client =
                new ZeroTierAsynchronousChannelProvider(networks).openAsynchronousSocketChannel(null)) {
            client.bind(ANY_PORT);
            InetSocketAddress bound = local(client);

            client.connect(server.getLocalAddress()).get();

            assertAccepted(bound);
        }
    }

    @Test
    void aBoundChannelReachesACapturedPort() throws IOException {
        try (ServerSocketChannel captured = provider.openServerSocketChannel().bind(ANY_PORT);
                SocketChannel client = provider.openSocketChannel().bind(ANY_PORT)) {
            InetSocketAddress bound = local(client);

            client.connect(captured.getLocalAddress());

            try (SocketChannel accepted = captured.accept()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(bound);
            }
        }
    }

    /** The host's port is another's: that is no reason not to have the captured one. */
    @Test
    void aPortThatTheHostHasNotIsOfTheCapturedAddressOnly() throws IOException {
        try (ServerSocketChannel captured = provider.openServerSocketChannel().bind(ANY_PORT);
                ServerSocketChannel holder =
                        OsProvider.get().openServerSocketChannel().bind(ANY_PORT);
                ServerSocketChannel another =
                        OsProvider.get().openServerSocketChannel().bind(ANY_PORT);
                SocketChannel client = provider.openSocketChannel().bind(holder.getLocalAddress());
                SocketChannel other = provider.openSocketChannel().bind(another.getLocalAddress())) {
            client.connect(captured.getLocalAddress());

            assertThat(client.getLocalAddress()).isEqualTo(holder.getLocalAddress());
            assertThatThrownBy(() -> other.connect(server.getLocalAddress()))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("ztnio.bypass");
        }
    }

    private void assertEchoed(InetSocketAddress client) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocate(16);
        InetSocketAddress from = (InetSocketAddress) echo.receive(datagram);
        assertThat(from).isEqualTo(client);
        echo.send(datagram.flip(), from);
    }

    @Test
    void aBoundDatagramChannelTalksToABypassedPortAndToCapturedOnes() throws IOException {
        try (DatagramChannel client = provider.openDatagramChannel().bind(ANY_PORT);
                DatagramChannel captured = provider.openDatagramChannel().bind(ANY_PORT)) {
            InetSocketAddress bound = local(client);
            ByteBuffer received = ByteBuffer.allocate(16);

            client.send(ByteBuffer.allocate(3), echo.getLocalAddress());
            assertEchoed(bound);
            assertThat(client.receive(received)).isEqualTo(echo.getLocalAddress());
            client.send(ByteBuffer.allocate(4), captured.getLocalAddress());

            assertThat(captured.receive(received)).isEqualTo(bound);
            assertThat(received.position()).isEqualTo(7);
            assertThat(local(client)).isEqualTo(bound);
        }
    }

    @Test
    void whoWaitsForDatagramsHearsOfTheAnswerToALaterOne() throws Exception {
        try (DatagramChannel client = provider.openDatagramChannel().bind(ANY_PORT)) {
            Background<SocketAddress> waiting = Background.start(() -> client.receive(ByteBuffer.allocate(16)));
            waiting.settle();

            client.send(ByteBuffer.allocate(3), echo.getLocalAddress());
            assertEchoed(local(client));

            assertThat(waiting.get()).isEqualTo(echo.getLocalAddress());
        }
    }

    @Test
    void aBoundDatagramChannelThatSelectsHearsOfABypassedPort() throws IOException {
        try (DatagramChannel client = provider.openDatagramChannel().bind(ANY_PORT);
                Selector selector = provider.openSelector()) {
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_READ);

            client.send(ByteBuffer.allocate(3), echo.getLocalAddress());
            assertEchoed(local(client));

            assertThat(selector.select(10_000)).isEqualTo(1);
            assertThat(client.receive(ByteBuffer.allocate(16))).isEqualTo(echo.getLocalAddress());
        }
    }

    @Test
    void aBoundDatagramChannelConnectsToABypassedPortAndBack() throws IOException {
        try (DatagramChannel client = provider.openDatagramChannel().bind(ANY_PORT);
                DatagramChannel captured = provider.openDatagramChannel().bind(ANY_PORT)) {
            InetSocketAddress bound = local(client);

            client.connect(echo.getLocalAddress());
            client.write(ByteBuffer.allocate(3));
            assertEchoed(bound);
            assertThat(client.read(ByteBuffer.allocate(16))).isEqualTo(3);
            assertThat(local(client)).isEqualTo(bound);
            client.disconnect();
            client.connect(captured.getLocalAddress());
            client.write(ByteBuffer.allocate(5));

            assertThat(captured.receive(ByteBuffer.allocate(16))).isEqualTo(bound);
        }
    }

    @Test
    void aBoundDatagramSocketTalksToABypassedPort() throws IOException {
        try (DatagramSocket client = sockets.datagrams()) {
            client.bind(ANY_PORT);
            DatagramPacket packet = new DatagramPacket(new byte[3], 3, echo.getLocalAddress());

            client.send(packet);
            assertEchoed((InetSocketAddress) client.getLocalSocketAddress());
            client.receive(packet);

            assertThat(packet.getSocketAddress()).isEqualTo(echo.getLocalAddress());
        }
    }
}
