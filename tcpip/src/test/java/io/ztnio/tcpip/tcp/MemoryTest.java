package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The memory that the connections of a stack share, and what is bounded besides. */
@AtEverySequenceStart
@Tag("any-jdk")
class MemoryTest {
    private static final int MEBIBYTE = 1 << 20;

    private final List<StreamEndpoint> clients = new ArrayList<>();
    private final List<StreamEndpoint> servers = new ArrayList<>();

    private TwoStacks open(TcpConfig.Builder config, int connections) throws IOException {
        TwoStacks stacks = new TwoStacks(3, config);
        ListenerEndpoint listener = stacks.right.layer.openListener();
        listener.bind(new InetSocketAddress(stacks.right.address, 80));
        listener.listen(connections);
        for (int i = 0; i < connections; i++) {
            StreamEndpoint client = stacks.left.layer.openStream();
            client.connect(new InetSocketAddress(stacks.right.address, 80));
            clients.add(client);
        }
        run(stacks, 1_000_000_000L);
        for (StreamEndpoint server = listener.accept(); server != null; server = listener.accept()) {
            servers.add(server);
        }
        assertThat(servers).hasSize(connections);
        return stacks;
    }

    private static void run(TwoStacks stacks, long nanos) {
        long end = stacks.now + nanos;
        while (stacks.now < end && stacks.step()) {
            // step moves the clock
        }
    }

    private long writeEverywhere() throws IOException {
        long written = 0;
        ByteBuffer data = ByteBuffer.allocate(1 << 16);
        for (StreamEndpoint client : clients) {
            written += client.write(data.clear());
        }
        return written;
    }

    @Test
    void sleepingReadersStayWithinTheBudget() throws Exception {
        TwoStacks stacks = open(TcpConfig.builder().memoryBytes(4 * MEBIBYTE), 100);

        for (int i = 0; i < 100; i++) {
            writeEverywhere();
            run(stacks, 20_000_000L);
        }

        assertThat(stacks.left.layer.budget().usedBytes()).isLessThanOrEqualTo(4 * MEBIBYTE);
        assertThat(stacks.right.layer.budget().usedBytes()).isLessThanOrEqualTo(4 * MEBIBYTE);
        assertThat(stacks.left.layer.budget().refusals()).isPositive();
    }

    @Test
    void everyConnectionMovesOnWhenMemoryIsShort() throws Exception {
        TwoStacks stacks = open(TcpConfig.builder().memoryBytes(MEBIBYTE), 200);
        int each = 40_000;
        int[] written = new int[clients.size()];
        int[] read = new int[clients.size()];
        ByteBuffer in = ByteBuffer.allocate(each);
        long end = stacks.now + 600_000_000_000L;

        long left = (long) each * clients.size();
        while (left > 0 && stacks.now < end) {
            for (int i = 0; i < clients.size(); i++) {
                written[i] += clients.get(i).write(ByteBuffer.allocate(each - written[i]));
                int count = servers.get(i).read(in.clear());
                read[i] += count;
                left -= count;
            }
            run(stacks, 5_000_000L);
        }

        assertThat(read).containsOnly(each);
        assertThat(stacks.right.layer.budget().usedBytes()).isLessThanOrEqualTo(MEBIBYTE);
    }

    @Test
    void tightMemoryShrinksWindowsByReading() throws Exception {
        TcpConfig.Builder config = TcpConfig.builder().memoryBytes(4 * MEBIBYTE);
        TwoStacks stacks = open(config, 40);
        for (int i = 0; i < 40; i++) {
            writeEverywhere();
            run(stacks, 20_000_000L);
        }
        assertThat(((TcpStream) servers.get(0)).memory().isTight()).isTrue();
        ConnectionProbe reader = new ConnectionProbe(((TcpStream) servers.get(0)).connection());
        long edge = reader.rightEdge();

        for (int i = 0; i < 30; i++) {
            servers.get(0).read(ByteBuffer.allocate(20_000));
            writeEverywhere();
            run(stacks, 100_000_000L);
            assertThat(reader.rightEdge()).as("never moves left").isGreaterThanOrEqualTo(edge);
            edge = reader.rightEdge();
        }

        assertThat(((TcpStream) servers.get(0)).memory().isTight()).isTrue();
        assertThat(reader.rightEdge() - reader.receiveNext())
                .isLessThanOrEqualTo(((TcpStream) servers.get(0)).memory().fairShareBytes());
    }

    @Test
    void dataFarBehindAHoleIsDroppedWhenThereIsNoMemory() {
        ScriptedPeer peer =
                new ScriptedPeer(ScriptedPeer.config().memoryBytes(MEBIBYTE).initialBufferBytes(2 * MEBIBYTE));
        peer.establish(65_535);
        for (int at = 1; at < 60_000; at += 1000) {
            peer.send("P. " + at + ":1000 ack 1");
        }
        peer.emitted.clear();

        peer.send("P. 1000001:1000 ack 1");

        assertThat(peer.layer.budget().usedBytes()).isLessThanOrEqualTo(MEBIBYTE);
        assertThat(peer.layer.counters().drops(TcpDropReason.NO_MEMORY)
                        + peer.layer.counters().drops(TcpDropReason.OUTSIDE_WINDOW))
                .isEqualTo(1);
    }

    @Test
    void ofTooManyOrphansTheOldestAreReset() throws Exception {
        TwoStacks stacks = open(TcpConfig.builder().maximumOrphans(10), 30);

        clients.forEach(StreamEndpoint::close);
        run(stacks, 1_000_000_000L);

        assertThat(stacks.left.layer.counters().orphansReset()).isEqualTo(22);
        assertThat(stacks.left.layer.flowCount()).as("in FIN-WAIT-2").isEqualTo(8);
        run(stacks, 70_000_000_000L);
        assertThat(stacks.left.layer.flowCount()).isZero();
        assertThat(stacks.left.layer.budget().usedBytes()).isZero();
    }

    @Test
    void timeWaitIsSkippedWhenThereAreTooMany() throws Exception {
        TwoStacks stacks = open(TcpConfig.builder().maximumTimeWaits(5), 20);

        clients.forEach(StreamEndpoint::close);
        servers.forEach(StreamEndpoint::close);
        run(stacks, 1_000_000_000L);

        // One address has half of the places, and the odd one.
        assertThat(stacks.left.layer.ground.flows.timeWaits()).isEqualTo(3);
        assertThat(stacks.left.layer.flowCount()).isEqualTo(3);
        assertThat(stacks.left.layer.counters().timeWaitsSkipped()).isEqualTo(17);
    }

    @Test
    void endedConnectionsAreNotCharged() throws Exception {
        TwoStacks stacks = open(TcpConfig.builder(), 10);
        writeEverywhere();
        run(stacks, 100_000_000L);
        assertThat(stacks.right.layer.budget().usedBytes()).isPositive();

        servers.forEach(StreamEndpoint::close);
        run(stacks, 1_000_000_000L);

        assertThat(stacks.left.layer.budget().usedBytes()).isZero();
        assertThat(stacks.right.layer.budget().usedBytes()).isZero();
    }
}
