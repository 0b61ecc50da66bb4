package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.provider.service.NetworkReport;
import io.ztnio.provider.service.ServedNode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a running node is told from outside, and what of it its home keeps. */
@Timeout(120)
class EngineControlTest {
    private LoopbackPlanet planet;
    private ZeroTierNetworks member;
    private InetAddress own;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        planet = LoopbackPlanet.start();
        LoopbackPlanet.Member joined = planet.join();
        member = joined.networks();
        own = joined.ipv4();
    }

    @AfterEach
    void stop() {
        planet.close();
    }

    private Path home() {
        return planet.directory().resolve("member0");
    }

    private long id() {
        return NetworkId.parse(planet.network());
    }

    /** The files are written on a thread of their own, all of them before the end. */
    private String file(String name) throws IOException {
        member.close();
        return Files.readString(home().resolve("networks.d").resolve(name), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aNetworkIsJoinedAndTheHomeIsAMemberFromThenOn() throws IOException, InterruptedException {
        String another = planet.definePrivate();
        long id = NetworkId.parse(another);
        ServedNode node = member.control();

        node.join(id);
        node.join(id);

        assertThat(member.joined()).containsExactly(id(), id);
        planet.letIn(member, another);
        assertThat(node.report().networks()).extracting(NetworkReport::id).containsExactlyInAnyOrder(id(), id);
        InetAddress there = InetAddress.getByName("10.71.83.9");
        assertThat(member.decide(there).verdict()).isEqualTo(Verdict.VIRTUAL);
        assertThat(file(another + ".conf")).contains("nwid=" + another).doesNotContain("ztnio=cache");
        // What only the settings name is a cache.
        assertThat(file(planet.network() + ".conf")).contains("ztnio=cache");
    }

    @Test
    void aNetworkIsLeftAndItsFilesGo() throws IOException {
        ServedNode node = member.control();
        node.configure(id(), NetworkSettings.DEFAULT.with("allowGlobal", true));

        assertThat(node.leave(id())).isTrue();
        assertThat(node.leave(id())).isFalse();

        assertThat(member.joined()).isEmpty();
        assertThat(member.networks()).isEmpty();
        assertThat(member.decide(own).verdict()).isEqualTo(Verdict.HOST);
        member.close();
        assertThat(home().resolve("networks.d").resolve(planet.network() + ".conf"))
                .doesNotExist();
        assertThat(home().resolve("networks.d").resolve(planet.network() + ".local.conf"))
                .doesNotExist();
    }

    @Test
    void whatANetworkMayDoIsChangedAtOnceAndKept() throws IOException {
        ServedNode node = member.control();
        assertThat(member.decideLocal(own).verdict()).isEqualTo(Verdict.VIRTUAL);

        node.configure(id(), NetworkSettings.DEFAULT.with("allowManaged", false));

        assertThat(member.decideLocal(own).verdict()).isEqualTo(Verdict.HOST);
        assertThat(member.decide(own).verdict()).isEqualTo(Verdict.HOST);

        node.configure(id(), NetworkSettings.DEFAULT.with("allowDNS", true));

        assertThat(member.decideLocal(own).verdict()).isEqualTo(Verdict.VIRTUAL);
        assertThat(member.names().networks().get(0).allowsDns()).isTrue();
        assertThat(file(planet.network() + ".local.conf"))
                .isEqualTo("allowManaged=1\nallowGlobal=0\nallowDefault=0\nallowDNS=1\n");
    }

    @Test
    void whatTheHomeLetsANetworkDoCountsFromTheStart() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(planet.directory().resolve("quiet/networks.d"));
        Files.writeString(
                folder.resolve(planet.network() + ".local.conf"), "allowManaged=0\n", StandardCharsets.US_ASCII);
        try (ZeroTierNetworks quiet = planet.networksIn("quiet")) {
            assertThat(quiet.awaitUsable(id(), 30, TimeUnit.SECONDS)).isTrue();

            assertThat(quiet.networks().get(0).settings().allowManaged()).isFalse();
            assertThat(quiet.decide(own).verdict()).isEqualTo(Verdict.HOST);
        }
    }

    @Test
    void theApiIsServedOnThePortOfTheNode() throws IOException, InterruptedException {
        Map<String, String> settings = Map.of("ztnio.api", "on");
        try (ZeroTierNetworks served = planet.networksIn("served", settings)) {
            assertThat(served.awaitUsable(id(), 30, TimeUnit.SECONDS)).isTrue();
            Path home = planet.directory().resolve("served");
            String port = Files.readString(home.resolve("zerotier-one.port")).strip();

            String health = ApiCall.get(Integer.parseInt(port), "/health", "");
            String status =
                    ApiCall.get(Integer.parseInt(port), "/status", Files.readString(home.resolve("authtoken.secret")));

            assertThat(health).contains("\"online\":true");
            assertThat(status)
                    .contains("\"address\":\"" + Address.format(served.address()) + "\"")
                    .contains("\"primaryPort\":" + port);
        }
    }
}
