package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.overlay.identity.NodeId;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NIO channels on an overlay: two nodes in this process, met in memory or over UDP on loopback. */
@SuppressWarnings("try") // closing is what is tested
@Timeout(60)
class OverlayNetworksTest {
    private static final String NETWORK = "00000000cafe2001";

    @TempDir
    private Path directory;

    private static OverlayNetworks networks(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("ztnio.networks", NETWORK);
        all.putIfAbsent("ztnio.wildcard", "zerotier");
        return new OverlayNetworks(new ConfigLoader(all, Map.of()).load(), false);
    }

    private static OverlayNetworks inMemory(String hub, int host) {
        return networks(Map.of(
                "ztnio.transport",
                "overlay-memory",
                "ztnio.overlay.hub",
                hub,
                "ztnio.overlay.addresses",
                "10.91.0." + host + "/24"));
    }

    private OverlayNetworks overUdp(int host, InetSocketAddress... peer) {
        return overUdp(
                host, peer.length == 0 ? Map.of() : Map.of("ztnio.overlay.peers", "127.0.0.1:" + peer[0].getPort()));
    }

    private OverlayNetworks overUdp(int host, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "ztnio.transport", "overlay-udp",
                "ztnio.home", directory.resolve("node" + host).toString(),
                "ztnio.bind", "127.0.0.1",
                "ztnio.overlay.key", "a phrase for the tests",
                "ztnio.overlay.addresses", "10.91.0." + host + "/24"));
        settings.putAll(more);
        return networks(settings);
    }

    private static InetAddress address(int host) throws IOException {
        return InetAddress.getByName("10.91.0." + host);
    }

    private static void meet(OverlayNetworks a, OverlayNetworks b) throws IOException {
        assertThat(a.node()
                        .network(Long.parseUnsignedLong(NETWORK, 16))
                        .orElseThrow()
                        .awaitPeer(b.node().id(), Duration.ofSeconds(30)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "udp"})
    void streamsAndDatagramsReachTheOtherNode(String transport) throws Exception {
        boolean memory = transport.equals("memory");
        try (OverlayNetworks a = memory ? inMemory("pair", 1) : overUdp(1);
                OverlayNetworks b = memory
                        ? inMemory("pair", 2)
                        : overUdp(2, a.node().localAddresses().get(0))) {
            meet(a, b);
            transfer(a, b, address(2), 4 << 20);
            transfer(b, a, derived(a), 1 << 20);
            exchangeDatagrams(a, b);
        }
    }

    private static InetAddress derived(OverlayNetworks networks) throws IOException {
        return networks.node().networks().get(0).addresses().get(0).address();
    }

    private static void transfer(OverlayNetworks from, OverlayNetworks to, InetAddress address, int length)
            throws Exception {
        byte[] content = new byte[length];
        new SplittableRandom(length).nextBytes(content);
        try (ServerSocketChannel listener = new ZeroTierSelectorProvider(to).openServerSocketChannel();
                SocketChannel client = new ZeroTierSelectorProvider(from).openSocketChannel()) {
            listener.bind(new InetSocketAddress(0));
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            client.connect(new InetSocketAddress(address, port));
            try (SocketChannel accepted = listener.accept()) {
                Background<byte[]> received = Background.start(() -> digestOf(accepted));
                for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                    client.write(rest);
                }
                client.shutdownOutput();

                assertThat(received.get())
                        .isEqualTo(MessageDigest.getInstance("SHA-256").digest(content));
                assertThat(((InetSocketAddress) accepted.getRemoteAddress()).getAddress())
                        .isEqualTo(((InetSocketAddress) client.getLocalAddress()).getAddress());
            }
        }
    }

    private static byte[] digestOf(SocketChannel channel) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (channel.read(buffer.clear()) >= 0) {
            digest.update(buffer.flip());
        }
        return digest.digest();
    }

    private static void exchangeDatagrams(OverlayNetworks a, OverlayNetworks b) throws IOException {
        try (DatagramChannel one = new ZeroTierSelectorProvider(a).openDatagramChannel();
                DatagramChannel two = new ZeroTierSelectorProvider(b).openDatagramChannel()) {
            one.bind(new InetSocketAddress(address(1), 0));
            two.bind(new InetSocketAddress(address(2), 0));
            one.send(ByteBuffer.wrap(new byte[] {1, 2, 3}), two.getLocalAddress());
            ByteBuffer buffer = ByteBuffer.allocate(10);

            assertThat(two.receive(buffer)).isEqualTo(one.getLocalAddress());
            assertThat(buffer.flip().remaining()).isEqualTo(3);
        }
    }

    @Test
    void theStatusNamesAddressesAndMembers() throws Exception {
        try (OverlayNetworks a = inMemory("status", 1);
                OverlayNetworks b = inMemory("status", 2)) {
            b.awaitReady();
            meet(a, b);
            Map<String, Object> status = OverlayStatus.of(a.node());

            assertThat(status).containsEntry("online", true);
            assertThat(status.get("networks").toString()).contains("id=" + NETWORK, "10.91.0.1/24");
            assertThat(status.get("peers").toString())
                    .contains("address=" + NodeId.format(b.node().id()), "online=true");
            assertThat(JSON.std.asString(status)).startsWith("{\"address\":\"");
        }
    }

    @Test
    void onlyTheNetworksPrefixesAreCovered() throws IOException {
        try (OverlayNetworks networks = inMemory("prefixes", 1)) {
            networks.awaitReady();

            assertThat(networks.decide(address(77))).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decide(derived(networks))).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decideLocal(address(1))).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decideLocal(address(2))).isEqualTo(RoutingDecision.HOST);
            assertThat(networks.decide(InetAddress.getByName("10.92.0.1"))).isEqualTo(RoutingDecision.HOST);
            assertThat(networks.decide(InetAddress.getLoopbackAddress())).isEqualTo(RoutingDecision.HOST);
        }
    }

    @Test
    void aNetworkOpenToStrangersDoesNotStart() {
        try (OverlayNetworks open = networks(Map.of(
                "ztnio.transport", "overlay-udp", "ztnio.bind", "127.0.0.1", "ztnio.home", directory.toString()))) {
            assertThatIOException()
                    .isThrownBy(open::awaitReady)
                    .withMessageStartingWith("ztnio cannot start with ztnio.home=")
                    .withMessageContaining("key");
            assertThatIOException().isThrownBy(open::openStream);
        }
    }

    @Test
    void anOverlayThatCannotStartKeepsItsOwnAndStartsWhenItCan() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                OverlayNetworks networks = overUdp(1, Map.of("ztnio.port", "" + taken.getLocalPort()))) {
            assertThat(networks.decide(address(2)).verdict()).isEqualTo(Verdict.PENDING);
            RoutingDecision claimed = decided(networks, address(2));
            assertThat(claimed.verdict()).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(claimed.reason()).contains("cannot start", "" + taken.getLocalPort());
            // Nobody assigns anything on an overlay: what it is on is known from the start.
            assertThat(networks.decide(InetAddress.getByName("192.168.200.1"))).isEqualTo(RoutingDecision.HOST);
            assertThat(decided(networks, InetAddress.getByName("fd00:0:ca:fe20:17a:7400:0:1"))
                            .verdict())
                    .isEqualTo(Verdict.UNAVAILABLE);
            assertThatIOException().isThrownBy(networks::openListener).withMessageContaining("cannot start");

            taken.close();

            assertThat(decided(networks, address(2))).isEqualTo(RoutingDecision.VIRTUAL);
        }
    }

    private static RoutingDecision decided(VirtualNetworks networks, InetAddress address) throws Exception {
        CompletableFuture<RoutingDecision> decision = new CompletableFuture<>();
        networks.whenDecided(address, false, decision::complete);
        return decision.get(30, TimeUnit.SECONDS);
    }
}
