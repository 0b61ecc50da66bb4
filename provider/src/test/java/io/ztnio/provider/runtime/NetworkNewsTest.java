package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.network.Diversion;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.provider.config.NetworkSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a network tells its members, as it comes out of a node: name servers, logins, frames that are diverted. */
@Timeout(60)
class NetworkNewsTest {
    private static final long NETWORK = 0x0123456789000001L;

    @Test
    void nameServersThatAControllerNamesAreInTheView() throws Exception {
        InetAddress server = InetAddress.getByName("10.71.82.53");
        try (LoopbackPlanet planet = LoopbackPlanet.start()) {
            planet.dns("lab.example", server);
            NetworkView view = planet.join().networks().networks().get(0);

            assertThat(view.config().orElseThrow().dns()).isEqualTo(new Dns("lab.example", List.of(server)));
        }
    }

    @Test
    void theStatusFileHasAddressesNameServersAndLogin() throws Exception {
        InetAddress server = InetAddress.getByName("10.0.0.53");
        NetworkConfig config = NetworkConfig.builder(NETWORK, 7)
                .dns(new Dns("lab.example", List.of(server)))
                .build();
        SingleSignOn login = new SingleSignOn(0, true, "https://login.example", 1234, "", "", "", "", "default");
        NetworkView view = new NetworkView(
                NETWORK,
                0x3e12_3456_789aL,
                NetworkStatus.AUTHENTICATION_REQUIRED,
                Optional.of(config),
                login,
                NetworkSettings.DEFAULT);

        Map<String, Object> status =
                StatusFile.toMap(new EngineStatus(7, true, List.of(), List.of(), List.of(view), List.of()));

        Map<?, ?> network = (Map<?, ?>) ((List<?>) status.get("networks")).get(0);
        assertThat(network.get("status")).isEqualTo("AUTHENTICATION_REQUIRED");
        assertThat(network.get("linkLocal").toString()).startsWith("fe80:0:0:0:3c12:34ff:fe56:789a%");
        assertThat(network.get("dns")).isEqualTo(Map.of("domain", "lab.example", "servers", List.of("10.0.0.53")));
        assertThat(network.get("ssoEnabled")).isEqualTo(true);
        assertThat(network.get("authenticationURL")).isEqualTo("https://login.example");
        assertThat(network.get("authenticationExpiryTime")).isEqualTo(1234L);
    }

    @Test
    void aFrameThatIsWatchedComesWithWhoseItIs() throws Exception {
        try (LoopbackPlanet planet = LoopbackPlanet.start()) {
            LoopbackPlanet.Member sender = planet.join();
            LoopbackPlanet.Member receiver = planet.join();
            LoopbackPlanet.Member observer = planet.join();
            BlockingQueue<DivertedFrame> frames = new LinkedBlockingQueue<>();
            observer.networks().onDiverted(frame -> {
                frames.add(frame);
                throw new IllegalStateException("a listener may fail");
            });
            planet.rules(List.of(
                    Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << 63).not(),
                    Rule.match(RuleType.MATCH_IP_PROTOCOL, 17),
                    Rule.forward(RuleType.ACTION_WATCH, observer.networks().address(), 0),
                    Rule.ACCEPT));
            DivertedFrame frame = null;
            try (DatagramChannel channel = sender.provider().openDatagramChannel()) {
                while (frame == null) {
                    channel.send(ByteBuffer.wrap(new byte[] {42}), new InetSocketAddress(receiver.ipv4(), 9));
                    frame = frames.poll(100, TimeUnit.MILLISECONDS);
                }
            }

            assertThat(frame.diversion()).isEqualTo(Diversion.WATCH_OUTBOUND);
            assertThat(frame.member()).isEqualTo(sender.networks().address());
            assertThat(frame.sourceMac())
                    .isEqualTo(sender.networks().networks().get(0).mac());
            assertThat(frame.destinationMac())
                    .isEqualTo(receiver.networks().networks().get(0).mac());
            assertThat(frame.etherType()).isEqualTo(0x0800);
            assertThat(frame.payload().get(frame.payload().limit() - 1)).isEqualTo((byte) 42);
        }
    }
}
