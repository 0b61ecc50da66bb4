package io.ztnio.provider.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierBuilder;
import io.ztnio.provider.ZeroTierPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances of one process that meet on an overlay over UDP, on the loopback interface. */
@SuppressWarnings("try") // closing is what is tested
@Timeout(120)
class OverlayInstanceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private ZeroTierBuilder node(int host) {
        return ZeroTier.builder()
                .network("00000000cafe2001")
                .home(directory.resolve("node" + host))
                .set("transport", "overlay-udp")
                .set("bind", "127.0.0.1")
                .set("overlay.key", "a phrase for the tests")
                .set("overlay.addresses", "10.92.0." + host + "/24")
                .set("exit.timeout", "2s");
    }

    private static InetAddress address(int host) throws IOException {
        return InetAddress.getByName("10.92.0." + host);
    }

    private static String udpAddress(ZeroTier instance) {
        return "127.0.0.1:" + instance.status().udpAddresses().get(0).getPort();
    }

    @Test
    void whatOnlyZeroTierHasIsRefused() {
        assertThatThrownBy(() -> node(1).udpSockets((bind, offload, senders) -> {
                            throw new AssertionError("not asked");
                        })
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an overlay has no planet");
    }

    @Test
    void aPlanetIsRefusedHoweverItIsGiven() {
        assertThatThrownBy(() -> node(1).planet(directory.resolve("planet")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an overlay has no planet");
    }

    @Test
    void afterTheCloseNoAsynchronousChannelComesWithThreadsOfItsOwn() throws Exception {
        ZeroTier instance = node(1).build();
        instance.up(PATIENCE);
        instance.close();

        assertThatThrownBy(() -> instance.asynchronousChannelProvider().openAsynchronousSocketChannel(null))
                .isInstanceOf(ShutdownChannelGroupException.class);
    }

    @Test
    void aSocketToNoHostIsOneToThisMachineAsInTheJdk() throws Exception {
        try (ZeroTier instance = node(1).build();
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = instance.socketFactory().createSocket((String) null, listener.getLocalPort())) {
            assertThat(socket.getInetAddress().isLoopbackAddress()).isTrue();
        }
    }

    @Test
    void twoMeetWithEverythingThatAnInstanceOpens() throws Exception {
        try (ZeroTier a = node(1).build()) {
            a.up(PATIENCE);
            try (ZeroTier b = node(2).set("overlay.peers", udpAddress(a)).build()) {
                b.up(PATIENCE);
                assertThat(b.addresses()).contains(address(2));

                sockets(a, b);
                channels(b, a);
                datagrams(a, b);

                assertThat(a.peers()).singleElement().satisfies(peer -> {
                    assertThat(peer.address()).isEqualTo(b.status().address());
                    assertThat(peer.direct()).isTrue();
                    assertThat(peer.path()).hasValue(b.status().udpAddresses().get(0));
                });
            }
        }
    }

    private static void sockets(ZeroTier server, ZeroTier client) throws IOException {
        try (ServerSocket listener = server.serverSocketFactory().createServerSocket(0, 5, address(1));
                Socket socket = client.socketFactory().createSocket("10.92.0.1", listener.getLocalPort());
                Socket accepted = listener.accept()) {
            socket.getOutputStream().write("over UDP".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(accepted.getInputStream().readAllBytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("over UDP");
            assertThat(accepted.getInetAddress()).isEqualTo(address(2));
        }
    }

    private static void channels(ZeroTier server, ZeroTier client) throws IOException {
        try (Selector selector = server.openSelector();
                ServerSocketChannel listener =
                        server.openServerSocketChannel().bind(new InetSocketAddress(address(2), 0));
                SocketChannel channel = client.openSocketChannel()) {
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            channel.connect(listener.getLocalAddress());
            assertThat(selector.select(PATIENCE.toMillis())).isEqualTo(1);
            listener.accept().close();
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    private static void datagrams(ZeroTier to, ZeroTier from) throws IOException {
        try (DatagramChannel receiver = to.openDatagramChannel().bind(new InetSocketAddress(address(1), 0));
                DatagramChannel sender = from.openDatagramChannel()) {
            sender.send(ByteBuffer.allocate(1000), receiver.getLocalAddress());
            ByteBuffer received = ByteBuffer.allocate(2000);
            assertThat(receiver.receive(received)).isEqualTo(new InetSocketAddress(address(2), port(sender)));
            assertThat(received.position()).isEqualTo(1000);
        }
    }

    private static int port(DatagramChannel channel) {
        return channel.socket().getLocalPort();
    }

    @Test
    void anotherOneWithTheKeyOfNobodyIsNotMet() throws Exception {
        try (ZeroTier a = node(1).build()) {
            a.up(PATIENCE);
            try (ZeroTier stranger = node(2).set("overlay.peers", udpAddress(a))
                            .set("overlay.key", "another phrase")
                            .build();
                    ZeroTier b = node(3).set("overlay.peers", udpAddress(a)).build()) {
                stranger.up(PATIENCE);
                b.up(PATIENCE);
                sockets(a, b, 3);
                assertThat(a.peers())
                        .extracting(ZeroTierPeer::address)
                        .containsExactly(b.status().address());
                assertThat(stranger.peers()).isEmpty();
            }
        }
    }

    private static void sockets(ZeroTier server, ZeroTier client, int host) throws IOException {
        try (ServerSocket listener = server.serverSocketFactory().createServerSocket(0, 5, address(1));
                Socket socket = client.socketFactory().createSocket("10.92.0.1", listener.getLocalPort());
                Socket accepted = listener.accept()) {
            assertThat(accepted.getInetAddress()).isEqualTo(address(host));
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void theStateIsInAGivenStoreAndNowhereElse() throws Exception {
        MemoryStateStore store = new MemoryStateStore();
        String first = addressWith(store);

        assertThat(addressWith(store)).isEqualTo(first);
        assertThat(addressWith(new MemoryStateStore())).isNotEqualTo(first);
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private String addressWith(MemoryStateStore store) throws IOException, InterruptedException {
        try (ZeroTier instance = node(1).store(store).build()) {
            return instance.up(PATIENCE).address();
        }
    }
}
