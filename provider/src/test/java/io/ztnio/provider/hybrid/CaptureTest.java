package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.CapturedNetworks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What capture mode takes and leaves, and what the JDK guarantees on loopback. The rest is in the contract tests. */
@Timeout(60)
class CaptureTest {
    private static final InetAddress LOOPBACK = address(127, 0, 0, 1);
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private SelectorProvider capturing(String what, String... more) {
        Map<String, String> settings = new HashMap<>(Map.of("ztnio.capture", what));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        CapturedNetworks networks = new CapturedNetworks(new ConfigLoader(settings, Map.of()).load());
        opened.add(networks);
        return new ZeroTierSelectorProvider(networks);
    }

    private static InetAddress address(int... bytes) {
        try {
            byte[] address = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                address[i] = (byte) bytes[i];
            }
            return InetAddress.getByAddress(address);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private <C extends AutoCloseable> C open(C channel) {
        opened.add(channel);
        return channel;
    }

    private static InetSocketAddress port(InetAddress host, ServerSocketChannel listener) throws IOException {
        return new InetSocketAddress(host, ((InetSocketAddress) listener.getLocalAddress()).getPort());
    }

    private ServerSocketChannel listen(SelectorProvider provider, InetAddress address) throws IOException {
        return open(provider.openServerSocketChannel()).bind(new InetSocketAddress(address, 0));
    }

    private SocketChannel connect(SelectorProvider provider, InetSocketAddress target) throws IOException {
        SocketChannel client = open(provider.openSocketChannel());
        client.connect(target);
        return client;
    }

    @Test
    void aCapturedListenerIsNotThereForTheOperatingSystem() throws IOException {
        ServerSocketChannel listener = listen(capturing("127.0.0.0/8"), LOOPBACK);

        assertThatThrownBy(() -> connect(OsProvider.get(), port(LOOPBACK, listener)))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void allOfTheLoopbackNetIsHereAndTalksFrom127001() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        InetAddress other = address(127, 1, 2, 3);
        ServerSocketChannel listener = listen(provider, other);

        SocketChannel client = connect(provider, port(other, listener));
        SocketChannel server = open(listener.accept());

        assertThat(((InetSocketAddress) client.getLocalAddress()).getAddress()).isEqualTo(LOOPBACK);
        assertThat(server.getLocalAddress()).isEqualTo(port(other, listener));
        assertThat(server.getRemoteAddress()).isEqualTo(client.getLocalAddress());
    }

    @Test
    void whatIsNotNamedStaysWithTheOperatingSystem() throws IOException {
        SelectorProvider provider = capturing("127.0.0.2");
        ServerSocketChannel listener = listen(OsProvider.get(), LOOPBACK);

        connect(provider, port(LOOPBACK, listener));

        assertThat(open(listener.accept()).isConnected()).isTrue();
    }

    @Test
    void aBypassedPortStaysWithTheOperatingSystem() throws IOException {
        ServerSocketChannel host = listen(OsProvider.get(), LOOPBACK);
        int bypassed = port(LOOPBACK, host).getPort();
        SelectorProvider provider = capturing("127.0.0.0/8,::1,wildcard", "ztnio.bypass", "127.0.0.1/32:" + bypassed);
        ServerSocketChannel captured = listen(provider, LOOPBACK);

        connect(provider, port(LOOPBACK, host));
        connect(provider, port(LOOPBACK, captured));

        assertThat(open(host.accept()).isConnected()).isTrue();
        assertThat(open(captured.accept()).isConnected()).isTrue();
    }

    @Test
    void aBypassedPrefixStaysWithTheOperatingSystem() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8", "ztnio.bypass", "127.0.0.1");
        ServerSocketChannel host = listen(OsProvider.get(), LOOPBACK);

        connect(provider, port(LOOPBACK, host));

        assertThat(open(host.accept()).isConnected()).isTrue();
    }

    @Test
    void aCapturedWildcardIsInThisProcessOnly() throws IOException {
        SelectorProvider provider = capturing("wildcard");
        ServerSocketChannel listener = open(provider.openServerSocketChannel()).bind(new InetSocketAddress(0));

        assertThatThrownBy(() -> connect(OsProvider.get(), port(LOOPBACK, listener)))
                .isInstanceOf(ConnectException.class);
        connect(provider, port(LOOPBACK, listener));
        assertThat(open(listener.accept()).isConnected()).isTrue();
    }

    @Test
    void aConnectToTheWildcardAddressReachesIt() throws IOException {
        SelectorProvider provider = capturing("wildcard");
        ServerSocketChannel listener = open(provider.openServerSocketChannel()).bind(new InetSocketAddress(0));

        SocketChannel client = connect(provider, port(address(0, 0, 0, 0), listener));

        assertThat(client.getRemoteAddress()).isEqualTo(port(LOOPBACK, listener));
        assertThat(open(listener.accept()).getRemoteAddress()).isEqualTo(client.getLocalAddress());
    }

    @Test
    void aWildcardBindThatIsNotCapturedListensInBothStacks() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        ServerSocketChannel listener = open(provider.openServerSocketChannel()).bind(new InetSocketAddress(0));

        SocketChannel captured = connect(provider, port(LOOPBACK, listener));
        assertThat(open(listener.accept()).getRemoteAddress()).isEqualTo(captured.getLocalAddress());
        SocketChannel host = connect(OsProvider.get(), port(LOOPBACK, listener));
        assertThat(open(listener.accept()).getRemoteAddress()).isEqualTo(host.getLocalAddress());
    }

    @Test
    void aClosedPortRefusesAtOnce() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        InetSocketAddress closed;
        try (ServerSocketChannel listener = provider.openServerSocketChannel()) {
            closed = port(LOOPBACK, listener.bind(new InetSocketAddress(LOOPBACK, 0)));
        }

        assertThatThrownBy(() -> connect(provider, closed)).isInstanceOf(ConnectException.class);
    }

    @Test
    void aDatagramToAClosedPortIsUnreachable() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        InetSocketAddress closed;
        try (DatagramChannel gone = provider.openDatagramChannel()) {
            closed = (InetSocketAddress)
                    gone.bind(new InetSocketAddress(LOOPBACK, 0)).getLocalAddress();
        }
        DatagramChannel channel = open(provider.openDatagramChannel()).connect(closed);

        // More than a router would answer in a moment.
        for (int i = 0; i < 200; i++) {
            channel.write(ByteBuffer.allocate(1));
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(PortUnreachableException.class);
        }
    }

    @Test
    void theLargestDatagramArrivesWhole() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        DatagramChannel receiver = open(provider.openDatagramChannel()).bind(new InetSocketAddress(LOOPBACK, 0));
        DatagramChannel sender = open(provider.openDatagramChannel());

        sender.send(ByteBuffer.allocate(65_507), receiver.getLocalAddress());

        ByteBuffer received = ByteBuffer.allocate(70_000);
        receiver.receive(received);
        assertThat(received.position()).isEqualTo(65_507);
    }

    @Test
    void emptyDatagramsArriveOneByOne() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8,::1,wildcard");
        DatagramChannel receiver = open(provider.openDatagramChannel()).bind(new InetSocketAddress(LOOPBACK, 0));
        DatagramChannel sender = open(provider.openDatagramChannel()).bind(new InetSocketAddress(LOOPBACK, 0));
        receiver.configureBlocking(false);
        Selector selector = open(provider.openSelector());
        receiver.register(selector, SelectionKey.OP_READ);

        for (int i = 0; i < 100; i++) {
            sender.send(ByteBuffer.allocate(0), receiver.getLocalAddress());
            assertThat(selector.select(10_000)).isEqualTo(1);
            selector.selectedKeys().clear();
            assertThat(receiver.receive(ByteBuffer.allocate(1))).isEqualTo(sender.getLocalAddress());
        }
    }

    @Test
    void closingWithUnreadDataResets() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        ServerSocketChannel listener = listen(provider, LOOPBACK);
        SocketChannel client = connect(provider, port(LOOPBACK, listener));
        SocketChannel server = open(listener.accept());
        client.write(ByteBuffer.allocate(1));

        server.close();

        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void aFullBacklogLetsConnectsTimeOut() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        ServerSocketChannel listener =
                open(provider.openServerSocketChannel()).bind(new InetSocketAddress(LOOPBACK, 0), 2);
        InetSocketAddress target = port(LOOPBACK, listener);
        for (int i = 0; i < 3; i++) {
            connect(provider, target);
        }

        SocketChannel late = open(provider.openSocketChannel());

        assertThatThrownBy(() -> late.socket().connect(target, 300)).isInstanceOf(SocketTimeoutException.class);
        open(listener.accept());
        connect(provider, target);
    }

    @Test
    void portsAreOfTheKernelsRange() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        for (int i = 0; i < 50; i++) {
            ServerSocketChannel listener = listen(provider, LOOPBACK);
            SocketChannel client = connect(provider, port(LOOPBACK, listener));
            DatagramChannel datagrams = open(provider.openDatagramChannel()).bind(new InetSocketAddress(LOOPBACK, 0));

            assertThat(List.of(listener.getLocalAddress(), client.getLocalAddress(), datagrams.getLocalAddress()))
                    .allSatisfy(address -> assertThat(((InetSocketAddress) address).getPort())
                            .isBetween(FIRST_EPHEMERAL, LAST_EPHEMERAL));
        }
    }

    @Test
    void aListenerComesBackToItsPortWhileConnectionsLinger() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        ServerSocketChannel listener = listen(provider, LOOPBACK);
        InetSocketAddress target = port(LOOPBACK, listener);
        connect(provider, target);
        listener.accept().close();
        listener.close();

        ServerSocketChannel again = open(provider.openServerSocketChannel());

        assertThat(again.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
        again.bind(target);
        connect(provider, target);
    }

    @Test
    void aSocketConnectsToItself() throws IOException {
        SelectorProvider provider = capturing("127.0.0.0/8");
        SocketChannel channel = open(provider.openSocketChannel()).bind(new InetSocketAddress(LOOPBACK, 0));

        channel.connect(channel.getLocalAddress());
        channel.write(ByteBuffer.wrap(new byte[] {7}));

        ByteBuffer received = ByteBuffer.allocate(1);
        channel.read(received);
        assertThat(received.get(0)).isEqualTo((byte) 7);
    }

    @Test
    void providersOfOneCaptureMeet() throws IOException {
        CapturedNetworks networks =
                open(new CapturedNetworks(new ConfigLoader(Map.of("ztnio.capture", "::1"), Map.of()).load()));
        InetAddress loopback = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        ServerSocketChannel listener = listen(new ZeroTierSelectorProvider(networks), loopback);

        connect(new ZeroTierSelectorProvider(networks), port(loopback, listener));

        assertThat(open(listener.accept()).isConnected()).isTrue();
    }
}
