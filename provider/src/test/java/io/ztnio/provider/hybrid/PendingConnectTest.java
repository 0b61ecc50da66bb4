package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.routing.RoutingDecision;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connects whose stack is not known yet. The loopback address stands for one that could be a network's. */
@Timeout(60)
@SuppressWarnings("try") // closing is part of what is tested
class PendingConnectTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final RoutingDecision PENDING = RoutingDecision.pending("the networks' configuration");
    private static final String REASON = "network 1 is not usable: authorise this member there";
    private static final RoutingDecision REFUSED = RoutingDecision.unavailable(REASON);
    private static final int ALL = SelectionKey.OP_CONNECT | SelectionKey.OP_READ | SelectionKey.OP_WRITE;

    private final FakeNetworks networks = new FakeNetworks();
    private final SelectorProvider provider = new ZeroTierSelectorProvider(networks);

    private ServerSocketChannel listen(InetAddress address) throws IOException {
        return provider.openServerSocketChannel().bind(new InetSocketAddress(address, 0));
    }

    private SocketChannel nonBlocking() throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        channel.configureBlocking(false);
        return channel;
    }

    /** Both addresses at which somebody may be: one of the network and one of the host. */
    private void pend() {
        networks.routing.address(FakeNetworks.OWN, PENDING);
        networks.routing.address(LOOPBACK, PENDING);
    }

    private void decide(InetAddress address) {
        RoutingDecision decision = address.equals(LOOPBACK) ? RoutingDecision.HOST : RoutingDecision.VIRTUAL;
        networks.routing.address(address, decision);
    }

    @Test
    void aNonBlockingConnectNeverWaitsAndCompletesByReadiness() throws IOException {
        for (InetAddress address : List.of(FakeNetworks.OWN, LOOPBACK)) {
            decide(address);
            try (ServerSocketChannel listener = listen(address);
                    SocketChannel client = nonBlocking();
                    Selector selector = provider.openSelector()) {
                pend();
                SelectionKey key = client.register(selector, ALL);

                assertThat(client.connect(listener.getLocalAddress())).isFalse();

                assertThat(client.isConnectionPending()).isTrue();
                assertThat(client.isConnected()).isFalse();
                assertThat(client.finishConnect()).isFalse();
                assertThat(selector.selectNow()).isZero();
                assertThat(client.getRemoteAddress()).isEqualTo(listener.getLocalAddress());

                decide(address);

                assertThat(client.isConnectionPending()).isTrue();
                assertThat(client.isConnected()).isFalse();
                assertThat(selector.select()).isEqualTo(1);
                assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_CONNECT);
                assertThat(client.finishConnect()).isTrue();
                assertThat(client.isConnected()).isTrue();
                assertThat(client.isConnectionPending()).isFalse();
                assertThat(client.keyFor(selector)).isSameAs(key);
                selector.selectedKeys().clear();
                key.interestOps(SelectionKey.OP_WRITE);
                assertThat(selector.select()).isEqualTo(1);
                assertThat(client.write(ByteBuffer.wrap(new byte[] {7}))).isEqualTo(1);
                try (SocketChannel server = listener.accept()) {
                    ByteBuffer received = ByteBuffer.allocate(2);
                    assertThat(server.read(received)).isEqualTo(1);
                    assertThat(received.get(0)).isEqualTo((byte) 7);
                    assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                }
            }
        }
    }

    @Test
    void aSleepingSelectorWakesWhenTheDecisionComes() throws Exception {
        for (InetAddress address : List.of(FakeNetworks.OWN, LOOPBACK)) {
            for (int round = 0; round < 100; round++) {
                decide(address);
                try (ServerSocketChannel listener = listen(address);
                        SocketChannel client = nonBlocking();
                        Selector selector = provider.openSelector()) {
                    pend();
                    SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT);
                    assertThat(client.connect(listener.getLocalAddress())).isFalse();
                    Background<Boolean> deciding = Background.start(() -> {
                        decide(address);
                        return true;
                    });

                    assertThat(selector.select()).isEqualTo(1);
                    assertThat(key.isConnectable()).isTrue();
                    assertThat(client.finishConnect()).isTrue();
                    deciding.get();
                }
            }
        }
    }

    @Test
    void aConnectThatIsRefusedByTheDecisionFailsByReadinessWithTheReason() throws IOException {
        try (SocketChannel client = nonBlocking();
                Selector selector = provider.openSelector()) {
            pend();
            client.register(selector, SelectionKey.OP_CONNECT);
            assertThat(client.connect(new InetSocketAddress(FakeNetworks.OWN, 80)))
                    .isFalse();

            networks.routing.address(FakeNetworks.OWN, REFUSED);

            assertThat(selector.select()).isEqualTo(1);
            assertThatThrownBy(client::finishConnect)
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThat(client.isOpen()).isFalse();
            assertThat(networks.opened).hasValue(0);
        }
    }

    @Test
    void aConnectThatThePeerRefusesAfterTheDecisionFailsByReadiness() throws IOException {
        for (InetAddress address : List.of(FakeNetworks.OWN, LOOPBACK)) {
            decide(address);
            InetSocketAddress nobody;
            try (ServerSocketChannel listener = listen(address)) {
                nobody = (InetSocketAddress) listener.getLocalAddress();
            }
            try (SocketChannel client = nonBlocking();
                    Selector selector = provider.openSelector()) {
                pend();
                client.register(selector, SelectionKey.OP_CONNECT);
                assertThat(client.connect(nobody)).isFalse();

                decide(address);

                assertThat(selector.select()).isEqualTo(1);
                assertThatThrownBy(client::finishConnect).isInstanceOf(ConnectException.class);
                assertThat(client.isOpen()).isFalse();
            }
        }
    }

    @Test
    void aBlockingConnectWaitsForTheDecision() throws Exception {
        for (InetAddress address : List.of(FakeNetworks.OWN, LOOPBACK)) {
            decide(address);
            try (ServerSocketChannel listener = listen(address);
                    SocketChannel client = provider.openSocketChannel();
                    SocketChannel byView = provider.openSocketChannel()) {
                pend();
                InetSocketAddress target = (InetSocketAddress) listener.getLocalAddress();
                Background<Boolean> connecting = Background.start(() -> client.connect(target));
                Background<Boolean> connectingByView = Background.start(() -> {
                    byView.socket().connect(target, 60_000);
                    return true;
                });
                networks.routing.awaitWaiters(2);

                decide(address);

                assertThat(connecting.get()).isTrue();
                assertThat(connectingByView.get()).isTrue();
                assertThat(client.getRemoteAddress()).isEqualTo(target);
                assertThat(byView.socket().isConnected()).isTrue();
            }
        }
    }

    @Test
    void aBlockingConnectEndsWithTheReasonWhenItIsRefused() throws Exception {
        try (SocketChannel client = provider.openSocketChannel();
                SocketChannel byView = provider.openSocketChannel()) {
            pend();
            InetSocketAddress target = new InetSocketAddress(FakeNetworks.OWN, 80);
            Background<Boolean> connecting = Background.start(() -> client.connect(target));
            Background<Boolean> connectingByView = Background.start(() -> {
                byView.socket().connect(target);
                return true;
            });
            networks.routing.awaitWaiters(2);

            networks.routing.address(FakeNetworks.OWN, REFUSED);

            assertThat(connecting.failure())
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThat(connectingByView.failure())
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThat(client.isOpen() || byView.isOpen()).isFalse();
        }
    }

    @Test
    void theWaitEndsByCloseByInterruptAndByTimeout() throws Exception {
        try (SocketChannel one = provider.openSocketChannel();
                SocketChannel two = provider.openSocketChannel();
                SocketChannel three = provider.openSocketChannel()) {
            pend();
            InetSocketAddress target = new InetSocketAddress(FakeNetworks.OWN, 80);
            Background<Boolean> closed = Background.start(() -> one.connect(target));
            Background<Boolean> interrupted = Background.start(() -> two.connect(target));
            networks.routing.awaitWaiters(2);

            one.close();
            interrupted.interrupt();

            assertThat(closed.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(interrupted.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(interrupted.wasInterruptedAfterwards()).isTrue();
            assertThat(two.isOpen()).isFalse();
            assertThatThrownBy(() -> three.socket().connect(target, 1))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Connect timed out");
            assertThat(three.isOpen()).isFalse();
            networks.routing.awaitWaiters(0);
        }
    }

    @Test
    void aClosedChannelIsNotConnectedByALateDecision() throws Exception {
        try (Selector selector = provider.openSelector();
                SocketChannel client = nonBlocking()) {
            pend();
            client.register(selector, SelectionKey.OP_CONNECT);
            assertThat(client.connect(new InetSocketAddress(FakeNetworks.OWN, 80)))
                    .isFalse();
            networks.routing.awaitWaiters(1);

            client.close();

            networks.routing.awaitWaiters(0);
            decide(FakeNetworks.OWN);
            assertThat(networks.opened).hasValue(0);
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).isEmpty();
            assertThatThrownBy(client::finishConnect).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void nothingButOptionsIsPossibleMeanwhile() throws IOException {
        decide(LOOPBACK);
        try (ServerSocketChannel listener = listen(LOOPBACK);
                SocketChannel client = nonBlocking()) {
            pend();
            InetSocketAddress target = (InetSocketAddress) listener.getLocalAddress();
            assertThat(client.connect(target)).isFalse();

            assertThatThrownBy(() -> client.connect(target)).isInstanceOf(ConnectionPendingException.class);
            assertThatThrownBy(() -> client.bind(null)).isInstanceOf(ConnectionPendingException.class);
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(() -> client.write(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
            assertThatThrownBy(client::shutdownOutput).isInstanceOf(NotYetConnectedException.class);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            decide(LOOPBACK);
            client.configureBlocking(true);
            assertThat(client.finishConnect()).isTrue();
            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void finishConnectInBlockingModeWaitsForTheDecisionToo() throws Exception {
        for (InetAddress address : List.of(FakeNetworks.OWN, LOOPBACK)) {
            decide(address);
            try (ServerSocketChannel listener = listen(address);
                    SocketChannel client = nonBlocking();
                    SocketChannel closed = nonBlocking()) {
                pend();
                assertThat(client.connect(listener.getLocalAddress())).isFalse();
                assertThat(closed.connect(listener.getLocalAddress())).isFalse();
                client.configureBlocking(true);
                closed.configureBlocking(true);
                Background<Boolean> finishing =
                        Background.start(client::finishConnect).settle();
                Background<Boolean> ending =
                        Background.start(closed::finishConnect).settle();

                closed.close();
                decide(address);

                assertThat(finishing.get()).isTrue();
                assertThat(ending.failure()).isInstanceOf(ClosedChannelException.class);
                assertThat(client.write(ByteBuffer.allocate(1))).isEqualTo(1);
                assertThat(client.isBlocking()).isTrue();
            }
        }
    }

    @Test
    void aBoundPortIsKeptWhicheverStackTheDecisionIsFor() throws IOException {
        for (InetAddress address : List.of(FakeNetworks.OWN, LOOPBACK)) {
            decide(address);
            try (ServerSocketChannel listener = listen(address);
                    SocketChannel client = nonBlocking()) {
                client.bind(null);
                int port = ((InetSocketAddress) client.getLocalAddress()).getPort();
                pend();
                assertThat(client.connect(listener.getLocalAddress())).isFalse();
                decide(address);

                while (!client.finishConnect()) {
                    Thread.onSpinWait();
                }

                assertThat(client.getLocalAddress()).isEqualTo(new InetSocketAddress(address, port));
            }
        }
    }
}
