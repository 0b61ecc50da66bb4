package io.ztnio.overlay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.node.MemberView;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.node.OverlayEvent;
import io.ztnio.overlay.node.OverlayListener;
import io.ztnio.overlay.session.DropReason;
import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.overlay.socket.OverlayDatagrams;
import io.ztnio.overlay.socket.OverlayStream;
import io.ztnio.overlay.socket.OverlayStreamListener;
import io.ztnio.overlay.store.MembershipFile;
import io.ztnio.overlay.transport.MemoryHub;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.stack.StackConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes in real time: on a hub, and over UDP on loopback. */
@Timeout(120)
@Tag("any-jdk")
class OverlayNodeTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    /** Small buffers: fifty nodes in one test. */
    private static final StackConfig SMALL =
            new StackConfig(64 << 10, 1 << 20, 64L << 20, "cubic", 216, 1, EphemeralPorts.DEFAULT, Optional.empty());

    private final List<OverlayNode> nodes = new ArrayList<>();
    private final MemoryHub hub = new MemoryHub(System::nanoTime, 1);

    enum Transport {
        MEMORY,
        UDP,
        UDP6
    }

    @AfterEach
    void closeAll() {
        nodes.forEach(OverlayNode::close);
    }

    private static NetworkAccess.Builder access() {
        return NetworkAccess.builder().key(KEY);
    }

    private OverlayConfig.Builder config(Transport transport) {
        OverlayConfig.Builder config = OverlayConfig.builder().stack(SMALL);
        if (transport == Transport.MEMORY) {
            return config.memory(hub);
        }
        try {
            config.bind(List.of(loopback(transport)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (!nodes.isEmpty()) {
            config.peer(nodes.get(0).localAddresses().get(0));
        }
        return config;
    }

    private static InetAddress loopback(Transport transport) throws IOException {
        byte[] ipv4 = {127, 0, 0, 1};
        byte[] ipv6 = new byte[16];
        ipv6[15] = 1;
        return InetAddress.getByAddress(transport == Transport.UDP6 ? ipv6 : ipv4);
    }

    @Test
    void aStoredNetworkThatCannotBeJoinedCostsNoOther() throws Exception {
        long other = NETWORK + 1;
        MemoryStateStore store = new MemoryStateStore();
        store.put(
                MembershipFile.key(other),
                new MembershipFile(other, NetworkKey.NONE, List.of(), Optional.empty()).toBytes());
        BlockingQueue<OverlayEvent> events = new LinkedBlockingQueue<>();
        OverlayConfig config = config(Transport.UDP)
                .store(store)
                .network(NETWORK, access().build())
                .build();

        OverlayNode node = new OverlayNode(config);
        nodes.add(node);
        node.addListener(new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                events.add(event);
            }
        });
        node.start();

        assertThat(node.networks()).hasSize(1);
        assertThat(events)
                .filteredOn(event -> event.kind() == OverlayEvent.Kind.DAMAGED_STATE)
                .singleElement()
                .matches(event -> event.networkId() == other && event.detail().contains("neither a key"));
    }

    @Test
    void aDamagedAddressBookCostsNoStart() throws Exception {
        MemoryStateStore store = new MemoryStateStore();
        store.put("addressbook", new byte[] {1, 2, 3});
        List<OverlayEvent> events = new CopyOnWriteArrayList<>();
        OverlayNode node = new OverlayNode(config(Transport.UDP).store(store).build());
        nodes.add(node);
        node.addListener(new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                events.add(event);
            }
        });

        node.start();

        assertThat(node.addressBook().entries()).isEmpty();
        assertThat(store.get("addressbook.damaged")).hasValue(new byte[] {1, 2, 3});
        assertThat(events)
                .filteredOn(event -> event.kind() == OverlayEvent.Kind.DAMAGED_STATE)
                .singleElement()
                .matches(event -> event.detail().contains("addressbook.damaged"));
    }

    /** A copy that went wrong: folders where files were. */
    @Test
    void whatIsNoFileCostsNoStart(@TempDir Path home) throws Exception {
        String id = HexFormat.of().toHexDigits(NETWORK);
        for (String folder : List.of(
                "addressbook",
                "udp.port",
                "networks.d/" + id + ".conf",
                "networks.d/" + id + ".addr",
                "peers.d/" + id + "/0000000007.peer")) {
            Files.createDirectories(home.resolve(folder).resolve("below"));
        }
        List<OverlayEvent> events = new CopyOnWriteArrayList<>();
        OverlayNode node = new OverlayNode(config(Transport.UDP)
                .home(home)
                .network(NETWORK, access().build())
                .build());
        nodes.add(node);
        node.addListener(new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                events.add(event);
            }
        });

        node.start();

        assertThat(node.networks()).hasSize(1);
        assertThat(events)
                .filteredOn(event -> event.kind() == OverlayEvent.Kind.DAMAGED_STATE)
                .anyMatch(event -> event.detail().contains("addressbook"));
    }

    private OverlayNetwork start(Transport transport) throws IOException {
        return start(config(transport), access().build());
    }

    private OverlayNetwork start(OverlayConfig.Builder config, NetworkAccess access) throws IOException {
        OverlayNode node = OverlayNode.start(config.build());
        nodes.add(node);
        return node.join(NETWORK, access);
    }

    private long id(int node) {
        return nodes.get(node).id();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void streamsCarryDataBothWaysAndEndOneWayAtATime(Transport transport) throws Exception {
        OverlayNetwork left = start(transport);
        OverlayNetwork right = start(transport);
        OverlayStreamListener listener = right.listen(8080);
        byte[] data = new byte[4 << 20];
        new SplittableRandom(1).nextBytes(data);
        CompletableFuture<byte[]> digest = CompletableFuture.supplyAsync(() -> {
            try (OverlayStream stream = listener.accept(LONG)) {
                assertThat(stream.remoteAddress().nodeId()).isEqualTo(id(0));
                byte[] got = stream.input().readAllBytes();
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(got);
                stream.write(sum, 0, sum.length);
                return sum;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        assertThat(left.awaitPeer(id(1), LONG)).isTrue();
        try (OverlayStream stream = left.connect(id(1), 8080, LONG)) {
            assertThat(stream.remoteAddress().nodeId()).isEqualTo(id(1));
            assertThat(stream.remoteAddress().port()).isEqualTo(8080);
            assertThat(stream.localAddress().nodeId()).isEqualTo(id(0));
            stream.write(data, 0, data.length);
            stream.shutdownOutput();
            byte[] answer = stream.input().readAllBytes();

            assertThat(answer).isEqualTo(MessageDigest.getInstance("SHA-256").digest(data));
            assertThat(digest.get(60, TimeUnit.SECONDS)).isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void datagramsGoToNodesAndToAll(Transport transport) throws Exception {
        OverlayNetwork left = start(transport);
        OverlayNetwork right = start(transport);
        assertThat(left.awaitPeers(1, LONG)).isTrue();
        assertThat(right.awaitPeers(1, LONG)).isTrue();
        try (OverlayDatagrams one = left.datagrams(10001);
                OverlayDatagrams two = right.datagrams(10002)) {
            one.send(ascii("ping"), id(1), 10002);
            OverlayDatagrams.Received ping = two.receive(LONG);
            assertThat(new String(ping.data(), StandardCharsets.US_ASCII)).isEqualTo("ping");
            assertThat(ping.source().nodeId()).isEqualTo(id(0));
            assertThat(ping.source().port()).isEqualTo(10001);

            two.connect(id(0), 10001);
            two.send(ascii("pong"));
            assertThat(one.receive(LONG).data()).isEqualTo(ascii("pong"));

            assertThat(one.broadcast(ascii("all"), 10002)).isEqualTo(1);
            assertThat(two.receive(LONG).data()).isEqualTo(ascii("all"));

            byte[] large = new byte[20_000];
            new SplittableRandom(2).nextBytes(large);
            one.send(large, id(1), 10002);
            assertThat(two.receive(LONG).data()).isEqualTo(large);

            assertThatThrownBy(() -> one.send(new byte[OverlayDatagrams.MAX_LENGTH + 1], id(1), 10002))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("at most " + OverlayDatagrams.MAX_LENGTH);
            assertThatThrownBy(() -> one.receive(Duration.ofMillis(1))).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"MEMORY", "UDP"})
    void fiftyNodesMeetExchangeFramesAndStreams(Transport transport) throws Exception {
        List<OverlayNetwork> networks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            networks.add(start(transport));
        }
        for (OverlayNetwork network : networks) {
            assertThat(network.awaitPeers(49, LONG)).isTrue();
        }
        BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
        for (int i = 1; i < 50; i++) {
            long me = id(i);
            nodes.get(i).addListener(new OverlayListener() {
                @Override
                public void onFrame(
                        long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {
                    heard.add(sourceId ^ me);
                }
            });
        }

        assertThat(networks.get(0).broadcastFrame(ascii("everybody"))).isEqualTo(49);
        for (int i = 1; i < 50; i++) {
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isNotNull();
        }

        try (OverlayStreamListener listener = networks.get(49).listen(80)) {
            for (int i = 0; i < 49; i += 7) {
                OverlayStream client = networks.get(i).connect(id(49), 80, LONG);
                OverlayStream server = listener.accept(LONG);
                client.write(ascii("from " + i), 0, 6);
                assertThat(server.input().readNBytes(6)).isEqualTo(Arrays.copyOf(ascii("from " + i), 6));
                client.close();
                server.close();
            }
        }
    }

    @Test
    void aPortWithoutListenerRefusesAndAResetIsSeen() throws Exception {
        OverlayNetwork left = start(Transport.MEMORY);
        OverlayNetwork right = start(Transport.MEMORY);
        left.awaitPeers(1, LONG);

        assertThatThrownBy(() -> left.connect(id(1), 9, LONG))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
        try (OverlayStreamListener listener = right.listen(10)) {
            OverlayStream client = left.connect(id(1), 10, LONG);
            OverlayStream server = listener.accept(LONG);
            client.readTimeout(Duration.ofMillis(1));
            assertThatThrownBy(() -> client.read(new byte[1], 0, 1)).isInstanceOf(SocketTimeoutException.class);
            client.readTimeout(LONG);
            server.reset();
            assertThatThrownBy(() -> client.read(new byte[1], 0, 1))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            client.close();
        }
    }

    @Test
    void aWriterIsHeldUpByAReaderThatDoesNotRead() throws Exception {
        OverlayNetwork left = start(Transport.MEMORY);
        OverlayNetwork right = start(Transport.MEMORY);
        left.awaitPeers(1, LONG);
        try (OverlayStreamListener listener = right.listen(10)) {
            OverlayStream client = left.connect(id(1), 10, LONG);
            OverlayStream server = listener.accept(LONG);
            byte[] data = new byte[16 << 20];
            new SplittableRandom(3).nextBytes(data);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    client.write(data, 0, data.length);
                    client.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            byte[] first = server.input().readNBytes(1000);

            // More than both buffers take: it cannot be done before somebody reads.
            assertThat(writing.isDone()).isFalse();
            byte[] rest = server.input().readAllBytes();
            writing.get(60, TimeUnit.SECONDS);
            assertThat(first.length + rest.length).isEqualTo(data.length);
            assertThat(rest).isEqualTo(Arrays.copyOfRange(data, 1000, data.length));
            server.close();
        }
    }

    @Test
    void configuredAddressesNamesAndTheAddressBookLeadToNodes() throws Exception {
        OverlayNetwork left = start(
                config(Transport.MEMORY),
                access().name("left")
                        .addresses(List.of(
                                new IpPrefix(InetAddress.getByName("10.9.0.1"), 24),
                                new IpPrefix(InetAddress.getByName("fd00:9::1"), 64)))
                        .build());
        OverlayNetwork right = start(
                config(Transport.MEMORY),
                access().name("right")
                        .addresses(List.of(
                                new IpPrefix(InetAddress.getByName("10.9.0.2"), 24),
                                new IpPrefix(InetAddress.getByName("fd00:9::2"), 64)))
                        .build());
        left.awaitPeers(1, LONG);
        CompletableFuture<Void> known = new CompletableFuture<>();
        OverlayListener look = new OverlayListener() {
            @Override
            public void onEvent(OverlayEvent event) {
                if (event.kind() == OverlayEvent.Kind.PEER_CHANGED) {
                    known.complete(null);
                }
            }
        };
        nodes.get(0).addListener(look);
        if (left.nodeOf(InetAddress.getByName("10.9.0.2")) < 0) {
            known.get(60, TimeUnit.SECONDS);
        }
        nodes.get(0).addressBook().put("web.example", id(1));

        for (String text : List.of("right", "10.9.0.2", "fd00:9::2", "web.example", Long.toHexString(id(1)))) {
            String padded = text.equals(Long.toHexString(id(1))) ? NodeId.format(id(1)) : text;
            assertThat(left.resolve(padded)).as(padded).isEqualTo(id(1));
        }
        try (OverlayStreamListener listener = right.listen(80)) {
            for (InetAddress address : List.of(InetAddress.getByName("10.9.0.2"), InetAddress.getByName("fd00:9::2"))) {
                OverlayStream client = left.connect(address, 80, LONG);
                OverlayStream server = listener.accept(LONG);
                client.write(new byte[] {42}, 0, 1);
                assertThat(server.input().read()).isEqualTo(42);
                client.close();
                server.close();
            }
        }
    }

    @Test
    void aNodeThatIsStartedAgainIsTheSameAndKeepsItsNetworks() throws Exception {
        OverlayNetwork left = start(Transport.UDP);
        OverlayConfig config =
                config(Transport.UDP).store(new MemoryStateStore()).build();
        OverlayNode node = OverlayNode.start(config);
        nodes.add(node);
        node.join(NETWORK, access().build());
        long id = node.id();
        assertThat(left.awaitPeer(id, LONG)).isTrue();
        assertThat(node.network(NETWORK).orElseThrow().awaitPeers(1, LONG)).isTrue();

        node.stop();
        node.stop();
        assertThat(node.isOpen()).isFalse();
        node.start();

        assertThat(node.id()).isEqualTo(id);
        assertThat(node.networks())
                .singleElement()
                .satisfies(view ->
                        assertThat(view.members()).extracting(MemberView::id).containsExactly(id(0)));
        assertThat(node.network(NETWORK).orElseThrow().awaitPeers(1, LONG)).isTrue();
        node.close();
        node.close();
        assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anOpenNetworkOverUdpIsRefusedUnlessInsecureIsSaid() throws Exception {
        OverlayNode careful = OverlayNode.start(config(Transport.UDP).build());
        nodes.add(careful);
        assertThatThrownBy(() -> careful.join(NETWORK, NetworkAccess.OPEN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("neither a key nor a list")
                .hasMessageContaining("insecure");

        OverlayNetwork left = start(config(Transport.UDP).insecure(true), NetworkAccess.OPEN);
        OverlayNode open = OverlayNode.start(OverlayConfig.builder()
                .stack(SMALL)
                .bind(List.of(loopback(Transport.UDP)))
                .peer(nodes.get(1).localAddresses().get(0))
                .insecure(true)
                .build());
        nodes.add(open);
        open.join(NETWORK, NetworkAccess.OPEN);
        assertThat(left.awaitPeer(open.id(), LONG)).isTrue();
    }

    @Test
    void aListOfIdentitiesLetsInOnlyThose() throws Exception {
        OverlayNode left = OverlayNode.start(config(Transport.UDP).build());
        nodes.add(left);
        OverlayNode friend = OverlayNode.start(config(Transport.UDP).build());
        nodes.add(friend);
        OverlayNode stranger = OverlayNode.start(config(Transport.UDP).build());
        nodes.add(stranger);
        NetworkAccess list = NetworkAccess.builder()
                .allow(List.of(left.identity(), friend.identity()))
                .build();
        OverlayNetwork network = left.join(NETWORK, list);
        friend.join(NETWORK, list);
        stranger.join(
                NETWORK,
                NetworkAccess.builder()
                        .allow(List.of(left.identity(), friend.identity(), stranger.identity()))
                        .build());

        assertThat(network.awaitPeer(friend.id(), LONG)).isTrue();
        assertThat(network.awaitPeer(stranger.id(), Duration.ofSeconds(3))).isFalse();
        assertThat(left.drops(DropReason.NOT_ALLOWED)).isPositive();
    }

    @Test
    void stoppingEndsWhatWaits() throws Exception {
        OverlayNetwork left = start(Transport.MEMORY);
        OverlayNetwork right = start(Transport.MEMORY);
        left.awaitPeers(1, LONG);
        OverlayStreamListener listener = right.listen(10);
        OverlayStream client = left.connect(id(1), 10, LONG);
        OverlayStream server = listener.accept(LONG);
        OverlayDatagrams datagrams = right.datagrams(11);
        List<CompletableFuture<Void>> waiting = List.of(
                failing(() -> listener.accept(Duration.ZERO)),
                failing(() -> datagrams.receive(Duration.ZERO)),
                failing(() -> server.read(new byte[1], 0, 1)));

        nodes.get(1).stop();

        for (CompletableFuture<Void> one : waiting) {
            one.get(60, TimeUnit.SECONDS);
        }
        client.close();
    }

    private interface Blocking {
        Object call() throws IOException;
    }

    /** Ends when the call has ended, be it with the end of a stream. */
    private static CompletableFuture<Void> failing(Blocking blocking) {
        return CompletableFuture.runAsync(() -> {
            try {
                assertThat(blocking.call()).isEqualTo(-1);
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("closed");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
