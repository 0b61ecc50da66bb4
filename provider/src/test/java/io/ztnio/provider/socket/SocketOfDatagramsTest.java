package io.ztnio.provider.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ztnio.provider.fake.FakeNetworks;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a deprecated constructor of {@code Socket} asks for up to JDK 24: a socket that is not a stream. */
@Timeout(30)
class SocketOfDatagramsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @BeforeAll
    static void open() {
        OpenedJavaNet.ensure();
    }

    private static ZeroTierSocketImpl client() {
        return new ZeroTierSocketImpl(new SocketStacks(new FakeNetworks()));
    }

    private static boolean theJdkHasThem() {
        return Runtime.version().feature() < 25;
    }

    @Test
    void sendsToTheHostAndReceivesFromIt() throws Exception {
        assumeThat(theJdkHasThem()).isTrue();
        ZeroTierSocketImpl client = client();
        try (DatagramSocket server = new DatagramSocket(0, LOOPBACK)) {
            client.create(false);
            client.bind(new InetSocketAddress(0).getAddress(), 0);
            client.connect(server.getLocalSocketAddress(), 0);
            assertThat(client.getPort()).isEqualTo(server.getLocalPort());
            client.getOutputStream().write(new byte[] {1, 2, 3});

            DatagramPacket received = new DatagramPacket(new byte[10], 10);
            server.receive(received);
            assertThat(received.getLength()).isEqualTo(3);
            assertThat(received.getPort()).isEqualTo(client.getLocalPort());
            server.send(received);
            assertThat(client.getInputStream().read(new byte[10])).isEqualTo(3);
        } finally {
            client.close();
        }
    }

    @Test
    void doesNotLeaveTheHostForANetworksAddress() throws Exception {
        assumeThat(theJdkHasThem()).isTrue();
        ZeroTierSocketImpl client = client();
        client.create(false);

        assertThatThrownBy(() -> client.connect(new InetSocketAddress(FakeNetworks.OWN, 7), 0))
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessageContaining("use a DatagramSocket");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void isRefusedInTheWordsOfAJdkThatHasNone() {
        assumeThat(theJdkHasThem()).isFalse();
        assertThatThrownBy(() -> client().create(false))
                .isInstanceOf(IOException.class)
                .hasMessage("Datagram socket creation not supported");
    }

    @Test
    void isNoListener() {
        assertThatThrownBy(() -> new ZeroTierListenerImpl(new SocketStacks(new FakeNetworks())).create(false))
                .isInstanceOf(IOException.class)
                .hasMessage("not a stream socket");
    }
}
