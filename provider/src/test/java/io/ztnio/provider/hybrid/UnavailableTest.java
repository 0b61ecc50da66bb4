package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.routing.RoutingDecision;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails closed: streams and binds to addresses of networks that cannot be had, or not yet. */
@Timeout(60)
@SuppressWarnings("try") // closing is part of what is tested
class UnavailableTest {
    private static final String REASON = "network 1 is not usable: authorise this member there";
    private static final RoutingDecision REFUSED = RoutingDecision.unavailable(REASON);
    private static final RoutingDecision PENDING = RoutingDecision.pending("the networks' configuration");

    private final FakeNetworks networks = new FakeNetworks();
    private final SelectorProvider provider = new ZeroTierSelectorProvider(networks);

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static InetSocketAddress own(int port) {
        return new InetSocketAddress(FakeNetworks.OWN, port);
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Test
    void aConnectFailsAtOnceWithTheReasonInEveryMode() throws IOException {
        networks.routing.network(REFUSED);
        try (SocketChannel blocking = provider.openSocketChannel();
                SocketChannel nonBlocking = provider.openSocketChannel();
                SocketChannel view = provider.openSocketChannel()) {
            nonBlocking.configureBlocking(false);

            assertThatThrownBy(() -> blocking.connect(own(80)))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> nonBlocking.connect(own(80)))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> view.socket().connect(own(80), 1000))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThat(blocking.isOpen() || nonBlocking.isOpen() || view.isOpen())
                    .isFalse();
            assertThat(networks.opened).hasValue(0);
        }
    }

    @Test
    void channelsFromBeforeTheFailureFailTooAndTheNextConnectWorksAfterIt() throws IOException {
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(own(0));
                SocketChannel unbound = provider.openSocketChannel();
                SocketChannel wildcard = provider.openSocketChannel().bind(null);
                SocketChannel bound = provider.openSocketChannel().bind(own(0));
                SocketChannel later = provider.openSocketChannel()) {
            networks.routing.network(REFUSED);

            for (SocketChannel each : new SocketChannel[] {unbound, wildcard, bound}) {
                assertThatThrownBy(() -> each.connect(own(port(listener))))
                        .isInstanceOf(NoRouteToHostException.class)
                        .hasMessage(REASON);
            }

            networks.routing.network(RoutingDecision.VIRTUAL);
            assertThat(later.connect(own(port(listener)))).isTrue();
        }
    }

    @Test
    void anEstablishedConnectionOutlivesARefusal() throws IOException {
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(own(0));
                SocketChannel client = provider.openSocketChannel()) {
            client.connect(own(port(listener)));
            try (SocketChannel server = listener.accept()) {
                networks.routing.network(REFUSED);

                assertThat(client.write(ByteBuffer.allocate(4))).isEqualTo(4);

                networks.routing.network(RoutingDecision.VIRTUAL);
                assertThat(server.read(ByteBuffer.allocate(8))).isEqualTo(4);
            }
        }
    }

    @Test
    void aChannelOfTheHostStackDoesNotTakeTheNetworksTraffic() throws IOException {
        for (boolean blocking : new boolean[] {true, false}) {
            for (RoutingDecision decision : new RoutingDecision[] {RoutingDecision.VIRTUAL, REFUSED}) {
                networks.routing.network(decision);
                try (SocketChannel bound = provider.openSocketChannel().bind(loopback(0))) {
                    bound.configureBlocking(blocking);

                    assertThatThrownBy(() -> bound.connect(own(80))).isInstanceOf(NoRouteToHostException.class);

                    assertThat(bound.isOpen()).isFalse();
                }
            }
        }
    }

    @Test
    void aChannelOfTheHostStackWaitsForADecisionToo() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(loopback(0));
                SocketChannel blocking = provider.openSocketChannel().bind(loopback(0));
                SocketChannel nonBlocking = provider.openSocketChannel().bind(loopback(0))) {
            nonBlocking.configureBlocking(false);
            networks.routing.address(loopback, PENDING);
            assertThat(nonBlocking.connect(listener.getLocalAddress())).isFalse();
            Background<Boolean> connecting = Background.start(() -> blocking.connect(listener.getLocalAddress()));
            networks.routing.awaitWaiters(2);

            networks.routing.address(loopback, RoutingDecision.HOST);

            assertThat(connecting.get()).isTrue();
            nonBlocking.configureBlocking(true);
            assertThat(nonBlocking.finishConnect()).isTrue();
            assertThat(nonBlocking.isConnected()).isTrue();
        }
    }

    @Test
    void aBindToAnAddressOfARefusedNetworkFailsWithTheReason() throws IOException {
        networks.routing.network(REFUSED);
        try (SocketChannel stream = provider.openSocketChannel();
                ServerSocketChannel listener = provider.openServerSocketChannel();
                DatagramChannel datagrams = provider.openDatagramChannel()) {
            assertThatThrownBy(() -> stream.bind(own(0)))
                    .isInstanceOf(BindException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> listener.bind(own(0)))
                    .isInstanceOf(BindException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> datagrams.bind(own(0)))
                    .isInstanceOf(BindException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> stream.socket().bind(own(0)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> listener.socket().bind(own(0)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> datagrams.socket().bind(own(0)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage(REASON);

            networks.routing.network(RoutingDecision.VIRTUAL);

            assertThat(stream.bind(own(0)).getLocalAddress()).isNotNull();
            assertThat(listener.bind(own(0)).getLocalAddress()).isNotNull();
            assertThat(datagrams.bind(own(0)).getLocalAddress()).isNotNull();
        }
    }

    @Test
    void aBindToAnUndecidedAddressWaitsBecauseItHasNoReadiness() throws Exception {
        networks.routing.network(PENDING);
        try (SocketChannel stream = provider.openSocketChannel();
                ServerSocketChannel listener = provider.openServerSocketChannel();
                DatagramChannel datagrams = provider.openDatagramChannel()) {
            listener.configureBlocking(false);
            Background<?> one = Background.start(() -> stream.bind(own(0)));
            Background<?> two = Background.start(() -> listener.bind(own(0)));
            Background<?> three = Background.start(() -> datagrams.bind(own(0)));
            networks.routing.awaitWaiters(3);

            networks.routing.network(RoutingDecision.VIRTUAL);

            one.get();
            two.get();
            three.get();
            assertThat(((InetSocketAddress) listener.getLocalAddress()).getAddress())
                    .isEqualTo(FakeNetworks.OWN);
        }
    }

    @Test
    void aBindThatWaitsEndsByCloseAndByInterrupt() throws Exception {
        networks.routing.network(PENDING);
        try (SocketChannel stream = provider.openSocketChannel();
                ServerSocketChannel listener = provider.openServerSocketChannel();
                DatagramChannel datagrams = provider.openDatagramChannel();
                DatagramChannel interrupted = provider.openDatagramChannel()) {
            Background<?> one = Background.start(() -> stream.bind(own(0)));
            Background<?> two = Background.start(() -> listener.bind(own(0)));
            Background<?> three = Background.start(() -> datagrams.bind(own(0)));
            Background<?> four = Background.start(() -> interrupted.bind(own(0)));
            networks.routing.awaitWaiters(4);

            stream.close();
            listener.close();
            datagrams.close();
            four.interrupt();

            assertThat(one.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(two.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(three.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(four.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(interrupted.isOpen()).isFalse();
            networks.routing.awaitWaiters(0);
        }
    }

    @Test
    void aWildcardBindFailsWhileTheNodeCannotStartAndWorksAfterwards() throws IOException {
        networks.cannotStart(new BindException("UDP port 9993 is taken: choose another ztnio.port"));
        try (ServerSocketChannel listener = provider.openServerSocketChannel();
                DatagramChannel datagrams = provider.openDatagramChannel()) {
            InetSocketAddress any = new InetSocketAddress(0);
            assertThatThrownBy(() -> listener.bind(any))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("UDP port 9993 is taken");
            assertThatThrownBy(() -> datagrams.bind(any))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("UDP port 9993 is taken");
            assertThat(listener.getLocalAddress()).isNull();
            assertThat(datagrams.getLocalAddress()).isNull();

            networks.cannotStart(null);
            listener.bind(any);
            datagrams.bind(any);

            try (SocketChannel client = provider.openSocketChannel()) {
                assertThat(client.connect(own(port(listener)))).isTrue();
            }
        }
    }

    @Test
    void aWildcardBindDoesWithoutTheNodeIfItIsToldSo() throws IOException {
        networks.cannotStart(new IOException("the home is in use"));
        networks.whenUnavailable(WhenUnavailable.OS);
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(new InetSocketAddress(0));
                DatagramChannel datagrams = provider.openDatagramChannel().bind(new InetSocketAddress(0));
                SocketChannel client = provider.openSocketChannel()) {
            assertThat(client.connect(loopback(port(listener)))).isTrue();
            assertThat(datagrams.getLocalAddress()).isNotNull();
        }
    }

    @Test
    void aBoundClientReachesTheHostWhileTheNodeCannotStartAndItsPortIsTheSameAfterwards() throws IOException {
        networks.cannotStart(new IOException("the home is in use"));
        try (SocketChannel one = provider.openSocketChannel().bind(new InetSocketAddress(0));
                SocketChannel two = provider.openSocketChannel().bind(new InetSocketAddress(0));
                ServerSocketChannel host = provider.openServerSocketChannel().bind(loopback(0))) {
            int port = ((InetSocketAddress) two.getLocalAddress()).getPort();
            assertThat(one.connect(host.getLocalAddress())).isTrue();
            networks.cannotStart(null);
            try (ServerSocketChannel virtual =
                    provider.openServerSocketChannel().bind(own(0))) {
                assertThat(two.connect(virtual.getLocalAddress())).isTrue();
            }
            assertThat(two.getLocalAddress()).isEqualTo(own(port));
        }
    }
}
