package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.routing.RoutingDecision;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams to targets whose stack is not known yet, or that have none. */
@Timeout(60)
@SuppressWarnings("try") // closing is part of what is tested
class UndecidedDatagramTest {
    private static final String REASON = "network 1 is not usable: authorise this member there";
    private static final RoutingDecision REFUSED = RoutingDecision.unavailable(REASON);
    private static final RoutingDecision PENDING = RoutingDecision.pending("the networks' configuration");

    private final FakeNetworks networks = new FakeNetworks();
    private final SelectorProvider provider = new ZeroTierSelectorProvider(networks);

    private DatagramChannel open() throws IOException {
        return provider.openDatagramChannel(StandardProtocolFamily.INET);
    }

    private DatagramChannel open(InetAddress address) throws IOException {
        return open().bind(new InetSocketAddress(address, 0));
    }

    private static InetSocketAddress at(InetAddress address, DatagramChannel channel) throws IOException {
        return new InetSocketAddress(address, ((InetSocketAddress) channel.getLocalAddress()).getPort());
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    @Test
    void aNonBlockingSendToAnUndecidedTargetSendsNothingAndOpWriteTellsWhenToTryAgain() throws IOException {
        try (DatagramChannel virtual = open(FakeNetworks.OWN);
                DatagramChannel host = open(InetAddress.getLoopbackAddress());
                DatagramChannel client = open();
                Selector selector = provider.openSelector()) {
            networks.routing.network(PENDING);
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_WRITE);
            ByteBuffer datagram = bytes(1, 2, 3);
            InetSocketAddress target = at(FakeNetworks.OWN, virtual);

            assertThat(client.send(datagram, target)).isZero();
            assertThat(datagram.remaining()).isEqualTo(3);
            assertThat(selector.selectNow()).isZero();
            assertThat(client.send(bytes(9), host.getLocalAddress())).isEqualTo(1);
            assertThat(client.send(datagram, target)).isZero();
            assertThat(selector.selectNow()).isZero();

            networks.routing.network(RoutingDecision.VIRTUAL);

            assertThat(selector.select()).isEqualTo(1);
            assertThat(client.send(datagram, target)).isEqualTo(3);
            assertThat(virtual.receive(ByteBuffer.allocate(4))).isEqualTo(at(FakeNetworks.OWN, client));
        }
    }

    @Test
    void aBlockingSendWaitsForTheDecision() throws Exception {
        try (DatagramChannel virtual = open(FakeNetworks.OWN);
                DatagramChannel client = open();
                DatagramChannel view = open();
                DatagramChannel refused = open()) {
            networks.routing.network(PENDING);
            InetSocketAddress target = at(FakeNetworks.OWN, virtual);
            Background<Integer> sending = Background.start(() -> client.send(bytes(1, 2), target));
            Background<Integer> sendingByView = Background.start(() -> {
                view.socket().send(new DatagramPacket(new byte[3], 3, target));
                return 3;
            });
            InetAddress other = FakeNetworks.HELD;
            networks.routing.address(other, PENDING);
            Background<Integer> failing =
                    Background.start(() -> refused.send(bytes(1), new InetSocketAddress(other, 9)));
            networks.routing.awaitWaiters(3);

            networks.routing.network(RoutingDecision.VIRTUAL);
            networks.routing.address(other, REFUSED);

            assertThat(sending.get()).isEqualTo(2);
            assertThat(sendingByView.get()).isEqualTo(3);
            assertThat(failing.failure())
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThat(refused.isOpen()).isTrue();
            assertThat(virtual.receive(ByteBuffer.allocate(4))).isNotNull();
            assertThat(virtual.receive(ByteBuffer.allocate(4))).isNotNull();
        }
    }

    @Test
    void theWaitEndsByCloseAndByInterrupt() throws Exception {
        try (DatagramChannel one = open();
                DatagramChannel two = open();
                DatagramChannel three = open()) {
            networks.routing.network(PENDING);
            InetSocketAddress target = new InetSocketAddress(FakeNetworks.OWN, 9);
            Background<Integer> closed = Background.start(() -> one.send(bytes(1), target));
            Background<Integer> interrupted = Background.start(() -> two.send(bytes(1), target));
            Background<?> connecting = Background.start(() -> three.connect(target));
            networks.routing.awaitWaiters(3);

            one.close();
            interrupted.interrupt();
            three.close();

            assertThat(closed.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(interrupted.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(connecting.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
            assertThat(two.isOpen()).isFalse();
            networks.routing.awaitWaiters(0);
        }
    }

    @Test
    void aSendToARefusedNetworkFailsWithTheReasonAndWorksWhenItIsBack() throws IOException {
        try (DatagramChannel virtual = open(FakeNetworks.OWN);
                DatagramChannel unbound = open();
                DatagramChannel bound = open().bind(new InetSocketAddress(0));
                DatagramChannel nonBlocking = open()) {
            nonBlocking.configureBlocking(false);
            InetSocketAddress target = at(FakeNetworks.OWN, virtual);
            networks.routing.network(REFUSED);

            for (DatagramChannel each : new DatagramChannel[] {unbound, bound, nonBlocking}) {
                assertThatThrownBy(() -> each.send(bytes(1), target))
                        .isInstanceOf(NoRouteToHostException.class)
                        .hasMessage(REASON);
                assertThatThrownBy(() -> each.connect(target))
                        .isInstanceOf(NoRouteToHostException.class)
                        .hasMessage(REASON);
            }
            assertThatThrownBy(() -> unbound.socket().send(new DatagramPacket(new byte[1], 1, target)))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);
            assertThatThrownBy(() -> unbound.socket().connect(target))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);

            networks.routing.network(RoutingDecision.VIRTUAL);
            for (DatagramChannel each : new DatagramChannel[] {unbound, bound, nonBlocking}) {
                assertThat(each.send(bytes(1), target)).isEqualTo(1);
            }
        }
    }

    @Test
    void writesToAPeerFailWhileItsNetworkIsRefusedAndGoOnAfterwards() throws IOException {
        try (DatagramChannel virtual = open(FakeNetworks.OWN);
                DatagramChannel client = open()) {
            client.connect(at(FakeNetworks.OWN, virtual));
            networks.routing.network(REFUSED);

            assertThatThrownBy(() -> client.write(bytes(1)))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage(REASON);

            networks.routing.network(RoutingDecision.VIRTUAL);
            assertThat(client.write(bytes(1))).isEqualTo(1);
            assertThat(virtual.receive(ByteBuffer.allocate(4))).isNotNull();
        }
    }

    @Test
    void aNonBlockingConnectToAnUndecidedPeerConnectsWhenTheDecisionComes() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (InetAddress address : new InetAddress[] {FakeNetworks.OWN, loopback}) {
            try (DatagramChannel peer = open(address);
                    DatagramChannel stranger = OsProvider.get().openDatagramChannel(StandardProtocolFamily.INET);
                    DatagramChannel client = open();
                    Selector selector = provider.openSelector()) {
                networks.routing.address(address, PENDING);
                client.configureBlocking(false);
                SelectionKey key = client.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);

                client.connect(peer.getLocalAddress());

                assertThat(client.isConnected()).isTrue();
                assertThat(client.getRemoteAddress()).isEqualTo(peer.getLocalAddress());
                assertThat(client.write(bytes(1))).isZero();
                stranger.send(bytes(7), at(loopback, client));
                assertThat(client.read(ByteBuffer.allocate(4))).isZero();
                selector.selectNow();
                assertThat(key.readyOps() & SelectionKey.OP_WRITE).isZero();

                networks.routing.address(
                        address, address.equals(loopback) ? RoutingDecision.HOST : RoutingDecision.VIRTUAL);

                assertThat(selector.select()).isEqualTo(1);
                assertThat(key.isWritable()).isTrue();
                assertThat(client.write(bytes(2))).isEqualTo(1);
                ByteBuffer received = ByteBuffer.allocate(4);
                peer.send(bytes(3, 4), peer.receive(received));
                assertThat(received.get(0)).isEqualTo((byte) 2);
                key.interestOps(SelectionKey.OP_READ);
                selector.selectedKeys().clear();
                assertThat(selector.select()).isEqualTo(1);
                assertThat(client.read(ByteBuffer.allocate(4))).isEqualTo(2);
                client.disconnect();
                assertThat(client.isConnected()).isFalse();
            }
        }
    }

    @Test
    void aBlockedReceiverHearsItsPeerAfterALateDecision() throws Exception {
        try (DatagramChannel peer = open(FakeNetworks.OWN);
                DatagramChannel client = open().bind(new InetSocketAddress(0))) {
            networks.routing.network(PENDING);
            client.configureBlocking(false);
            client.connect(peer.getLocalAddress());
            client.configureBlocking(true);
            Background<Integer> reading =
                    Background.start(() -> client.read(ByteBuffer.allocate(4))).settle();

            networks.routing.network(RoutingDecision.VIRTUAL);
            peer.send(bytes(1, 2, 3), at(FakeNetworks.OWN, client));

            assertThat(reading.get()).isEqualTo(3);
        }
    }

    @Test
    void aSocketOfTheHostStackDoesNotTakeTheNetworksDatagrams() throws IOException {
        InetSocketAddress target = new InetSocketAddress(FakeNetworks.OWN, 9);
        for (RoutingDecision decision : new RoutingDecision[] {RoutingDecision.VIRTUAL, REFUSED}) {
            networks.routing.network(decision);
            try (DatagramChannel bound = open(InetAddress.getLoopbackAddress())) {
                assertThatThrownBy(() -> bound.send(bytes(1), target)).isInstanceOf(NoRouteToHostException.class);
                assertThatThrownBy(() -> bound.connect(target)).isInstanceOf(NoRouteToHostException.class);
                assertThatThrownBy(() -> bound.socket().send(new DatagramPacket(new byte[1], 1, target)))
                        .isInstanceOf(NoRouteToHostException.class);
                assertThatThrownBy(() -> bound.socket().connect(target)).isInstanceOf(NoRouteToHostException.class);
            }
        }
    }

    @Test
    void aDatagramForTheHostNeedsNoNode() throws IOException {
        networks.cannotStart(new IOException("the home is in use"));
        try (DatagramChannel host = open(InetAddress.getLoopbackAddress());
                DatagramChannel client = open()) {
            assertThat(client.send(bytes(1), host.getLocalAddress())).isEqualTo(1);
            InetSocketAddress sender = (InetSocketAddress) host.receive(ByteBuffer.allocate(4));
            assertThat(networks.opened).hasValue(0);

            networks.cannotStart(null);
            try (DatagramChannel virtual = open(FakeNetworks.OWN)) {
                assertThat(client.send(bytes(1), at(FakeNetworks.OWN, virtual))).isEqualTo(1);
                assertThat(virtual.receive(ByteBuffer.allocate(4)))
                        .isEqualTo(new InetSocketAddress(FakeNetworks.OWN, sender.getPort()));
            }
        }
    }

    @Test
    void opWriteIsAboutTheHalfThatHadNoRoom() throws IOException {
        try (DatagramChannel virtual = open(FakeNetworks.OWN);
                DatagramChannel client = open().bind(new InetSocketAddress(0));
                Selector selector = provider.openSelector()) {
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_WRITE);
            networks.full(true);

            assertThat(client.send(bytes(1), at(FakeNetworks.OWN, virtual))).isZero();

            assertThat(selector.selectNow()).isZero();
            networks.full(false);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(client.send(bytes(1), at(FakeNetworks.OWN, virtual))).isEqualTo(1);
        }
    }

    /** Something that sends a byte to the peer. */
    private interface Sending {
        Object run() throws IOException;
    }

    private static void send(DatagramChannel channel, DatagramPacket packet) throws IOException {
        channel.socket().send(packet);
    }

    private static Sending[] sendings(DatagramChannel channel, InetSocketAddress peer) {
        return new Sending[] {
            () -> channel.write(bytes(1)),
            () -> channel.write(new ByteBuffer[] {bytes(1), bytes(2)}),
            () -> channel.send(bytes(1), peer),
            () -> {
                if (channel.isBlocking()) {
                    send(channel, new DatagramPacket(new byte[1], 1, peer));
                    send(channel, new DatagramPacket(new byte[1], 1));
                    return 1;
                }
                return channel.write(bytes(1));
            }
        };
    }

    @Test
    void aConnectedChannelSendsNothingToTheHostStackFromWhenANetworkClaimsItsPeer() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (InetAddress bindTo : new InetAddress[] {loopback, new InetSocketAddress(0).getAddress()}) {
            for (boolean blocking : new boolean[] {true, false}) {
                for (boolean bySocket : new boolean[] {true, false}) {
                    networks.routing.address(loopback, RoutingDecision.HOST);
                    try (DatagramChannel stranger = OsProvider.get().openDatagramChannel(StandardProtocolFamily.INET);
                            DatagramChannel client = open(bindTo)) {
                        stranger.bind(new InetSocketAddress(loopback, 0)).configureBlocking(false);
                        InetSocketAddress peer = (InetSocketAddress) stranger.getLocalAddress();
                        if (bySocket) {
                            client.socket().connect(peer);
                        } else {
                            client.connect(peer);
                        }
                        client.configureBlocking(blocking);
                        for (RoutingDecision claimed : new RoutingDecision[] {RoutingDecision.VIRTUAL, REFUSED}) {
                            networks.routing.address(loopback, claimed);
                            for (Sending sending : sendings(client, peer)) {
                                assertThatThrownBy(sending::run).isInstanceOf(NoRouteToHostException.class);
                            }
                            if (blocking) {
                                assertThatThrownBy(() -> send(client, new DatagramPacket(new byte[1], 1)))
                                        .isInstanceOf(NoRouteToHostException.class);
                            }
                            assertThat(stranger.receive(ByteBuffer.allocate(4))).isNull();
                        }

                        networks.routing.address(loopback, RoutingDecision.HOST);

                        for (Sending sending : sendings(client, peer)) {
                            sending.run();
                            assertThat(stranger.receive(ByteBuffer.allocate(4))).isNotNull();
                            stranger.receive(ByteBuffer.allocate(4));
                        }
                    }
                }
            }
        }
    }

    @Test
    void aConnectedChannelOfTheHostStackWaitsForTheDecisionAboutItsPeer() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramChannel stranger = OsProvider.get().openDatagramChannel(StandardProtocolFamily.INET);
                DatagramChannel blocking = open(loopback);
                DatagramChannel client = open(loopback);
                Selector selector = provider.openSelector()) {
            stranger.bind(new InetSocketAddress(loopback, 0));
            blocking.connect(stranger.getLocalAddress());
            client.connect(stranger.getLocalAddress());
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_WRITE);
            networks.routing.address(loopback, PENDING);

            assertThat(client.write(bytes(1))).isZero();
            assertThat(client.write(new ByteBuffer[] {bytes(1), bytes(2)})).isZero();
            assertThat(selector.selectNow()).isZero();
            networks.routing.awaitWaiters(1);
            Background<Integer> writing = Background.start(() -> blocking.write(bytes(1, 2, 3)));
            networks.routing.awaitWaiters(2);
            networks.routing.address(loopback, RoutingDecision.HOST);

            assertThat(writing.get()).isEqualTo(3);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(client.write(bytes(1))).isEqualTo(1);
        }
    }
}
