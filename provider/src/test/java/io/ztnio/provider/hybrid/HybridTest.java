package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.fake.BrokenNetworks;
import io.ztnio.provider.fake.FakeNetworks;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What no single stack can show: both at once, and the way from none to one. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class HybridTest {
    private final FakeNetworks networks = new FakeNetworks();
    private final SelectorProvider provider = new ZeroTierSelectorProvider(networks);

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static InetSocketAddress own(int port) {
        return new InetSocketAddress(FakeNetworks.OWN, port);
    }

    private ServerSocketChannel wildcard() throws IOException {
        return provider.openServerSocketChannel().bind(null);
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Test
    void acceptsFromBothStacksOnOnePortAndOneKey() throws IOException {
        try (ServerSocketChannel listener = wildcard();
                Selector selector = provider.openSelector();
                SocketChannel fromOs = provider.openSocketChannel();
                SocketChannel fromVirtual = provider.openSocketChannel()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            fromOs.connect(loopback(port(listener)));
            fromVirtual.connect(own(port(listener)));

            Set<SocketAddress> remotes = new HashSet<>();
            while (remotes.size() < 2) {
                assertThat(selector.select()).isEqualTo(1);
                selector.selectedKeys().clear();
                try (SocketChannel accepted = listener.accept()) {
                    remotes.add(accepted.getRemoteAddress());
                }
            }

            assertThat(remotes).containsExactlyInAnyOrder(fromOs.getLocalAddress(), fromVirtual.getLocalAddress());
            assertThat(listener.accept()).isNull();
        }
    }

    @Test
    void takesTurnsBetweenTheStacks() throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerSocketChannel listener = wildcard()) {
            for (int i = 0; i < 4; i++) {
                clients.add(provider.openSocketChannel());
                clients.get(i).connect(i < 2 ? loopback(port(listener)) : own(port(listener)));
            }

            List<Boolean> virtual = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                try (SocketChannel accepted = listener.accept()) {
                    InetSocketAddress local = (InetSocketAddress) accepted.getLocalAddress();
                    virtual.add(local.getAddress().equals(FakeNetworks.OWN));
                }
            }

            assertThat(virtual.get(0)).isNotEqualTo(virtual.get(1));
            assertThat(virtual.get(2)).isNotEqualTo(virtual.get(3));
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void listensOnlyWhereItIsTold() throws IOException {
        SelectorProvider osOnly = new ZeroTierSelectorProvider(new FakeNetworks(WildcardScope.OS));
        SelectorProvider virtualOnly = new ZeroTierSelectorProvider(new FakeNetworks(WildcardScope.ZEROTIER));
        try (ServerSocketChannel os = osOnly.openServerSocketChannel().bind(null);
                ServerSocketChannel virtual =
                        virtualOnly.openServerSocketChannel().bind(null);
                SocketChannel toOs = osOnly.openSocketChannel();
                SocketChannel toVirtual = osOnly.openSocketChannel();
                SocketChannel away = virtualOnly.openSocketChannel()) {
            int osPort = port(os);

            assertThat(toOs.connect(loopback(osPort))).isTrue();
            assertThatThrownBy(() -> toVirtual.connect(own(osPort))).isInstanceOf(ConnectException.class);
            assertThat(away.connect(own(port(virtual)))).isTrue();
        }
    }

    @Test
    void doesNotListenInOneStackIfTheOtherHasThePort() throws IOException {
        try (ServerSocketChannel virtual = provider.openServerSocketChannel().bind(own(0));
                ServerSocketChannel both = provider.openServerSocketChannel()) {
            int taken = port(virtual);

            assertThatThrownBy(() -> both.bind(new InetSocketAddress(taken))).isInstanceOf(BindException.class);

            try (ServerSocketChannel os = provider.openServerSocketChannel().bind(loopback(taken))) {
                assertThat(port(os)).isEqualTo(taken);
            }
        }
    }

    @Test
    void keepsExplicitAddressesInTheirStack() throws IOException {
        try (ServerSocketChannel virtual = provider.openServerSocketChannel().bind(own(0));
                ServerSocketChannel os = provider.openServerSocketChannel().bind(loopback(0));
                SocketChannel one = provider.openSocketChannel();
                SocketChannel two = provider.openSocketChannel();
                SocketChannel bound = provider.openSocketChannel()) {
            int virtualPort = port(virtual);
            int osPort = port(os);

            assertThatThrownBy(() -> one.connect(loopback(virtualPort))).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> two.connect(own(osPort))).isInstanceOf(ConnectException.class);
            bound.bind(own(0));
            assertThatThrownBy(() -> bound.connect(loopback(osPort))).isInstanceOf(NoRouteToHostException.class);
            assertThat(one.isOpen() || two.isOpen() || bound.isOpen()).isFalse();
        }
    }

    @Test
    void wakesASelectorThatSleepsWhileAConnectIsPending() throws Exception {
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(own(0));
                SocketChannel client = provider.openSocketChannel();
                Selector selector = provider.openSelector()) {
            client.configureBlocking(false);
            SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT);
            assertThat(selector.selectNow()).isZero();
            InetSocketAddress held = new InetSocketAddress(FakeNetworks.HELD, port(listener));
            Thread connecting = new Thread(() -> {
                try {
                    assertThat(client.connect(held)).isFalse();
                    assertThat(client.isConnectionPending()).isTrue();
                    networks.releaseHeld();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            connecting.start();

            int selected = selector.select();

            assertThat(selected).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_CONNECT);
            assertThat(client.finishConnect()).isTrue();
            assertThat(client.keyFor(selector)).isSameAs(key);
            connecting.join();
        }
    }

    @Test
    void wakesASelectorThatParksWhenAChannelGoesToTheOperatingSystem() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (ServerSocketChannel listener =
                            provider.openServerSocketChannel().bind(loopback(0));
                    SocketChannel client = provider.openSocketChannel();
                    Selector selector = provider.openSelector()) {
                client.configureBlocking(false);
                SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE);
                InetSocketAddress target = loopback(port(listener));
                Thread connecting = new Thread(() -> {
                    try {
                        client.connect(target);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                connecting.start();

                assertThat(selector.select()).isEqualTo(1);
                assertThat(key.readyOps()).isNotZero();
                connecting.join();
            }
        }
    }

    @Test
    void watchesBothStacksAndPipesInOneSelector() throws IOException {
        Pipe pipe = provider.openPipe();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink();
                ServerSocketChannel os = provider.openServerSocketChannel().bind(loopback(0));
                ServerSocketChannel virtual = provider.openServerSocketChannel().bind(own(0));
                SocketChannel one = provider.openSocketChannel();
                SocketChannel two = provider.openSocketChannel();
                Selector selector = provider.openSelector()) {
            Set<SelectionKey> expected = new HashSet<>();
            for (ServerSocketChannel listener : List.of(os, virtual)) {
                listener.configureBlocking(false);
                expected.add(listener.register(selector, SelectionKey.OP_ACCEPT));
            }
            source.configureBlocking(false);
            expected.add(source.register(selector, SelectionKey.OP_READ));

            one.connect(loopback(port(os)));
            two.connect(own(port(virtual)));
            sink.write(ByteBuffer.wrap(new byte[1]));

            while (!selector.selectedKeys().containsAll(expected)) {
                assertThat(selector.select()).isPositive();
            }
            sink.close();
            assertThat(source.read(ByteBuffer.allocate(4))).isEqualTo(1);
            assertThat(source.read(ByteBuffer.allocate(4))).isEqualTo(-1);
            source.close();
            assertThat(selector.selectNow()).isZero();
            assertThat(selector.keys()).hasSize(2);
        }
    }

    @Test
    void registersUnixDomainChannels(@TempDir Path directory) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (ServerSocketChannel listener = provider.openServerSocketChannel(StandardProtocolFamily.UNIX);
                SocketChannel client = provider.openSocketChannel(StandardProtocolFamily.UNIX);
                Selector selector = provider.openSelector()) {
            listener.bind(address);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);

            client.connect(address);

            assertThat(selector.select()).isEqualTo(1);
            try (SocketChannel server = listener.accept()) {
                assertThat(server.provider()).isSameAs(provider);
            }
            assertThatThrownBy(client::socket).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void sendsEachDatagramToTheStackOfItsTarget() throws IOException {
        try (DatagramChannel server = provider.openDatagramChannel(StandardProtocolFamily.INET);
                DatagramChannel client = provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            ByteBuffer buffer = ByteBuffer.allocate(4);

            client.send(ByteBuffer.wrap(new byte[] {1}), loopback(port));
            InetSocketAddress fromOs = (InetSocketAddress) server.receive(buffer);
            client.send(ByteBuffer.wrap(new byte[] {2}), own(port));
            InetSocketAddress fromVirtual = (InetSocketAddress) server.receive(buffer);

            assertThat(buffer.array()).startsWith(1, 2);
            assertThat(fromOs.getAddress().isLoopbackAddress()).isTrue();
            assertThat(fromVirtual.getAddress()).isEqualTo(FakeNetworks.OWN);
            assertThat(fromVirtual.getPort()).isEqualTo(fromOs.getPort());
        }
    }

    @Test
    void hearsOnlyItsPeerWhileConnected() throws IOException {
        try (DatagramChannel server = provider.openDatagramChannel(StandardProtocolFamily.INET);
                DatagramChannel peer = provider.openDatagramChannel(StandardProtocolFamily.INET)
                        .bind(own(0));
                DatagramChannel stranger = provider.openDatagramChannel(StandardProtocolFamily.INET);
                Selector selector = provider.openSelector()) {
            server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            server.configureBlocking(false);
            SelectionKey key = server.register(selector, SelectionKey.OP_READ);
            ByteBuffer buffer = ByteBuffer.allocate(4);

            server.connect(peer.getLocalAddress());
            stranger.send(ByteBuffer.wrap(new byte[] {1}), loopback(port));
            int whileConnected = selector.selectNow();
            peer.send(ByteBuffer.wrap(new byte[] {2}), own(port));
            int afterThePeerSent = selector.select();
            SocketAddress sender = server.receive(buffer);
            server.disconnect();
            selector.selectedKeys().clear();
            stranger.send(ByteBuffer.wrap(new byte[] {3}), loopback(port));
            int afterwards = selector.select();

            assertThat(whileConnected).isZero();
            assertThat(afterThePeerSent).isEqualTo(1);
            assertThat(sender).isEqualTo(peer.getLocalAddress());
            assertThat(buffer.get(0)).isEqualTo((byte) 2);
            assertThat(afterwards).isEqualTo(1);
            assertThat(key.isReadable()).isTrue();
        }
    }

    @Test
    void leavesTheOperatingSystemAloneWhenTheNodeIsDown() throws IOException {
        SelectorProvider broken = new ZeroTierSelectorProvider(new BrokenNetworks());
        try (ServerSocketChannel listener = broken.openServerSocketChannel().bind(loopback(0));
                ServerSocketChannel everywhere = broken.openServerSocketChannel();
                SocketChannel client = broken.openSocketChannel();
                SocketChannel lost = broken.openSocketChannel();
                DatagramChannel server = broken.openDatagramChannel().bind(null);
                DatagramChannel sender = broken.openDatagramChannel()) {
            assertThat(client.connect(loopback(port(listener)))).isTrue();
            sender.send(ByteBuffer.allocate(1), loopback(((InetSocketAddress) server.getLocalAddress()).getPort()));

            assertThat(server.receive(ByteBuffer.allocate(1))).isNotNull();
            assertThatThrownBy(() -> lost.connect(own(1))).isInstanceOf(NoRouteToHostException.class);
            assertThat(lost.isOpen()).isFalse();
            assertThatThrownBy(() -> everywhere.bind(null)).isInstanceOf(IOException.class);
            assertThat(everywhere.isOpen()).isTrue();
        }
    }

    @Test
    void wrapsMembershipsOfGroups() throws IOException {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        InetAddress group = InetAddress.getByAddress(new byte[] {(byte) 239, 1, 2, 3});
        try (DatagramChannel channel = provider.openDatagramChannel(StandardProtocolFamily.INET)) {
            channel.bind(null);

            MembershipKey key = channel.join(group, loopback);

            assertThat(key.isValid()).isTrue();
            assertThat(key.channel()).isSameAs(channel);
            assertThat(key.group()).isEqualTo(group);
            assertThat(channel.join(group, loopback)).isSameAs(key);
            assertThatThrownBy(() -> channel.join(group, loopback, FakeNetworks.HELD))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> channel.join(FakeNetworks.HELD, loopback))
                    .isInstanceOf(IllegalArgumentException.class);
            key.drop();
            assertThat(key.isValid()).isFalse();
            assertThat(channel.join(group, loopback)).isNotSameAs(key);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void needsNoDescriptorsForVirtualChannels() throws IOException {
        File descriptors = new File("/proc/self/fd");
        try (Selector warm = provider.openSelector()) {
            assertThat(warm.selectNow()).isZero();
        }
        int before = descriptors.list().length;
        try (Selector selector = provider.openSelector();
                ServerSocketChannel listener =
                        provider.openServerSocketChannel().bind(own(0));
                SocketChannel client = provider.openSocketChannel()) {
            client.connect(listener.getLocalAddress());
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_WRITE);

            assertThat(selector.select()).isEqualTo(1);
            assertThat(descriptors.list().length).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void wakesASleepingSelectorForTheOtherStackAfterADisconnect() throws Exception {
        for (int round = 0; round < 100; round++) {
            try (DatagramChannel server = provider.openDatagramChannel(StandardProtocolFamily.INET);
                    DatagramChannel stranger = provider.openDatagramChannel(StandardProtocolFamily.INET);
                    Selector selector = provider.openSelector()) {
                server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 0));
                int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
                server.configureBlocking(false);
                server.register(selector, SelectionKey.OP_READ);
                server.connect(own(9));
                Thread disconnecting = new Thread(() -> {
                    try {
                        server.disconnect();
                        stranger.send(ByteBuffer.wrap(new byte[] {3}), loopback(port));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                disconnecting.start();

                assertThat(selector.select()).isEqualTo(1);
                assertThat(server.receive(ByteBuffer.allocate(4))).isNotNull();
                disconnecting.join();
            }
        }
    }

    @Test
    void decidesOnceWhateverRegistersAtTheSameTime() throws Exception {
        for (int round = 0; round < 200; round++) {
            InetSocketAddress address = round % 2 == 0 ? own(0) : loopback(0);
            try (ServerSocketChannel listener =
                            provider.openServerSocketChannel().bind(address);
                    SocketChannel client = provider.openSocketChannel();
                    Selector one = provider.openSelector();
                    Selector two = provider.openSelector()) {
                SocketAddress target = listener.getLocalAddress();
                client.configureBlocking(false);
                client.register(one, SelectionKey.OP_CONNECT);
                Thread connecting = new Thread(() -> {
                    try {
                        client.connect(target);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                connecting.start();
                SelectionKey late = client.register(two, SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE);
                connecting.join();

                while (!client.isConnected()) {
                    assertThat(two.select()).isEqualTo(1);
                    client.finishConnect();
                    two.selectedKeys().clear();
                }

                assertThat(two.select()).isEqualTo(1);
                assertThat(late.isWritable()).isTrue();
            }
        }
    }

    @Test
    void endsABlockedConnectByCloseByInterruptAndByTimeout() throws Exception {
        InetSocketAddress held = new InetSocketAddress(FakeNetworks.HELD, 80);
        try (SocketChannel one = provider.openSocketChannel();
                SocketChannel two = provider.openSocketChannel();
                SocketChannel three = provider.openSocketChannel()) {
            Background<Boolean> closed =
                    Background.start(() -> one.connect(held)).settle();
            Background<Boolean> interrupted =
                    Background.start(() -> two.connect(held)).settle();

            one.close();
            interrupted.interrupt();

            assertThat(closed.failure()).isInstanceOf(ClosedChannelException.class);
            assertThat(interrupted.failure()).isInstanceOf(ClosedByInterruptException.class);
            assertThat(interrupted.wasInterruptedAfterwards()).isTrue();
            assertThat(two.isOpen()).isFalse();
            assertThatThrownBy(() -> three.socket().connect(held, 1))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Connect timed out");
            assertThat(three.isOpen()).isFalse();
        }
    }

    @Test
    void refusesTransfersWhileAConnectIsPending() throws IOException {
        InetSocketAddress held = new InetSocketAddress(FakeNetworks.HELD, 80);
        try (SocketChannel channel = provider.openSocketChannel()) {
            channel.configureBlocking(false);

            assertThat(channel.connect(held)).isFalse();

            assertThat(channel.isConnectionPending()).isTrue();
            assertThat(channel.finishConnect()).isFalse();
            assertThat(channel.getRemoteAddress()).isEqualTo(held);
            assertThatThrownBy(() -> channel.connect(held)).isInstanceOf(ConnectionPendingException.class);
            assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(ConnectionPendingException.class);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NotYetConnectedException.class);
            assertThat(channel.isOpen()).isTrue();
        }
    }
}
