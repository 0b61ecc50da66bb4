package io.ztnio.provider.usage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.runtime.LoopbackPlanet;
import io.ztnio.provider.runtime.ZeroTierNetworks;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A network that cannot be had, used in every way. Linux says "Network is unreachable" ({@code SocketException}) to a connect
 * and a send whose interface is gone, and "Cannot assign requested address" ({@code BindException}) to a bind: ours are the
 * same exceptions or narrower ones, and say what to do.
 */
@Timeout(120)
@Tag("any-jdk")
class UnavailableUsageTest {
    private static final int PORT = 7;

    private LoopbackPlanet planet;

    @BeforeEach
    void startPlanet() throws IOException {
        planet = LoopbackPlanet.start();
    }

    @AfterEach
    void stopPlanet() {
        planet.close();
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(address, port);
    }

    private static void assertFails(Usage usage, ZeroTierNetworks networks, String claimed, String... parts)
            throws IOException {
        assertThatThrownBy(() -> usage.connect(networks, at(claimed, PORT)))
                .as("connect, %s", usage)
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessageContainingAll(parts);
        assertThatThrownBy(() -> usage.listen(networks, at(claimed, 0)))
                .as("listen, %s", usage)
                .isInstanceOf(BindException.class)
                .hasMessageContainingAll(parts);
        if (usage.hasDatagrams()) {
            assertThatThrownBy(() -> usage.datagrams(networks, at(claimed, 0)))
                    .as("bind, %s", usage)
                    .isInstanceOf(BindException.class)
                    .hasMessageContainingAll(parts);
            try (MessageSocket socket = usage.datagrams(networks, new InetSocketAddress(0))) {
                assertThatThrownBy(() -> socket.send(new byte[] {1}, at(claimed, PORT)))
                        .as("send, %s", usage)
                        .isInstanceOf(NoRouteToHostException.class)
                        .hasMessageContainingAll(parts);
            }
        }
    }

    @Test
    void withNoRootThereEveryUseSaysSo() throws Exception {
        planet.stopRoot();
        try (ZeroTierNetworks networks = planet.networksIn("a", Map.of("ztnio.join.timeout", "500ms"))) {
            for (Usage usage : Usage.values()) {
                assertFails(usage, networks, "10.71.82.7", planet.network(), "no root has answered", "ztnio.planet");
            }
        }
    }

    @Test
    void whoIsNotAuthorisedIsToldWhoHasToLetWhomIn() throws Exception {
        String closed = planet.definePrivate();
        try (ZeroTierNetworks networks =
                planet.networksIn("a", Map.of("ztnio.networks", closed, "ztnio.join.timeout", "1h"))) {
            String letIn = "not authorised: let " + Address.format(networks.address()) + " in at the controller";
            for (Usage usage : Usage.values()) {
                assertFails(usage, networks, "10.71.83.7", closed, letIn);
            }

            long id = Long.parseUnsignedLong(closed, 16);
            planet.root().controller().authorize(id, networks.address());
            networks.awaitUsable(id, 60, TimeUnit.SECONDS);

            for (Usage usage : Usage.values()) {
                usage.listen(networks, new InetSocketAddress(0)).close();
            }
        }
    }
}
