package io.ztnio.tools.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.tools.tunnel.RunningTunnel.Ends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a virtual network in memory and the loopback interface, through one provider; idle time is virtual. */
@Timeout(60)
class DatagramTunnelTest {
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final SelectorProvider provider = new ZeroTierSelectorProvider(new FakeNetworks());
    private final Ends ends = new Ends();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);

    private RunningTunnel<DatagramTunnel> tunnel(StreamTunnelTest.Way way, InetSocketAddress target, int maxSessions)
            throws IOException, InterruptedException {
        return RunningTunnel.start(new DatagramTunnel(
                provider,
                List.of(new InetSocketAddress(way.near, 0)),
                TunnelTarget.of(target),
                new DatagramTunnelSettings(maxSessions, IDLE),
                ends,
                clock::get));
    }

    private DatagramChannel bound(InetAddress host) throws IOException {
        return provider.openDatagramChannel().bind(new InetSocketAddress(host, 0));
    }

    private static InetSocketAddress address(DatagramChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private static void send(DatagramChannel channel, SocketAddress to, String text) throws IOException {
        channel.send(StandardCharsets.UTF_8.encode(text), to);
    }

    private static String text(ByteBuffer received) {
        return StandardCharsets.UTF_8.decode(received.flip()).toString();
    }

    /** Receives one, answers it, and returns where it came from. */
    private static SocketAddress answer(DatagramChannel server) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        SocketAddress from = server.receive(buffer);
        send(server, from, "re: " + text(buffer));
        return from;
    }

    private static String receive(DatagramChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        channel.receive(buffer);
        return text(buffer);
    }

    @ParameterizedTest
    @EnumSource(StreamTunnelTest.Way.class)
    void eachClientGetsItsOwnAnswers(StreamTunnelTest.Way way) throws Exception {
        List<DatagramChannel> clients = new ArrayList<>();
        try (DatagramChannel server = bound(way.far);
                RunningTunnel<DatagramTunnel> tunnel = tunnel(way, address(server), 10)) {
            SocketAddress entrance = tunnel.tunnel.localAddresses().get(0);
            Set<SocketAddress> sources = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                clients.add(bound(way.near));
                send(clients.get(i), entrance, "client " + i);
            }
            for (int i = 0; i < 5; i++) {
                sources.add(answer(server));
            }
            for (int i = 0; i < 5; i++) {
                assertThat(receive(clients.get(i))).isEqualTo("re: client " + i);
            }

            assertThat(sources).hasSize(5);
            DatagramCounts counts = tunnel.tunnel.counts();
            assertThat(counts.sessions()).isEqualTo(5);
            assertThat(counts.datagramsToTarget()).isEqualTo(5);
            assertThat(counts.bytesToTarget()).isEqualTo(40);
            assertThat(counts.dropped()).isZero();
        } finally {
            for (DatagramChannel client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StreamTunnelTest.Way.class)
    void datagramsKeepTheirBoundaries(StreamTunnelTest.Way way) throws Exception {
        try (DatagramChannel server = bound(way.far);
                DatagramChannel client = bound(way.near);
                RunningTunnel<DatagramTunnel> tunnel = tunnel(way, address(server), 10)) {
            SocketAddress entrance = tunnel.tunnel.localAddresses().get(0);
            send(client, entrance, "y");
            send(client, entrance, "x".repeat(60_000));

            assertThat(receive(server)).isEqualTo("y");
            assertThat(receive(server)).hasSize(60_000);
        }
    }

    @Test
    void aSilentClientIsForgottenAndAnActiveOneIsNot() throws Exception {
        try (DatagramChannel server = bound(FakeNetworks.OWN);
                DatagramChannel silent = bound(InetAddress.getLoopbackAddress());
                DatagramChannel active = bound(InetAddress.getLoopbackAddress());
                RunningTunnel<DatagramTunnel> tunnel = tunnel(StreamTunnelTest.Way.FORWARD, address(server), 10)) {
            SocketAddress entrance = tunnel.tunnel.localAddresses().get(0);
            send(silent, entrance, "once");
            answer(server);
            receive(silent);
            send(active, entrance, "first");
            SocketAddress session = answer(server);
            receive(active);

            clock.addAndGet(IDLE.toNanos() / 2);
            send(active, entrance, "second");
            answer(server);
            receive(active);
            clock.addAndGet(IDLE.toNanos() / 2 + 1);
            send(active, entrance, "third");

            assertThat(answer(server)).isEqualTo(session);
            assertThat(ends.ends.take().client()).isEqualTo(address(silent));
            assertThat(tunnel.tunnel.counts().open()).isEqualTo(1);
        }
    }

    @Test
    void oneClientTooManyReplacesTheOneThatWasSilentLongest() throws Exception {
        List<DatagramChannel> clients = new ArrayList<>();
        try (DatagramChannel server = bound(InetAddress.getLoopbackAddress());
                RunningTunnel<DatagramTunnel> tunnel = tunnel(StreamTunnelTest.Way.EXPOSE, address(server), 3)) {
            SocketAddress entrance = tunnel.tunnel.localAddresses().get(0);
            for (int i = 0; i < 4; i++) {
                clients.add(bound(FakeNetworks.OWN));
            }
            for (int i : new int[] {0, 1, 2, 0, 3}) {
                send(clients.get(i), entrance, "client " + i);
                answer(server);
                receive(clients.get(i));
            }

            Ends.End end = ends.ends.take();
            assertThat(end.client()).isEqualTo(address(clients.get(1)));
            assertThat(end.failure()).isEqualTo("too many sessions");
            assertThat(tunnel.tunnel.counts().open()).isEqualTo(3);
        } finally {
            for (DatagramChannel client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StreamTunnelTest.Way.class)
    void aTargetThatIsNotThereYetLosesDatagramsAndNothingElse(StreamTunnelTest.Way way) throws Exception {
        InetSocketAddress target;
        try (DatagramChannel gone = bound(way.far)) {
            target = address(gone);
        }
        try (DatagramChannel client = bound(way.near);
                RunningTunnel<DatagramTunnel> tunnel = tunnel(way, target, 10)) {
            SocketAddress entrance = tunnel.tunnel.localAddresses().get(0);
            send(client, entrance, "nobody hears this");
            while (tunnel.tunnel.counts().dropped() == 0) {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
            try (DatagramChannel server = provider.openDatagramChannel().bind(target)) {
                send(client, entrance, "but this");
                answer(server);
                assertThat(receive(client)).isEqualTo("re: but this");
            }
        }
    }
}
