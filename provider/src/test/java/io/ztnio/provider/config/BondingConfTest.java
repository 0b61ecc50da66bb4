package io.ztnio.provider.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.Bonding.Family;
import io.ztnio.protocol.vl1.Bonding.Policy;
import io.ztnio.protocol.vl1.Bonding.Reselect;
import io.ztnio.protocol.vl1.Bonding.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a home's {@code local.conf} and {@code ztnio.bonding} say of bonding. */
@Tag("any-jdk")
class BondingConfTest {
    @TempDir
    private Path home;

    private final List<String> warnings = new ArrayList<>();

    private Bonding load(String settings, String... more) throws IOException {
        Files.writeString(home.resolve("local.conf"), "{\"settings\":" + settings + "}");
        Map<String, String> all = new HashMap<>(Map.of("ztnio.home", home.toString()));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return new ConfigLoader(all, Map.of(), warnings::add).load().paths().bonding();
    }

    @Test
    void nothingIsSaidByDefault() throws IOException {
        assertThat(load("{}")).isEqualTo(Bonding.NONE);
        assertThat(load("{\"defaultBondingPolicy\":\"none\"}")).isEqualTo(Bonding.NONE);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aPolicyByItsNameIsForEveryPeer() throws IOException {
        for (Policy policy : Policy.values()) {
            assertThat(load("{\"defaultBondingPolicy\":\"" + policy.text() + "\"}"))
                    .isEqualTo(Bonding.of(Terms.of(policy)));
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void thePropertyCountsMoreThanTheHome() throws IOException {
        String conf =
                "{\"defaultBondingPolicy\":\"balance-rr\"," + "\"peerSpecificBonds\":{\"8e4df28b72\":\"broadcast\"}}";

        Bonding bonding = load(conf, "ztnio.bonding", "active-backup");
        assertThat(bonding.standard()).contains(Terms.of(Policy.ACTIVE_BACKUP));
        assertThat(bonding.byPeer()).containsEntry(0x8e4df28b72L, Terms.of(Policy.BROADCAST));
        assertThat(load(conf, "ztnio.bonding", "none").standard()).isEmpty();
        assertThat(catchThrowableOfType(ConfigException.class, () -> load(conf, "ztnio.bonding", "glue")))
                .hasMessageContaining("ztnio.bonding=glue");
    }

    @Test
    void aPolicyOfOnesOwnIsTakenWithItsLinks() throws IOException {
        Bonding bonding = load("""
                {"defaultBondingPolicy":"mine",
                 "policies":{"mine":{"basePolicy":"active-backup","failoverInterval":1000,"upDelay":2000,"downDelay":50,
                   "packetsPerLink":3,"activeReselect":"optimize",
                   "linkQuality":{"lat_max":400,"pdv_max":20.5,"plr_max":0.2,
                     "lat_weight":0.5,"pdv_weight":0.25,"plr_weight":0.25},
                   "links":{"eth0":{"mode":"primary","failoverTo":"eth1","ipvPref":4,"mtu":1200},
                     "eth1":{"mode":"spare","capacity":100,"ipvPref":64,"enabled":true},
                     "eth2":{"enabled":0},"eth3":{"ipvPref":5},"eth4":{"failoverTo":"eth0"}}}}}
                """);

        assertThat(bonding.standard())
                .contains(new Terms(
                        "mine",
                        Policy.ACTIVE_BACKUP,
                        1_000,
                        2_000,
                        50,
                        3,
                        Reselect.OPTIMIZE,
                        new Bonding.Quality(400, 20.5, 0.2, 0.5, 0.25, 0.25),
                        bonding.standard().orElseThrow().links()));
        assertThat(bonding.standard().orElseThrow().links())
                .containsExactly(
                        new Bonding.Link("eth0", true, true, 0, Family.IPV4, 1_400, "eth1"),
                        new Bonding.Link("eth1", true, false, 100, Family.IPV6_FIRST, 0, ""),
                        new Bonding.Link("eth2", false, false, 0, Family.ANY, 0, ""),
                        new Bonding.Link("eth3", false, false, 0, Family.ANY, 0, ""),
                        new Bonding.Link("eth4", false, false, 0, Family.ANY, 0, "eth0"));
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatIsNotHonouredIsNamed() throws IOException {
        Bonding bonding = load("""
                {"defaultBondingPolicy":"unknown",
                 "policies":{"balance-xor":{"basePolicy":"broadcast"},"odd":{"basePolicy":"odder"},
                   "mine":{"basePolicy":"balance-aware","failoverInterval":"1000","activeReselect":"sometimes",
                     "linkQuality":{"per_max":0.1},"links":{"eth0":{"speed":1}}}},
                 "peerSpecificBonds":{"8e4df28b72":"mine","8e4df28b73":"yours","node":"mine"}}
                """);

        assertThat(bonding.standard()).isEmpty();
        assertThat(bonding.byPeer()).containsOnlyKeys(0x8e4df28b72L);
        assertThat(warnings)
                .containsExactly(
                        home.resolve("local.conf")
                                + ": settings.policies.mine.failoverInterval: expected a number, found"
                                + " a string; ignored",
                        home.resolve("local.conf") + ": not honoured: settings.defaultBondingPolicy,"
                                + " settings.peerSpecificBonds.8e4df28b73, settings.peerSpecificBonds.node,"
                                + " settings.policies.balance-xor.basePolicy,"
                                + " settings.policies.mine.activeReselect,"
                                + " settings.policies.mine.linkQuality.per_max, settings.policies.mine.links.eth0.speed,"
                                + " settings.policies.odd.basePolicy");
    }
}
