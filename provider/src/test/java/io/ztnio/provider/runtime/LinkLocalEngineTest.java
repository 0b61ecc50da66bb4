package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.socket.JavaNetSockets;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** IPv6 link-local addresses of two members of a planet on loopback; real sockets and real time. */
@Timeout(60)
@SuppressWarnings("try") // closing is part of what is tested
class LinkLocalEngineTest {
    private static LoopbackPlanet planet;
    private static LoopbackPlanet.Member near;
    private static LoopbackPlanet.Member far;

    @BeforeAll
    static void start() throws Exception {
        planet = LoopbackPlanet.start();
        near = planet.join();
        far = planet.join();
    }

    @AfterAll
    static void stop() {
        planet.close();
    }

    private static InetAddress linkLocal(LoopbackPlanet.Member member) {
        return member.networks().networks().get(0).linkLocal().orElseThrow();
    }

    private static int scope(SocketAddress address) {
        return ((Inet6Address) ((InetSocketAddress) address).getAddress()).getScopeId();
    }

    private static int scope() {
        return ((Inet6Address) linkLocal(near)).getScopeId();
    }

    private static InetAddress unknownScope() throws IOException {
        return Inet6Address.getByAddress(null, linkLocal(far).getAddress(), scope() ^ 1);
    }

    @Test
    void bothMembersHaveTheNetworksNumber() {
        assertThat(scope()).isGreaterThan(1 << 30).isEqualTo(((Inet6Address) linkLocal(far)).getScopeId());
        assertThat(linkLocal(near)).isNotEqualTo(linkLocal(far));
    }

    @Test
    void channelsConnectAndAcceptWithSelectors() throws Exception {
        try (ServerSocketChannel listener =
                        far.provider().openServerSocketChannel().bind(new InetSocketAddress(linkLocal(far), 0));
                Selector selector = far.provider().openSelector();
                SocketChannel client = near.provider().openSocketChannel()) {
            assertThat(scope(listener.getLocalAddress())).isEqualTo(scope());
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            client.connect(listener.getLocalAddress());
            selector.select();
            try (SocketChannel accepted = listener.accept()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                assertThat(scope(accepted.getRemoteAddress())).isEqualTo(scope());
                assertThat(scope(accepted.getLocalAddress())).isEqualTo(scope());
                assertThat(scope(client.getLocalAddress())).isEqualTo(scope());
                assertThat(((InetSocketAddress) client.getLocalAddress()).getAddress())
                        .isEqualTo(linkLocal(near));
                accepted.configureBlocking(true);
                accepted.write(ByteBuffer.wrap(new byte[] {7}));
                ByteBuffer received = ByteBuffer.allocate(1);
                client.read(received);
                assertThat(received.get(0)).isEqualTo((byte) 7);
            }
        }
    }

    @Test
    void aWildcardListenerIsReached() throws Exception {
        try (ServerSocketChannel listener =
                        far.provider().openServerSocketChannel().bind(new InetSocketAddress(0));
                SocketChannel client = near.provider().openSocketChannel()) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            client.connect(new InetSocketAddress(linkLocal(far), port));
            try (SocketChannel accepted = listener.accept()) {
                assertThat(scope(accepted.getRemoteAddress())).isEqualTo(scope());
            }
        }
    }

    @Test
    void datagramChannelsTalk() throws Exception {
        try (DatagramChannel server =
                        far.provider().openDatagramChannel().bind(new InetSocketAddress(linkLocal(far), 0));
                DatagramChannel client = near.provider().openDatagramChannel()) {
            client.send(ByteBuffer.wrap(new byte[] {1}), server.getLocalAddress());
            SocketAddress from = server.receive(ByteBuffer.allocate(9));
            assertThat(scope(from)).isEqualTo(scope());
            server.send(ByteBuffer.wrap(new byte[] {2}), from);
            SocketAddress answered = client.receive(ByteBuffer.allocate(9));
            assertThat(answered).isEqualTo(server.getLocalAddress());
            assertThat(scope(answered)).isEqualTo(scope());
        }
    }

    @Test
    void javaNetSocketsTalk() throws Exception {
        JavaNetSockets there = new JavaNetSockets(far.networks());
        JavaNetSockets here = new JavaNetSockets(near.networks());
        try (ServerSocket listener = there.listener();
                Socket client = here.client()) {
            listener.bind(new InetSocketAddress(linkLocal(far), 0));
            client.connect(new InetSocketAddress(linkLocal(far), listener.getLocalPort()));
            try (Socket accepted = listener.accept()) {
                assertThat(scope(accepted.getRemoteSocketAddress())).isEqualTo(scope());
                assertThat(scope(client.getLocalSocketAddress())).isEqualTo(scope());
                accepted.getOutputStream().write(5);
                assertThat(client.getInputStream().read()).isEqualTo(5);
            }
        }
    }

    @Test
    void javaNetDatagramsTalk() throws Exception {
        try (DatagramSocket server = new JavaNetSockets(far.networks()).datagrams();
                DatagramSocket client = new JavaNetSockets(near.networks()).datagrams()) {
            server.bind(new InetSocketAddress(0));
            client.bind(new InetSocketAddress(linkLocal(near), 0));
            client.send(new DatagramPacket(
                    new byte[] {1}, 1, new InetSocketAddress(linkLocal(far), server.getLocalPort())));
            DatagramPacket received = new DatagramPacket(new byte[9], 9);
            server.receive(received);
            assertThat(received.getSocketAddress()).isEqualTo(client.getLocalSocketAddress());
            assertThat(scope(received.getSocketAddress())).isEqualTo(scope());
        }
    }

    @Test
    void whatNamesAnotherNumberFails() throws Exception {
        InetAddress wrong = unknownScope();
        try (SocketChannel stream = near.provider().openSocketChannel();
                DatagramChannel datagrams = near.provider().openDatagramChannel();
                ServerSocketChannel listener = near.provider().openServerSocketChannel()) {
            assertThatThrownBy(() -> stream.connect(new InetSocketAddress(wrong, 80)))
                    .isInstanceOf(NoRouteToHostException.class);
            assertThatThrownBy(() -> datagrams.send(ByteBuffer.allocate(1), new InetSocketAddress(wrong, 80)))
                    .isInstanceOf(NoRouteToHostException.class);
            assertThatThrownBy(() -> listener.bind(new InetSocketAddress(wrong, 0)))
                    .isInstanceOf(BindException.class);
        }
    }
}
