package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.network.MembershipFile;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.provider.config.ConfigLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A home that was the daemon's needs no settings: it has its planet and its networks. */
@Timeout(120)
class MovedHomeTest {
    private static LoopbackPlanet planet;

    @BeforeAll
    static void startPlanet() throws Exception {
        planet = LoopbackPlanet.start();
    }

    @AfterAll
    static void stopPlanet() {
        planet.close();
    }

    private static ZeroTierNetworks networks(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("ztnio.home", planet.directory().resolve("moved").toString());
        all.put("ztnio.bind", "127.0.0.1");
        all.put("ztnio.loopback", "true");
        all.put("ztnio.public.planet", "forbid");
        return new ZeroTierNetworks(new ConfigLoader(all, Map.of()).loadForChannels());
    }

    @Test
    void itsNetworksAreJoinedStartAfterStartAndCachesOfSettingsAreNot() throws Exception {
        long daemons = Long.parseUnsignedLong(planet.network(), 16);
        long settings = Long.parseUnsignedLong(planet.definePrivate(), 16);
        FileStateStore home = new FileStateStore(planet.directory().resolve("moved"));
        home.put(MembershipFile.key(daemons), "\n".getBytes(StandardCharsets.US_ASCII));
        home.put(NodeState.PLANET, Files.readAllBytes(planet.directory().resolve("planet")));

        for (int start = 0; start < 2; start++) {
            try (ZeroTierNetworks networks = networks(Map.of())) {
                assertThat(networks.isConfigured()).isTrue();
                assertThat(networks.awaitUsable(daemons, 60, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(MembershipFile.isMembership(
                        home.get(MembershipFile.key(daemons)).orElseThrow()))
                .isTrue();

        try (ZeroTierNetworks networks = networks(Map.of("ztnio.networks", String.format("%016x", settings)))) {
            planet.root().controller().authorize(settings, networks.address());
            assertThat(networks.awaitUsable(settings, 60, TimeUnit.SECONDS)).isTrue();
            assertThat(networks.awaitUsable(daemons, 60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(home.get(MembershipFile.key(settings))).isPresent();
        try (ZeroTierNetworks networks = networks(Map.of())) {
            assertThat(networks.awaitUsable(daemons, 60, TimeUnit.SECONDS)).isTrue();
            assertThat(networks.networks()).extracting(NetworkView::id).containsExactly(daemons);
        }
    }
}
