package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.routing.RoutingDecision;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asynchronous channels between the stacks. The loopback address stands for one that could be a network's. */
@Timeout(60)
@SuppressWarnings("try") // closing is part of what is tested
class AsynchronousHybridTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final RoutingDecision PENDING = RoutingDecision.pending("the networks' configuration");
    private static final String REASON = "network 1 is not usable: authorise this member there";

    private final FakeNetworks networks = new FakeNetworks();
    private final ZeroTierAsynchronousChannelProvider provider = new ZeroTierAsynchronousChannelProvider(networks);

    private AsynchronousServerSocketChannel listen(InetAddress address) throws IOException {
        return provider.openAsynchronousServerSocketChannel(null).bind(new InetSocketAddress(address, 0));
    }

    private AsynchronousSocketChannel open() throws IOException {
        return provider.openAsynchronousSocketChannel(null);
    }

    @Test
    void aConnectWaitsForItsDecisionAndThenHappensInItsStack() throws Exception {
        for (InetAddress address : List.of(FakeNetworks.OWN, LOOPBACK)) {
            RoutingDecision later = address.equals(LOOPBACK) ? RoutingDecision.HOST : RoutingDecision.VIRTUAL;
            networks.routing.address(address, later);
            try (AsynchronousServerSocketChannel listener = listen(address);
                    AsynchronousSocketChannel client = open()) {
                networks.routing.address(address, PENDING);

                Future<Void> connecting = client.connect(listener.getLocalAddress());

                assertThatThrownBy(() -> connecting.get(1, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                assertThatThrownBy(() -> client.connect(listener.getLocalAddress()))
                        .isInstanceOf(ConnectionPendingException.class);
                assertThatThrownBy(() -> client.bind(null)).isInstanceOf(ConnectionPendingException.class);
                assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                        .isInstanceOf(NotYetConnectedException.class);
                assertThat(client.getRemoteAddress()).isNull();
                assertThat(client.toString()).endsWith("[connection-pending]");
                networks.routing.address(address, later);
                connecting.get();
                assertThat(client.getRemoteAddress()).isEqualTo(listener.getLocalAddress());
                listener.accept().get().close();
            }
        }
    }

    @Test
    void whatIsRefusedWhilePendingClosesTheChannelWithTheReason() throws Exception {
        networks.routing.network(PENDING);
        AsynchronousSocketChannel client = open();
        Future<Void> connecting = client.connect(new InetSocketAddress(FakeNetworks.OWN, 1));

        networks.routing.network(RoutingDecision.unavailable(REASON));

        assertThat(failure(connecting))
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessage(REASON);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void anAddressOfANetworkThatCannotBeHadFailsAtOnceAndNothingFallsThrough() throws Exception {
        networks.routing.address(LOOPBACK, RoutingDecision.unavailable(REASON));
        AsynchronousSocketChannel client = open();

        assertThat(failure(client.connect(new InetSocketAddress(LOOPBACK, 1))))
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessage(REASON);

        assertThat(client.isOpen()).isFalse();
        assertThatThrownBy(() -> listen(LOOPBACK)).isInstanceOf(java.net.BindException.class);
    }

    @Test
    void aChannelOfTheHostStackDoesNotGoToANetwork() throws Exception {
        AsynchronousSocketChannel client = open();
        client.bind(new InetSocketAddress(LOOPBACK, 0));

        assertThat(failure(client.connect(new InetSocketAddress(FakeNetworks.OWN, 1))))
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessageContaining("bind it to the wildcard address");

        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void closingEndsAPendingConnectInEitherState() throws Exception {
        AsynchronousSocketChannel held = open();
        Future<Void> connecting = held.connect(new InetSocketAddress(FakeNetworks.HELD, 1));
        held.close();
        assertThat(failure(connecting)).isExactlyInstanceOf(AsynchronousCloseException.class);

        networks.routing.network(PENDING);
        AsynchronousSocketChannel undecided = open();
        Future<Void> waiting = undecided.connect(new InetSocketAddress(FakeNetworks.OWN, 1));
        undecided.close();
        assertThat(failure(waiting)).isExactlyInstanceOf(AsynchronousCloseException.class);
        networks.routing.awaitWaiters(0);
    }

    @Test
    void noReadFollowsACancelledConnect() throws Exception {
        try (AsynchronousServerSocketChannel listener = listen(FakeNetworks.OWN);
                AsynchronousSocketChannel client = open()) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            Future<Void> connecting = client.connect(new InetSocketAddress(FakeNetworks.HELD, port));
            assertThat(connecting.cancel(false)).isTrue();

            networks.releaseHeld();
            listener.accept().get().close();

            assertThat(client.isOpen()).isTrue();
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aWildcardListenerAcceptsFromBothStacksInTurn() throws Exception {
        try (AsynchronousServerSocketChannel listener =
                provider.openAsynchronousServerSocketChannel(null).bind(null)) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            List<AsynchronousSocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                AsynchronousSocketChannel client = open();
                client.connect(new InetSocketAddress(i % 2 == 0 ? FakeNetworks.OWN : LOOPBACK, port))
                        .get();
                clients.add(client);
            }
            int virtual = 0;
            for (int i = 0; i < 6; i++) {
                try (AsynchronousSocketChannel server = listener.accept().get()) {
                    virtual += ((InetSocketAddress) server.getRemoteAddress())
                                    .getAddress()
                                    .equals(LOOPBACK)
                            ? 0
                            : 1;
                }
            }
            assertThat(virtual).isEqualTo(3);
            for (AsynchronousSocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void anOptionSetBeforeTheDecisionHoldsInTheVirtualStack() throws Exception {
        try (AsynchronousServerSocketChannel listener = listen(FakeNetworks.OWN);
                AsynchronousSocketChannel client = open()) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);

            client.connect(listener.getLocalAddress()).get();

            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            listener.accept().get().close();
        }
    }

    @Test
    void everyEndpointIsClosedWithItsChannel() throws Exception {
        try (AsynchronousServerSocketChannel listener =
                        provider.openAsynchronousServerSocketChannel(null).bind(null);
                AsynchronousSocketChannel client = open()) {
            Future<AsynchronousSocketChannel> accepting = listener.accept();
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            client.connect(new InetSocketAddress(FakeNetworks.OWN, port)).get();
            accepting.get().close();
        }
        assertThat(networks.closed.get()).isEqualTo(networks.opened.get());
    }

    private static Throwable failure(Future<?> future) throws InterruptedException {
        try {
            throw new AssertionError("succeeded with " + future.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
