package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.relay.TcpRelayServer;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that has no UDP, on loopback, with real sockets and real time. */
@Timeout(60)
class TcpRelayEngineTest {
    private LoopbackPlanet planet;
    private TcpRelayServer relay;

    @BeforeEach
    void start() throws IOException {
        planet = LoopbackPlanet.start();
        relay = TcpRelayServer.start(
                OsProvider.get(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                planet.root().rootEndpoints()::contains);
    }

    @AfterEach
    void stop() {
        relay.close();
        planet.close();
    }

    @Test
    void aStreamPassesByTheRelayAlone() throws Exception {
        LoopbackPlanet.Member server = planet.join();
        LoopbackPlanet.Member client = planet.join(Map.of(
                "ztnio.tcp.relay", "127.0.0.1:" + relay.localAddress().getPort(),
                "ztnio.tcp.relay.force", "true",
                "ztnio.threads", "1"));

        try (ServerSocketChannel listener = server.provider().openServerSocketChannel();
                SocketChannel channel = client.provider().openSocketChannel()) {
            listener.bind(new InetSocketAddress(server.ipv4(), 0));
            channel.connect(listener.getLocalAddress());
            try (SocketChannel accepted = listener.accept()) {
                byte[] text = "over two streams".repeat(1000).getBytes(StandardCharsets.US_ASCII);
                channel.write(ByteBuffer.wrap(text));
                ByteBuffer arrived = ByteBuffer.allocate(text.length);
                while (arrived.hasRemaining()) {
                    assertThat(accepted.read(arrived)).isPositive();
                }
                assertThat(arrived.array()).isEqualTo(text);
            }
        }

        // The root knows the relay's port, and never saw the node's own.
        EngineStatus of = client.networks().status().orElseThrow();
        List<InetSocketAddress> own = of.localAddresses();
        assertThat(planet.root().status().peers())
                .filteredOn(peer -> peer.address() == of.address())
                .singleElement()
                .satisfies(peer -> assertThat(peer.paths())
                        .isNotEmpty()
                        .extracting(PeerStatus.PathStatus::remote)
                        .doesNotContainAnyElementsOf(own));
    }

    @Test
    void aRelayThatIsNotThereLeavesTheNodeOffline() throws Exception {
        int port = relay.localAddress().getPort();
        relay.close();
        try (RecordedLog log = RecordedLog.of("io.ztnio.transport");
                ZeroTierNetworks networks = planet.networksIn(
                        "alone", Map.of("ztnio.tcp.relay", "127.0.0.1:" + port, "ztnio.tcp.relay.force", "true"))) {
            networks.address();

            log.await(
                    System.Logger.Level.WARNING,
                    "the forced TCP relay 127.0.0.1:" + port + " cannot be used: Connection");
            assertThat(networks.status().orElseThrow().online()).isFalse();
        }
    }
}
