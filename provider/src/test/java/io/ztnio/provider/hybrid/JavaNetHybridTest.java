package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.contract.Background;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.socket.JavaNetSockets;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code java.net}'s sockets where the two stacks meet: the rules that channels have. */
@Timeout(60)
@SuppressWarnings("try") // closing is part of what is tested
class JavaNetHybridTest {
    private static final String REASON = "network 1 is not usable: authorise this member there";
    private static final RoutingDecision REFUSED = RoutingDecision.unavailable(REASON);
    private static final RoutingDecision PENDING = RoutingDecision.pending("the networks' configuration");

    private final FakeNetworks networks = new FakeNetworks();
    private final JavaNetSockets sockets = new JavaNetSockets(networks);

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static InetSocketAddress own(int port) {
        return new InetSocketAddress(FakeNetworks.OWN, port);
    }

    private ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket listener = sockets.listener();
        listener.bind(address);
        return listener;
    }

    private static List<Thread> acceptors(ServerSocket listener) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("ztnio-accept-" + listener.getLocalPort()))
                .toList();
    }

    @Test
    void aListenerInBothStacksHasAThreadFromItsFirstAcceptToItsCloseAndOneInOneStackHasNone() throws Exception {
        ServerSocket both = listen(new InetSocketAddress(0));
        assertThat(acceptors(both)).isEmpty();
        for (InetSocketAddress target : List.of(own(both.getLocalPort()), loopback(both.getLocalPort()))) {
            try (Socket client = sockets.client()) {
                client.connect(target);
                both.accept().close();
            }
        }
        List<Thread> thread = acceptors(both);
        assertThat(thread).hasSize(1);
        both.close();
        thread.get(0).join();

        for (InetSocketAddress address : List.of(own(0), loopback(0))) {
            try (ServerSocket one = listen(address);
                    Socket client = sockets.client()) {
                client.connect((InetSocketAddress) one.getLocalSocketAddress());
                one.accept().close();
                assertThat(acceptors(one)).isEmpty();
            }
        }
    }

    @Test
    void connectionsOfBothStacksAreAcceptedInTurn() throws Exception {
        try (ServerSocket both = listen(new InetSocketAddress(0))) {
            int fromHost = 0;
            Socket[] clients = new Socket[8];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = sockets.client();
                clients[i].connect(i % 2 == 0 ? own(both.getLocalPort()) : loopback(both.getLocalPort()));
            }
            for (int i = 0; i < clients.length; i++) {
                try (Socket accepted = both.accept()) {
                    fromHost += accepted.getInetAddress().isLoopbackAddress() ? 1 : 0;
                }
            }
            assertThat(fromHost).isEqualTo(clients.length / 2);
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void anAddressOfANetworkThatCannotBeHadIsNobodys() throws Exception {
        networks.routing.network(REFUSED);
        try (Socket client = sockets.client();
                ServerSocket listener = sockets.listener();
                DatagramSocket datagrams = sockets.datagrams()) {
            assertThatThrownBy(() -> client.connect(own(80), 1000))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThat(client.isConnected()).isFalse();
            assertThatThrownBy(() -> listener.bind(own(80)))
                    .isInstanceOf(BindException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> datagrams.send(new DatagramPacket(new byte[1], 1, own(80))))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> datagrams.connect(own(80)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage(REASON);
        }
    }

    @Test
    void aSocketOfTheHostStackDoesNotReachANetworksAddress() throws Exception {
        try (Socket client = sockets.client();
                DatagramSocket datagrams = sockets.datagrams()) {
            client.bind(loopback(0));
            datagrams.bind(loopback(0));
            assertThatThrownBy(() -> client.connect(own(80)))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("ztnio.bypass");
            assertThatThrownBy(() -> datagrams.send(new DatagramPacket(new byte[1], 1, own(80))))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessageContaining("ztnio.bypass");
        }
    }

    @Test
    void aConnectWaitsForTheDecisionAndHasOneTimeoutForAll() throws Exception {
        networks.routing.network(PENDING);
        try (Socket hasty = sockets.client()) {
            assertThatThrownBy(() -> hasty.connect(own(80), 50))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Connect timed out");
        }
        networks.routing.network(RoutingDecision.VIRTUAL);
        try (ServerSocket listener = listen(own(0));
                Socket patient = sockets.client()) {
            networks.routing.network(PENDING);
            Background<Void> connecting = Background.start(() -> {
                patient.connect(own(listener.getLocalPort()), 60_000);
                return null;
            });
            networks.routing.awaitWaiters(1);
            connecting.interrupt();
            networks.routing.network(RoutingDecision.VIRTUAL);
            connecting.get();
            assertThat(connecting.wasInterruptedAfterwards()).isTrue();
            listener.accept().close();
        }
    }

    @Test
    void closeEndsAConnectThatWaitsForItsDecision() throws Exception {
        networks.routing.network(PENDING);
        Socket client = sockets.client();
        Background<Void> connecting = Background.start(() -> {
            client.connect(own(80));
            return null;
        });
        networks.routing.awaitWaiters(1);
        client.close();
        assertThat(connecting.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @Test
    void closeEndsAConnectThatWaitsForItsPeer() throws Exception {
        Socket client = sockets.client();
        Background<Void> connecting = Background.<Void>start(() -> {
                    client.connect(new InetSocketAddress(FakeNetworks.HELD, 80));
                    return null;
                })
                .settle();
        client.close();
        assertThat(connecting.failure()).isInstanceOf(SocketException.class).hasMessageMatching("Socket (is )?closed");
    }

    @Test
    void aConnectToWhoDoesNotAnswerTimesOut() throws Exception {
        Socket client = sockets.client();
        assertThatThrownBy(() -> client.connect(new InetSocketAddress(FakeNetworks.HELD, 80), 50))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Connect timed out");
        assertThatThrownBy(() -> client.connect(own(80))).isInstanceOf(SocketException.class);
    }

    @Test
    void everythingIsClosedInTheVirtualStackToo() throws Exception {
        try (ServerSocket both = listen(new InetSocketAddress(0))) {
            try (Socket client = sockets.client()) {
                client.bind(new InetSocketAddress(0));
                client.connect(own(both.getLocalPort()));
                both.accept().close();
            }
            try (Socket client = sockets.client()) {
                client.bind(new InetSocketAddress(0));
                client.connect(loopback(both.getLocalPort()));
                both.accept().close();
            }
            try (DatagramSocket datagrams = sockets.datagrams()) {
                datagrams.bind(new InetSocketAddress(0));
            }
        }
        assertThat(networks.closed.get()).isEqualTo(networks.opened.get());
    }
}
