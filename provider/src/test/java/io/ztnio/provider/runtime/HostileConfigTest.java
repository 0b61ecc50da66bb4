package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.ztnio.protocol.config.CheckedConfig;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.routing.HostRoutes;
import io.ztnio.provider.routing.NetworkClaims;
import io.ztnio.provider.routing.Routing;
import io.ztnio.provider.routing.RoutingSettings;
import io.ztnio.provider.routing.RuntimeThread;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.TurnGate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a controller says, the stack can be set up by what is left of it, and an address can be routed. */
@Tag("any-jdk")
class HostileConfigTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final long MEMBER = 0x1234567890L;

    private final long seed = Long.getLong("ztnio.test.seed", 20_261_129L);
    private final Random random = new Random(seed);

    @Test
    void everyConfigurationThatPassesTheCheckSetsTheStackUp() {
        EngineClock clock = new EngineClock();
        TurnGate gate = new TurnGate(clock, new Turns());
        IpStack stack = new IpStack(gate, StackConfig.defaults(), random);
        LinkPort port = stack.attach(new SilentLink());
        Routing routing = new Routing(
                new RoutingSettings(List.of(), List.of(), WhenUnavailable.FAIL),
                List.of(),
                () -> HostRoutes.NONE,
                () -> 0,
                RuntimeThread.open("test-runtime"),
                RuntimeThread.open("test-log"));
        int passed = 0;
        for (int round = 0; round < 2000; round++) {
            Optional<NetworkConfig> checked = CheckedConfig.of(config()).config();
            if (checked.isEmpty()) {
                continue;
            }
            passed++;
            InetAddress remote = address(random.nextBoolean());
            assertThatCode(() -> {
                        LinkConfig link = AttachedNetwork.toLinkConfig(checked.get(), NetworkSettings.DEFAULT);
                        port.configure(link, 0);
                        routing.networks(List.of(NetworkClaims.usable(NETWORK, link)), 0);
                        routing.decide(remote, false);
                        try (var stream = stack.openStream()) {
                            stream.connect(new InetSocketAddress(remote, 80));
                        } catch (IOException e) {
                            // No route: as it should be.
                            return;
                        }
                        stack.turn(0);
                    })
                    .as("seed %d, round %d: %s", seed, round, checked.get())
                    .doesNotThrowAnyException();
        }
        assertThat(passed).isGreaterThan(500);
    }

    private NetworkConfig config() {
        List<InetPrefix> addresses = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            addresses.add(prefix(random.nextBoolean()));
        }
        List<Route> routes = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            boolean ipv6 = random.nextBoolean();
            InetPrefix target = prefix(ipv6);
            boolean mixed = random.nextInt(30) == 0;
            routes.add(random.nextBoolean() ? new Route(target) : new Route(target, address(mixed != ipv6)));
        }
        return NetworkConfig.builder(NETWORK, MEMBER)
                .mtu(random.nextInt())
                .addresses(addresses)
                .routes(routes)
                .build();
    }

    private InetPrefix prefix(boolean ipv6) {
        InetAddress address = address(ipv6);
        int width = address.getAddress().length * 8;
        int bits = random.nextInt(60) == 0 ? random.nextInt(0x10000) : random.nextInt(width + 1);
        return new InetPrefix(address, bits);
    }

    private InetAddress address(boolean ipv6) {
        byte[] ip = new byte[ipv6 ? 16 : 4];
        random.nextBytes(ip);
        switch (random.nextInt(6)) {
            case 0 -> Arrays.fill(ip, (byte) 0);
            case 1 -> Arrays.fill(ip, (byte) -1);
            case 2 -> ip[0] = (byte) (ipv6 ? 0xfd : 10);
            case 3 -> {
                Arrays.fill(ip, 0, Math.min(12, ip.length), (byte) 0);
                Arrays.fill(ip, Math.min(10, ip.length), Math.min(12, ip.length), (byte) -1);
            }
            default -> {}
        }
        return SocketAddressField.address(ip);
    }

    private static final class Turns implements TurnGate.Turn {
        @Override
        public long turn(long nowNanos) {
            return Long.MAX_VALUE;
        }

        @Override
        public void wakeDriver() {}

        @Override
        public void failed(Throwable bug) {
            throw new AssertionError(bug);
        }
    }

    private static final class SilentLink implements Link {
        @Override
        public long mac() {
            return 0x020000000001L;
        }

        @Override
        public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {}

        @Override
        public long derivedMac(byte[] ipv6, int offset) {
            return -1;
        }

        @Override
        public void subscribe(long groupMac, int distinguisher) {}

        @Override
        public void unsubscribe(long groupMac, int distinguisher) {}
    }
}
