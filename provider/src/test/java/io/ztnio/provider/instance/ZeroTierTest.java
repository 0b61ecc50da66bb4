package io.ztnio.provider.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierBuilder;
import io.ztnio.provider.ZeroTierEvent;
import io.ztnio.provider.ZeroTierPeer;
import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.runtime.LoopbackPlanet;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What an instance opens, tells and leaves behind. */
@SuppressWarnings("try") // closing is what is tested
@Timeout(120)
class ZeroTierTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final char[] PASSWORD = "changeit".toCharArray();

    private LoopbackPlanet planet;

    @TempDir
    private Path directory;

    @BeforeEach
    void startPlanet() throws IOException {
        planet = LoopbackPlanet.start();
    }

    @AfterEach
    void stopPlanet() {
        planet.close();
    }

    private ZeroTierBuilder member(String home) {
        ZeroTierBuilder builder = ZeroTier.builder();
        planet.settings(home).forEach(builder::set);
        return builder.set("exit.timeout", "2s");
    }

    private ZeroTier up(String home) throws IOException, InterruptedException {
        ZeroTier instance = member(home).build();
        instance.up(PATIENCE);
        return instance;
    }

    private static InetAddress address(ZeroTier instance) {
        return instance.addresses().get(0);
    }

    @Test
    void channelsOfTwoInstancesOfOneProcessMeetThroughASelector() throws Exception {
        try (ZeroTier a = up("a");
                ZeroTier b = up("b");
                Selector selector = b.openSelector();
                ServerSocketChannel listener = b.openServerSocketChannel();
                SocketChannel client = a.openSocketChannel()) {
            // The wildcard is the instance's: the other one has the same port, and so may the host.
            listener.bind(new InetSocketAddress(0));
            int port = listener.socket().getLocalPort();
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            try (ServerSocketChannel same = a.openServerSocketChannel()) {
                same.bind(new InetSocketAddress(port));
            }

            client.connect(new InetSocketAddress(address(b), port));

            assertThat(selector.select(PATIENCE.toMillis())).isEqualTo(1);
            try (SocketChannel accepted = listener.accept()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
            }
        }
    }

    @Test
    void datagramsOfTwoInstancesMeet() throws Exception {
        try (ZeroTier a = up("a");
                ZeroTier b = up("b");
                DatagramChannel to = b.openDatagramChannel().bind(new InetSocketAddress(address(b), 0));
                DatagramChannel from = a.openDatagramChannel()) {
            from.send(ByteBuffer.wrap(new byte[] {7}), to.getLocalAddress());
            ByteBuffer received = ByteBuffer.allocate(2);

            assertThat(to.receive(received)).isNotNull();
            assertThat(received.position()).isEqualTo(1);
        }
    }

    @Test
    void asynchronousChannelsOfTwoInstancesMeet() throws Exception {
        try (ZeroTier a = up("a");
                ZeroTier b = up("b");
                AsynchronousServerSocketChannel listener =
                        b.asynchronousChannelProvider().openAsynchronousServerSocketChannel(null);
                AsynchronousSocketChannel client =
                        a.asynchronousChannelProvider().openAsynchronousSocketChannel(null)) {
            listener.bind(new InetSocketAddress(address(b), 0));
            client.connect(listener.getLocalAddress()).get(60, TimeUnit.SECONDS);
            try (AsynchronousSocketChannel accepted = listener.accept().get(60, TimeUnit.SECONDS)) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
            }
        }
    }

    @Test
    void factoriesMakeSocketsThatTlsCanBeLayeredOver() throws Exception {
        SSLContext tls = tls();
        try (ZeroTier a = up("a");
                ZeroTier b = up("b");
                ServerSocket listener = b.serverSocketFactory().createServerSocket(0, 5, address(b))) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> serve(tls, listener));
            try (Socket plain = a.socketFactory().createSocket(address(b).getHostAddress(), listener.getLocalPort());
                    SSLSocket client = (SSLSocket)
                            tls.getSocketFactory().createSocket(plain, "localhost", listener.getLocalPort(), true)) {
                client.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes())
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("answer");
                assertThat(request.get(60, TimeUnit.SECONDS)).isEqualTo("question");
                client.close();
                assertThat(plain.isClosed()).isTrue();
            }
        }
    }

    private static String serve(SSLContext tls, ServerSocket listener) {
        try (Socket plain = listener.accept();
                SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true)) {
            String request = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            socket.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
            return request;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static SSLContext tls() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = ZeroTierTest.class.getResourceAsStream("server.p12")) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    @Test
    void namesAreTheInstancesOwn() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "10.71.82.99 printer\n");
        try (ZeroTier a = member("a").set("hosts", hosts.toString()).build();
                ZeroTier b = member("b").build()) {
            assertThat(a.resolve("printer"))
                    .extracting(InetAddress::getHostAddress)
                    .containsExactly("10.71.82.99");
            assertThat(a.resolve("10.1.2.3")).containsExactly(InetAddress.getByName("10.1.2.3"));
            assertThat(a.resolve("fd00::1")).containsExactly(InetAddress.getByName("fd00::1"));
            String member = b.up(PATIENCE).address();
            a.up(PATIENCE);
            assertThat(a.resolve(member + "." + planet.network() + ".zt")).isSubsetOf(b.addresses());
        }
    }

    @Test
    void aPeerThatIsReachedDirectlyHasAPathAndALatency() throws Exception {
        try (ZeroTier a = up("a")) {
            assertThat(a.peers()).filteredOn(ZeroTierPeer::root).singleElement().satisfies(root -> {
                assertThat(root.direct()).isTrue();
                assertThat(root.path()).isPresent();
                assertThat(root.latency()).isPresent();
                assertThat(root.address()).isEqualTo(planet.network().substring(0, 10));
            });
        }
    }

    @Test
    void aListenerIsToldOfTheStartTheNetworkAndTheEndInThatOrder() throws Exception {
        List<ZeroTierEvent> events = new CopyOnWriteArrayList<>();
        ZeroTier instance = member("a").build();
        instance.addListener(event -> {
            throw new IllegalStateException("a listener that fails");
        });
        instance.addListener(events::add);
        instance.up(PATIENCE);
        instance.close();

        assertThat(events.get(0)).isInstanceOf(ZeroTierEvent.Started.class);
        assertThat(events).contains(new ZeroTierEvent.Online());
        assertThat(events)
                .filteredOn(ZeroTierEvent.NetworkChanged.class::isInstance)
                // The last may tell of the end, without addresses.
                .anySatisfy(event -> assertThat(
                                ((ZeroTierEvent.NetworkChanged) event).network().addresses())
                        .isNotEmpty());
        assertThat(events.get(events.size() - 1)).isEqualTo(new ZeroTierEvent.Closed());
    }

    @Test
    void whatIsWrittenBeforeTheCloseArrives() throws Exception {
        try (ZeroTier b = up("b");
                ServerSocketChannel listener = b.openServerSocketChannel().bind(new InetSocketAddress(address(b), 0))) {
            ZeroTier a = up("a");
            SocketChannel client = a.openSocketChannel();
            client.connect(listener.getLocalAddress());
            client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));

            a.close();

            try (SocketChannel accepted = listener.accept()) {
                ByteBuffer received = ByteBuffer.allocate(4);
                while (accepted.read(received) >= 0) {
                    // Until the end of the stream, which is orderly.
                }
                assertThat(received.position()).isEqualTo(3);
            }
            assertThat(client.isOpen()).isFalse();
            assertThatIOException().isThrownBy(a::openSocketChannel).withMessageContaining("closed");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void afterTheCloseNoThreadDescriptorOrLockIsLeft() throws Exception {
        // What the JDK opens once for all.
        useAndClose();
        Set<Thread> threads = threads();
        List<String> descriptors = descriptors();

        useAndClose();

        Set<Thread> left = threads();
        left.removeAll(threads);
        for (Thread thread : left) {
            // A pool has terminated a moment before its last thread has.
            thread.join(5_000);
        }
        assertThat(left).noneMatch(Thread::isAlive);
        assertThat(descriptors()).hasSameSizeAs(descriptors);
        // The lock: the home can be had again.
        up("a").close();
    }

    private void useAndClose() throws Exception {
        ZeroTier a = up("a");
        Selector selector = a.openSelector();
        SocketChannel host = a.openSocketChannel();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            host.connect(other.getLocalSocketAddress());
        }
        host.configureBlocking(false);
        host.register(selector, SelectionKey.OP_READ);
        selector.selectNow();
        a.openServerSocketChannel().bind(new InetSocketAddress(address(a), 0));
        a.asynchronousChannelProvider()
                .openAsynchronousServerSocketChannel(null)
                .bind(new InetSocketAddress(address(a), 0));
        a.addListener(event -> {});
        a.close();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("ztnio-")
                        || thread.getName().startsWith("zerotier-"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Sockets, pipes and other things of the system; jars come and go as classes are loaded. */
    private static List<String> descriptors() throws IOException {
        return OpenDescriptors.list().stream()
                .filter(text -> OpenDescriptors.isOfSystem(text) || text.contains("ztnio"))
                .filter(text -> !text.endsWith(".jar"))
                .toList();
    }

    @Test
    void aWrongSettingIsNamedWhenTheInstanceIsBuilt() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> member("a").set("prt", "9993").build())
                .withMessageContainingAll("ztnio.prt=9993", "set by the program", "ztnio.port");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> member("a").set("port", "many").build())
                .withMessageContainingAll("ztnio.port=many", "0 to 65535");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZeroTier.builder().newIdentity().build())
                .withMessageContaining("no network");
    }

    @Test
    void anOverlayInMemoryIsAnInstanceToo() throws Exception {
        try (ZeroTier a = overlay("10.5.0.1");
                ZeroTier b = overlay("10.5.0.2");
                ServerSocketChannel listener = b.openServerSocketChannel().bind(new InetSocketAddress("10.5.0.2", 0));
                SocketChannel client = a.openSocketChannel()) {
            assertThat(a.addresses()).contains(InetAddress.getByName("10.5.0.1"));
            client.connect(listener.getLocalAddress());
            listener.accept().close();
            assertThat(a.peers()).extracting(ZeroTierPeer::direct).containsExactly(true);
        }
    }

    private static ZeroTier overlay(String address) throws IOException, InterruptedException {
        ZeroTier instance = ZeroTier.builder()
                .network("00000000cafe2001")
                .set("transport", "overlay-memory")
                .set("overlay.hub", "zerotier-test")
                .set("overlay.addresses", address + "/24")
                .build();
        instance.up(PATIENCE);
        return instance;
    }
}
