package io.ztnio.tcpip.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.DigestedFlow;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.ShardedHost;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A node with several stacks, seen by its applications and by an ordinary host. */
class StackShardsTest {
    private static final long SEED = 20_261_122;
    private static final long MILLI = 1_000_000;
    private static final int FIRST_EPHEMERAL = 32_768;
    private static final int LAST_EPHEMERAL = 60_999;
    private static final String OWN = "10.1.0.1";
    private static final String PEER = "10.1.0.2";

    private final Lan lan = new Lan(SEED);
    private final Lan.Host peer = lan.host(0x32_0000_000002L, PEER + "/24", "fd00::2/64");
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);
    private ShardedHost node;

    private ShardedHost sharded(int shards) {
        return sharded(shards, StackConfig.defaults());
    }

    private ShardedHost sharded(int shards, StackConfig config) {
        node = new ShardedHost(lan, SEED, 0x32_0000_000001L, shards, config, OWN + "/24", "fd00::1/64");
        return node;
    }

    private static ListenerEndpoint listen(Stack stack, String address, int port, int backlog) throws IOException {
        ListenerEndpoint listener = stack.openListener();
        listener.bind(Lan.socket(address, port));
        listener.listen(backlog);
        return listener;
    }

    private static StreamEndpoint connect(Stack stack, String address, int port) throws IOException {
        StreamEndpoint stream = stack.openStream();
        stream.connect(Lan.socket(address, port));
        return stream;
    }

    private static StreamEndpoint connectFrom(Stack stack, int localPort, String address, int port) throws IOException {
        StreamEndpoint stream = stack.openStream();
        stream.option(StandardSocketOptions.SO_REUSEADDR, true);
        stream.bind(Lan.socket("0.0.0.0", localPort));
        stream.connect(Lan.socket(address, port));
        return stream;
    }

    /** What a listener's application accepts until now. */
    private static List<StreamEndpoint> acceptAll(ListenerEndpoint listener) throws IOException {
        List<StreamEndpoint> accepted = new ArrayList<>();
        for (StreamEndpoint next = listener.accept(); next != null; next = listener.accept()) {
            accepted.add(next);
        }
        return accepted;
    }

    private static StreamEndpoint other(List<StreamEndpoint> candidates, StreamEndpoint end) {
        return candidates.stream()
                .filter(each -> each.remoteAddress().equals(end.localAddress()))
                .findFirst()
                .orElseThrow();
    }

    private long connectionsOn(int shard) {
        int[] count = new int[1];
        node.gates.get(shard).run(now -> count[0] = node.shards().get(shard).connections());
        return count[0];
    }

    private void finish(List<DigestedFlow> flows) throws IOException {
        for (int i = 0; i < 20_000 && !flows.stream().allMatch(DigestedFlow::isDone); i++) {
            for (DigestedFlow flow : flows) {
                flow.pump(buffer);
            }
            lan.run(MILLI);
        }
        for (int i = 0; i < flows.size(); i++) {
            assertThat(flows.get(i).isDone()).as("seed %d, flow %d", SEED, i).isTrue();
            flows.get(i).check("seed " + SEED + ", flow " + i);
            flows.get(i).close();
        }
        lan.run(500 * MILLI);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "5, 0", "2, 0.02", "5, 0.02"})
    void manyFlowsBothWaysCarryEveryByte(int shards, double loss) throws IOException {
        sharded(shards);
        lan.loss = loss;
        int each = 20;
        ListenerEndpoint here = listen(node.stack, "::", 80, 100);
        ListenerEndpoint there = listen(peer.stack, "::", 80, 100);
        List<StreamEndpoint> connected = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            connected.add(connect(node.stack, i % 2 == 0 ? PEER : "fd00::2", 80));
            connected.add(connect(peer.stack, i % 2 == 0 ? OWN : "fd00::1", 80));
        }
        lan.run(10_000 * MILLI);
        List<StreamEndpoint> accepted = acceptAll(here);
        accepted.addAll(acceptAll(there));
        assertThat(accepted).hasSize(2 * each);
        for (int i = 0; i < shards; i++) {
            assertThat(connectionsOn(i)).as("connections on shard %d", i).isPositive();
        }

        List<DigestedFlow> flows = new ArrayList<>();
        for (StreamEndpoint near : connected) {
            assertThat(near.finishConnect()).isTrue();
            flows.add(new DigestedFlow(near, other(accepted, near), 150_000, SEED + flows.size()));
        }
        finish(flows);

        int[] unfinished = {1};
        node.gate.run(now -> unfinished[0] = node.stack.unfinishedConnections(now));
        assertThat(unfinished[0]).isZero();
        assertThat(node.stack.drops(DropReason.HAND_OVER_FULL)).isZero();
    }

    @Test
    void aPortIsTakenOnEveryShard() throws IOException {
        sharded(3);
        listen(node.stack, OWN, 81, 5);
        for (int i = 0; i < 6; i++) {
            StreamEndpoint stream = node.stack.openStream();
            assertThatThrownBy(() -> stream.bind(Lan.socket(OWN, 81))).isInstanceOf(BindException.class);
            assertThatThrownBy(() -> stream.bind(Lan.socket("0.0.0.0", 81))).isInstanceOf(BindException.class);
            stream.bind(Lan.socket("fd00::1", 81 + 10 * (i + 1)));
        }
        ListenerEndpoint second = node.stack.openListener();
        assertThatThrownBy(() -> second.bind(Lan.socket(OWN, 81))).isInstanceOf(BindException.class);
    }

    @Test
    void aBoundStreamConnectsWhereverItsPortSaysAndItsPortComesFree() throws IOException {
        sharded(4);
        ListenerEndpoint there = listen(peer.stack, PEER, 80, 100);
        List<StreamEndpoint> streams = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            streams.add(connectFrom(node.stack, 5000 + i, PEER, 80));
        }
        lan.run(100 * MILLI);
        List<StreamEndpoint> accepted = acceptAll(there);
        List<DigestedFlow> flows = new ArrayList<>();
        for (StreamEndpoint near : streams) {
            assertThat(near.finishConnect()).isTrue();
            flows.add(new DigestedFlow(near, other(accepted, near), 20_000, flows.size()));
        }
        StreamEndpoint late = node.stack.openStream();
        assertThatThrownBy(() -> late.bind(Lan.socket("0.0.0.0", 5000))).isInstanceOf(BindException.class);
        finish(flows);
        lan.run(70_000 * MILLI);

        late.bind(Lan.socket("0.0.0.0", 5000));
        late.connect(Lan.socket(PEER, 80));
        lan.run(100 * MILLI);
        assertThat(late.finishConnect()).isTrue();
    }

    @Test
    void anUnboundConnectNeverTakesThePortOfAnother() throws IOException {
        sharded(3);
        listen(peer.stack, PEER, 80, 2000);
        List<InetSocketAddress> used = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            used.add(connect(node.stack, PEER, 80).localAddress());
        }
        assertThat(used).doesNotHaveDuplicates();
        for (int i = 0; i < 3; i++) {
            assertThat(connectionsOn(i)).as("connections on shard %d", i).isEqualTo(100);
        }
    }

    @Test
    void anUnboundConnectFindsThePortsOfEveryShard() throws IOException {
        sharded(4);
        int free = 40_000;
        for (int port = FIRST_EPHEMERAL; port <= LAST_EPHEMERAL; port++) {
            if (port != free) {
                node.stack.openStream().bind(Lan.socket("0.0.0.0", port));
            }
        }
        // Whose connection that port makes depends on the remote port, not on the shard that begins.
        for (int remote = 80; remote < 92; remote++) {
            listen(peer.stack, PEER, remote, 5);
            StreamEndpoint stream = connect(node.stack, PEER, remote);
            lan.run(100 * MILLI);

            assertThat(stream.finishConnect()).isTrue();
            assertThat(stream.localAddress()).isEqualTo(Lan.socket(OWN, free));
        }
        for (int remote = 80; remote < 92; remote++) {
            InetSocketAddress taken = Lan.socket(PEER, remote);
            StreamEndpoint stream = node.stack.openStream();
            assertThatThrownBy(() -> stream.connect(taken)).isInstanceOf(BindException.class);
            assertThat(stream.localAddress()).isNull();
            stream.close();
        }
    }

    @Test
    void optionsAndListenersSetBeforeABoundConnectMoveWithIt() throws IOException {
        sharded(5);
        listen(peer.stack, PEER, 80, 100);
        for (int i = 0; i < 20; i++) {
            StreamEndpoint stream = node.stack.openStream();
            int[] told = new int[1];
            stream.readinessListener(bits -> told[0] |= bits);
            stream.option(StandardSocketOptions.SO_SNDBUF, 8192);
            stream.bind(Lan.socket(OWN, 6000 + i));
            stream.connect(Lan.socket(PEER, 80));
            lan.run(20 * MILLI);

            assertThat(told[0] & Endpoint.CONNECTABLE).isNotZero();
            assertThat(stream.finishConnect()).isTrue();
            assertThat(stream.write(ByteBuffer.allocate(20_000))).isEqualTo(8192);
        }
    }

    @Test
    void aListenerAcceptsFromAllShardsInTheOrderOfArrival() throws IOException {
        sharded(4);
        ListenerEndpoint here = listen(node.stack, OWN, 80, 100);
        List<Integer> edges = new ArrayList<>();
        here.readinessListener(edges::add);
        List<InetSocketAddress> order = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            order.add(connect(peer.stack, OWN, 80).localAddress());
            lan.run(10 * MILLI);
        }
        assertThat(edges).containsExactly(Endpoint.ACCEPTABLE);
        assertThat(here.readiness()).isEqualTo(Endpoint.ACCEPTABLE);

        assertThat(acceptAll(here)).extracting(StreamEndpoint::remoteAddress).containsExactlyElementsOf(order);

        assertThat(here.readiness()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(connectionsOn(i)).as("connections on shard %d", i).isPositive();
        }
        connect(peer.stack, OWN, 80);
        lan.run(10 * MILLI);
        assertThat(edges).containsExactly(Endpoint.ACCEPTABLE, Endpoint.ACCEPTABLE);
    }

    @Test
    void theBacklogIsThatOfAllShardsTogether() throws IOException {
        sharded(4);
        ListenerEndpoint here = listen(node.stack, OWN, 80, 6);
        for (int i = 0; i < 30; i++) {
            connect(peer.stack, OWN, 80);
            lan.run(2 * MILLI);
        }
        lan.run(300 * MILLI);
        assertThat(acceptAll(here)).hasSize(7);
    }

    @Test
    void aClosedListenerResetsWhatNobodyAcceptedAndItsPortIsFreeAtOnce() throws IOException {
        sharded(4);
        ListenerEndpoint here = listen(node.stack, OWN, 80, 100);
        List<StreamEndpoint> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(connect(peer.stack, OWN, 80));
        }
        lan.run(100 * MILLI);
        StreamEndpoint accepted = here.accept();

        here.close();
        ListenerEndpoint again = node.stack.openListener();
        again.option(StandardSocketOptions.SO_REUSEADDR, true);
        again.bind(Lan.socket(OWN, 80));
        again.listen(5);
        lan.run(100 * MILLI);

        assertThat(here.readiness() & Endpoint.ACCEPTABLE).isNotZero();
        assertThatIOException().isThrownBy(here::accept);
        int reset = 0;
        for (StreamEndpoint client : clients) {
            if (client.localAddress().equals(accepted.remoteAddress())) {
                assertThat(client.read(buffer.clear())).isZero();
            } else {
                assertThatThrownBy(() -> client.read(buffer.clear())).isInstanceOf(SocketException.class);
                reset++;
            }
        }
        assertThat(reset).isEqualTo(19);
        StreamEndpoint client = connect(peer.stack, OWN, 80);
        lan.run(100 * MILLI);
        assertThat(client.finishConnect()).isTrue();
        assertThat(again.accept()).isNotNull();
    }

    @Test
    void whereNobodyListensEveryShardRefuses() throws IOException {
        sharded(4);
        for (int i = 0; i < 20; i++) {
            StreamEndpoint client = connect(peer.stack, OWN, 99);
            lan.run(10 * MILLI);
            assertThatThrownBy(client::finishConnect)
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");
        }
    }

    @Test
    void bothEndsMayCloseAtOnce() throws IOException {
        sharded(3);
        ListenerEndpoint here = listen(node.stack, OWN, 80, 100);
        List<StreamEndpoint> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(connect(peer.stack, OWN, 80));
        }
        lan.run(100 * MILLI);
        List<StreamEndpoint> servers = acceptAll(here);
        for (StreamEndpoint client : clients) {
            StreamEndpoint server = other(servers, client);
            client.close();
            server.close();
        }
        lan.run(1_000 * MILLI);

        int[] unfinished = {1};
        node.gate.run(now -> unfinished[0] = node.stack.unfinishedConnections(now));
        assertThat(unfinished[0]).isZero();
        lan.run(61_000 * MILLI);
        for (int i = 0; i < 3; i++) {
            assertThat(connectionsOn(i)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {OWN, "fd00::1"})
    void theNodeTalksToItself(String address) throws IOException {
        sharded(4);
        ListenerEndpoint here = listen(node.stack, address, 80, 100);
        List<StreamEndpoint> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(connect(node.stack, address, 80));
        }
        lan.run(100 * MILLI);
        List<StreamEndpoint> servers = acceptAll(here);
        List<DigestedFlow> flows = new ArrayList<>();
        for (StreamEndpoint client : clients) {
            flows.add(new DigestedFlow(client, other(servers, client), 50_000, flows.size()));
        }
        finish(flows);
    }

    @Test
    void twoStreamsOfTheNodeMayOpenToEachOther() throws IOException {
        sharded(5);
        for (int i = 0; i < 10; i++) {
            StreamEndpoint one = node.stack.openStream();
            StreamEndpoint two = node.stack.openStream();
            one.bind(Lan.socket(OWN, 7000 + i));
            two.bind(Lan.socket(OWN, 8000 + i));
            one.connect(Lan.socket(OWN, 8000 + i));
            two.connect(Lan.socket(OWN, 7000 + i));
            lan.run(100 * MILLI);

            assertThat(one.finishConnect()).as("pair %d", i).isTrue();
            assertThat(two.finishConnect()).as("pair %d", i).isTrue();
        }
    }

    @Test
    void connectionsSurviveWhenAnotherAddressGoesAndAreResetWhenTheirsDoes() throws IOException {
        sharded(4);
        ListenerEndpoint there = listen(peer.stack, "::", 80, 100);
        List<StreamEndpoint> clients = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            clients.add(connect(node.stack, i % 2 == 0 ? PEER : "fd00::2", 80));
        }
        lan.run(100 * MILLI);
        List<StreamEndpoint> servers = acceptAll(there);

        node.gate.run(now -> node.port.configure(Lan.config(2800, List.of(), OWN + "/24"), now));
        lan.run(100 * MILLI);

        List<DigestedFlow> flows = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            StreamEndpoint client = clients.get(i);
            if (i % 2 == 0) {
                flows.add(new DigestedFlow(client, other(servers, client), 10_000, i));
            } else {
                assertThatIOException().isThrownBy(() -> client.read(buffer.clear()));
            }
        }
        finish(flows);
        assertThat(node.stack.isLocal(Lan.ip("fd00::1"))).isFalse();
        assertThatThrownBy(() -> connect(node.stack, "fd00::2", 80)).isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void aLinkThatGoesTakesTheConnectionsOfEveryShardWithIt() throws IOException {
        sharded(3);
        listen(peer.stack, PEER, 80, 100);
        List<StreamEndpoint> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(connect(node.stack, PEER, 80));
        }
        lan.run(100 * MILLI);

        node.gate.run(node.port::detach);
        lan.run(100 * MILLI);

        for (StreamEndpoint client : clients) {
            assertThatIOException().isThrownBy(() -> client.read(buffer.clear()));
        }
        assertThat(node.link.subscriptions).isEmpty();
    }

    @Test
    void closingAllConnectionsReachesEveryShard() throws IOException {
        sharded(3);
        ListenerEndpoint there = listen(peer.stack, PEER, 80, 100);
        List<StreamEndpoint> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(connect(node.stack, PEER, 80));
        }
        lan.run(100 * MILLI);
        node.gate.run(now -> node.stack.closeConnections(now));
        int[] unfinished = new int[1];
        node.gate.run(now -> unfinished[0] = node.stack.unfinishedConnections(now));
        assertThat(unfinished[0]).isEqualTo(12);
        lan.run(100 * MILLI);

        for (StreamEndpoint server : acceptAll(there)) {
            assertThat(server.read(buffer.clear())).isEqualTo(-1);
        }
        clients.forEach(client -> assertThat(client.isOpen()).isFalse());
    }

    @Test
    void theBudgetIsOneForAllShards() throws IOException {
        StackConfig defaults = StackConfig.defaults();
        sharded(
                4,
                new StackConfig(
                        64 << 10,
                        1 << 20,
                        4 << 20,
                        defaults.tcpCongestion(),
                        defaults.minimumPeerMss(),
                        4,
                        defaults.ephemeralPorts(),
                        Optional.empty()));
        ListenerEndpoint here = listen(node.stack, OWN, 80, 100);
        List<StreamEndpoint> clients = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            clients.add(connect(peer.stack, OWN, 80));
        }
        lan.run(100 * MILLI);
        assertThat(acceptAll(here)).hasSize(60);
        for (int i = 0; i < 3000; i++) {
            for (StreamEndpoint client : clients) {
                client.write(buffer.clear());
            }
            lan.run(MILLI);
        }
        assertThat(node.stack.usedBufferBytes()).isBetween(1L << 20, 4L << 20);
    }

    @Test
    void aLinkThatIsBehindHoldsTheShardsBack() throws IOException {
        sharded(3);
        ListenerEndpoint there = listen(peer.stack, PEER, 80, 100);
        List<StreamEndpoint> connected = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            connected.add(connect(node.stack, PEER, 80));
        }
        lan.run(100 * MILLI);
        List<StreamEndpoint> accepted = acceptAll(there);
        assertThat(accepted).hasSize(6);

        node.link.congested = true;
        for (StreamEndpoint stream : connected) {
            stream.write(ByteBuffer.allocate(200_000));
        }
        lan.run(1000 * MILLI);
        for (StreamEndpoint stream : accepted) {
            assertThat(stream.read(buffer.clear())).isZero();
        }
        assertThat(node.stack.drops(DropReason.HAND_OVER_FULL)).isZero();

        node.link.congested = false;
        node.gate.run(node.stack::resume);
        for (StreamEndpoint stream : accepted) {
            int read = 0;
            for (int i = 0; i < 5000 && read < 200_000; i++) {
                lan.run(MILLI);
                read += Math.max(0, stream.read(buffer.clear()));
            }
            assertThat(read).isEqualTo(200_000);
        }
        assertThat(node.stack.drops(DropReason.HAND_OVER_FULL)).isZero();
    }
}
