package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.table.FlowTable;
import io.ztnio.tcpip.tcp.table.TupleHash;
import io.ztnio.tcpip.wire.IpAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many connections: what they take and what finding one among them costs. */
class ScaleTest {
    private static final int CONNECTIONS = 10_000;
    private static final int MOST_BYTES_PER_SIDE = 8 << 10;

    private final List<StreamEndpoint> clients = new ArrayList<>();
    private final List<StreamEndpoint> servers = new ArrayList<>();

    private TwoStacks open(int connections) throws IOException {
        TcpConfig.Builder config =
                TcpConfig.builder().maximumHalfOpen(2 * connections).maximumOrphans(2 * connections);
        TwoStacks stacks = new TwoStacks(11, config);
        ListenerEndpoint listener = stacks.right.layer.openListener();
        listener.bind(new InetSocketAddress(stacks.right.address, 80));
        listener.listen(connections);
        for (int i = 0; i < connections; i++) {
            StreamEndpoint client = stacks.left.layer.openStream();
            client.connect(new InetSocketAddress(stacks.right.address, 80));
            clients.add(client);
            if (i % 500 == 499) {
                run(stacks, 100_000_000L);
                for (StreamEndpoint server = listener.accept(); server != null; server = listener.accept()) {
                    servers.add(server);
                }
            }
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

    private static long usedHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void idleConnectionsAreSmallAlsoAfterTheyWereUsed() throws Exception {
        long before = usedHeap();
        TwoStacks stacks = open(CONNECTIONS);
        ByteBuffer data = ByteBuffer.allocate(3000);
        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(clients.get(i).write(data.clear())).isEqualTo(3000);
            if (i % 500 == 499) {
                run(stacks, 100_000_000L);
            }
        }
        for (StreamEndpoint server : servers) {
            assertThat(server.read(data.clear())).isEqualTo(3000);
        }
        assertThat(stacks.right.layer.budget().usedBytes()).isGreaterThan(CONNECTIONS * 3000L);

        run(stacks, 30_000_000_000L);

        assertThat(stacks.left.layer.budget().usedBytes()).isZero();
        assertThat(stacks.right.layer.budget().usedBytes()).isZero();
        long perSide = (usedHeap() - before) / CONNECTIONS / 2;
        assertThat(perSide).as("bytes of heap for one side of a connection").isLessThan(MOST_BYTES_PER_SIDE);
        assertThat(clients.get(0).isOpen() && servers.get(0).isOpen()).isTrue();
    }

    @Test
    void openingAndClosingCostTheSameBesideTenThousandInTimeWait() throws Exception {
        TwoStacks stacks = open(CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.get(i).close();
            servers.get(i).close();
        }
        run(stacks, 1_000_000_000L);
        FlowTable flows = stacks.left.layer.ground.flows;
        assertThat(flows.timeWaits()).isEqualTo(CONNECTIONS);
        clients.clear();
        servers.clear();
        ListenerEndpoint listener = stacks.right.layer.openListener();
        listener.bind(new InetSocketAddress(stacks.right.address, 81));
        listener.listen(1000);

        long before = flows.probes();
        long beforeRight = stacks.right.layer.ground.flows.probes();
        for (int i = 0; i < 1000; i++) {
            StreamEndpoint client = stacks.left.layer.openStream();
            client.connect(new InetSocketAddress(stacks.right.address, 81));
            clients.add(client);
        }
        run(stacks, 1_000_000_000L);
        for (StreamEndpoint client : clients) {
            assertThat(client.finishConnect()).isTrue();
            client.close();
            listener.accept().close();
        }
        run(stacks, 1_000_000_000L);

        assertThat(flows.timeWaits()).isEqualTo(CONNECTIONS + 1000);
        // 1000 connections with some ten look-ups each: a constant number of slots for each.
        assertThat(flows.probes() - before).isLessThan(1000 * 60);
        assertThat(stacks.right.layer.ground.flows.probes() - beforeRight).isLessThan(1000 * 60);
    }

    @Test
    void ipv6AddressesThatCollideUnderTheirOwnHashDoNotUnderOurs() {
        TupleHash keyed = new TupleHash(new Random(1));
        InetAddress own = IpAddresses.ofIpv6(0xfd00_0000_0000_0000L, 1);
        java.util.Set<Long> hashes = new java.util.HashSet<>();
        java.util.Set<Integer> weak = new java.util.HashSet<>();

        for (int i = 0; i < 1000; i++) {
            // The words of an address are added up by InetAddress.hashCode.
            int a = (i / 100) * 256 + i % 100;
            InetAddress remote = IpAddresses.ofIpv6(0xfd00_0000_0000_0000L + a, 0x6464L - a);
            weak.add(remote.hashCode());
            hashes.add(keyed.hash(own, 80, remote, 1000) & 0xffff);
        }

        assertThat(weak).hasSize(1);
        assertThat(hashes).hasSizeGreaterThan(950);
    }
}
