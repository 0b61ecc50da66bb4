package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.provider.config.ConfigLoader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the log says of a node on an overlay, over UDP on loopback. */
@Timeout(120)
@Tag("any-jdk")
class OverlayReportsTest {
    private static final String NETWORK = "00000000cafe2001";

    @TempDir
    private Path directory;

    private final RecordedLog log = RecordedLog.of("io.ztnio");

    @AfterEach
    void close() {
        log.close();
    }

    private OverlayNetworks networks(int host, String... more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "ztnio.transport", "overlay-udp",
                "ztnio.networks", NETWORK,
                "ztnio.wildcard", "zerotier",
                "ztnio.home", home(host).toString(),
                "ztnio.bind", "127.0.0.1",
                "ztnio.overlay.key", "a phrase for the tests",
                "ztnio.overlay.addresses", "10.91.0." + host + "/24"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        settings.values().removeIf(String::isEmpty);
        return new OverlayNetworks(new ConfigLoader(settings, Map.of()).load());
    }

    private Path home(int host) {
        return directory.resolve("node" + host);
    }

    private static String udp(OverlayNetworks networks) throws IOException {
        InetSocketAddress address = networks.node().localAddresses().get(0);
        return "127.0.0.1:" + address.getPort();
    }

    private static String line(OverlayNetworks networks) throws IOException {
        return "node " + NodeId.format(networks.node().id()) + ", network " + NETWORK + ": ";
    }

    @Test
    void theNodeItsAddressesAndWhomItFindsAndLosesAreSaid() throws Exception {
        try (OverlayNetworks first = networks(1, "ztnio.overlay.name", "web")) {
            first.awaitReady();
            String one = NodeId.format(first.node().id());
            assertThat(log.await(System.Logger.Level.INFO, "node " + one + " runs"))
                    .contains("ztnio.home=" + home(1) + " (overlay/) on UDP " + udp(first));
            assertThat(log.await(System.Logger.Level.INFO, line(first)))
                    .contains("OK, addresses fd00:0:ca:fe20:17a:74", "/88 10.91.0.1/24, name web");

            String two;
            try (OverlayNetworks second = networks(2, "ztnio.overlay.peers", udp(first), "ztnio.overlay.name", "db")) {
                two = NodeId.format(second.node().id());
                log.awaitEach(
                        System.Logger.Level.INFO,
                        line(second) + "OK, addresses",
                        line(first) + "found " + two + " at /" + udp(second),
                        line(first) + two + " has name db, addresses 10.91.0.2");
            }
            log.await(System.Logger.Level.INFO, line(first) + "lost " + two + ": it said goodbye");
            assertThat(log.messages(System.Logger.Level.WARNING)).isEmpty();
            assertThat(log.messages(System.Logger.Level.INFO))
                    .as("the one that leaves loses nobody")
                    .noneMatch(message -> message.contains("lost " + one));
        }
    }

    @Test
    void aMissingKeyIsSaidAtTheStart() throws Exception {
        try (OverlayNetworks networks = networks(1, "ztnio.overlay.key", "")) {
            assertThatIOException().isThrownBy(networks::awaitReady);

            log.await(System.Logger.Level.ERROR, "cannot start", NETWORK, "key");
        }
    }

    @Test
    void anotherKeyIsSaidWhenNobodyWasFound() throws Exception {
        try (OverlayNetworks first = networks(1, "ztnio.join.timeout", "3s");
                OverlayNetworks second = networks(
                        2,
                        "ztnio.overlay.key",
                        "some other phrase",
                        "ztnio.overlay.peers",
                        udp(first),
                        "ztnio.join.timeout",
                        "1s")) {
            second.awaitReady();

            log.await(
                    System.Logger.Level.INFO,
                    line(second) + "OK, but nobody was found: check that " + udp(first) + " run",
                    "ztnio.overlay.key");
            log.await(
                    System.Logger.Level.INFO,
                    line(first) + "OK, but nobody was found: others try with another key",
                    "ztnio.overlay.key");
        }
    }

    @Test
    void damagedFilesAreWarnedOf() throws Exception {
        try (OverlayNetworks first = networks(1)) {
            first.awaitReady();
        }
        Path home = home(1).resolve("overlay");
        Files.writeString(home.resolve("addressbook"), "{");
        Files.writeString(home.resolve("networks.d/" + NETWORK + ".conf"), "{\"version\": 1, \"key\": \"12\"}");

        try (OverlayNetworks again = networks(1)) {
            again.awaitReady();

            log.await(System.Logger.Level.WARNING, "addressbook is damaged", "set aside as addressbook.damaged");
            log.await(System.Logger.Level.WARNING, NETWORK + ".conf is damaged", ".conf.damaged");
        }
    }

    @Test
    void aDamagedIdentityIsAnErrorAndStaysAsItIs() throws Exception {
        Path secret = home(1).resolve("overlay/identity.secret");
        Files.createDirectories(secret.getParent());
        Files.writeString(secret, "nonsense");
        try (OverlayNetworks networks = networks(1)) {
            assertThatIOException()
                    .isThrownBy(networks::awaitReady)
                    .withMessageContaining("identity.secret is damaged");

            log.await(System.Logger.Level.ERROR, "identity.secret is damaged", home(1).toString());
        }
        assertThat(secret).hasContent("nonsense");
        assertThat(secret.resolveSibling("identity.secret.damaged")).doesNotExist();
    }
}
