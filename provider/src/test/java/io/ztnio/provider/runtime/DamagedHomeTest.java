package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A home in which something is damaged still starts, with all its networks. */
@Timeout(120)
@Tag("any-jdk")
class DamagedHomeTest {
    private static LoopbackPlanet planet;

    @BeforeAll
    static void startPlanet() throws Exception {
        planet = LoopbackPlanet.start();
    }

    @AfterAll
    static void stopPlanet() {
        planet.close();
    }

    /** What earlier versions saved before they looked: a prefix of 33 bits ended the node for good. */
    @Test
    void aSavedConfigurationThatCannotBeCostsNoNetworkAndNoStart() throws Exception {
        long good = Long.parseUnsignedLong(planet.network(), 16);
        long other = Long.parseUnsignedLong(planet.definePrivate(), 16);
        Identity identity = PreparedIdentities.next();
        FileStateStore home = new FileStateStore(planet.directory().resolve("poisoned"));
        home.put("identity.secret", identity.toSecretString().getBytes(StandardCharsets.US_ASCII));
        home.put(key(other), poisoned(other, identity.address()));
        home.put("moons.d/00000000000000aa.moon", new byte[] {1, 2, 3});
        home.put("peers.d/00000000aa.peer", new byte[] {1, 2, 3});

        for (int start = 0; start < 2; start++) {
            try (ZeroTierNetworks networks = planet.networksIn(
                    "poisoned", Map.of("ztnio.networks", String.format("%016x,%016x", other, good)))) {
                assertThat(networks.awaitUsable(good, 60, TimeUnit.SECONDS)).isTrue();
                assertThat(networks.networks())
                        .filteredOn(view -> view.id() == other)
                        .singleElement()
                        .matches(view -> view.config().isEmpty()
                                && (view.status() == NetworkStatus.ACCESS_DENIED
                                        || view.status() == NetworkStatus.REQUESTING_CONFIGURATION));
            }
        }
        assertThat(home.get(key(other) + ".damaged")).contains(poisoned(other, identity.address()));
        assertThat(home.list("moons.d")).containsExactly("moons.d/00000000000000aa.moon.damaged");
        assertThat(home.list("peers.d")).contains("peers.d/00000000aa.peer.damaged");
    }

    /** A copy that went wrong: folders where files were, files where folders were. */
    @Test
    void whatIsNoFileOrNoFolderCostsNoStart() throws Exception {
        long good = Long.parseUnsignedLong(planet.network(), 16);
        Path home = Files.createDirectory(planet.directory().resolve("mixed"));
        for (String folder : List.of(
                "networks.d/" + planet.network() + ".conf",
                "peers.d/00000000aa.peer",
                "moons.d/00000000000000aa.moon",
                "zerotier-one.port",
                "planet.previous",
                "local.conf",
                "networks.d/" + planet.network() + ".local.conf")) {
            Files.createDirectories(home.resolve(folder).resolve("below"));
        }
        Files.createFile(home.resolve("controller.d"));

        try (ZeroTierNetworks networks = planet.networksIn("mixed", Map.of())) {
            assertThat(networks.awaitUsable(good, 60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void filesInPlaceOfFoldersCostNoStart() throws Exception {
        long good = Long.parseUnsignedLong(planet.network(), 16);
        Path home = Files.createDirectory(planet.directory().resolve("files"));
        for (String file : List.of("networks.d", "peers.d", "moons.d", "controller.d")) {
            Files.createFile(home.resolve(file));
        }

        try (ZeroTierNetworks networks = planet.networksIn("files", Map.of())) {
            assertThat(networks.awaitUsable(good, 60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static String key(long networkId) {
        return String.format("networks.d/%016x.conf", networkId);
    }

    private static byte[] poisoned(long networkId, long member) {
        byte[] address = new byte[7];
        ByteWriter writer = new ByteWriter(address, 0);
        SocketAddressField.write(
                writer, new InetSocketAddress(SocketAddressField.address(new byte[] {10, 1, 1, 1}), 33));
        return new Dictionary()
                .put("v", 7)
                .put("nwid", networkId)
                .putAddress("id", member)
                .put("ts", 1_700_000_000_000L)
                .put("I", address)
                .toByteArray();
    }
}
