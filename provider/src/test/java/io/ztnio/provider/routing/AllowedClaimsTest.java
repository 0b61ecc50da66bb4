package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.link;
import static io.ztnio.provider.routing.Addresses.withoutAddress;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.tcpip.link.LinkConfig;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the user lets a network claim. */
class AllowedClaimsTest extends RouteTableCase {
    private void usable(NetworkSettings settings, LinkConfig link) {
        add(new NetworkClaims(A, Standing.USABLE, "", Optional.of(link), settings));
    }

    @Test
    void publicPrefixesAreItsOnlyIfThatIsAllowed() {
        LinkConfig link = link("8.8.8.5/24", "9.9.9.0/24", "10.9.0.0/16");
        usable(NetworkSettings.DEFAULT, link);
        assertThat(remote("8.8.8.8")).isEqualTo(Verdict.HOST);
        assertThat(remote("9.9.9.9")).isEqualTo(Verdict.HOST);
        assertThat(local("8.8.8.5")).isEqualTo(Verdict.HOST);

        usable(NetworkSettings.DEFAULT.with("allowGlobal", true), link);
        assertThat(remote("8.8.8.8")).isEqualTo(Verdict.VIRTUAL);
        assertThat(remote("9.9.9.9")).isEqualTo(Verdict.VIRTUAL);
        assertThat(remote("10.9.1.1")).isEqualTo(Verdict.VIRTUAL);
        assertThat(local("8.8.8.5")).isEqualTo(Verdict.VIRTUAL);
        assertThat(remote("1.1.1.1")).isEqualTo(Verdict.HOST);
    }

    @Test
    void aRouteToEverywhereIsItsOnlyIfThatIsAllowedAndTheHostsNetworksStay() {
        LinkConfig link = link("10.147.17.5/24", "0.0.0.0/0", "::/0");
        host(Set.of("192.0.2.7"), "198.18.0.0/15");
        usable(NetworkSettings.DEFAULT.with("allowGlobal", true), link);
        assertThat(remote("1.1.1.1")).isEqualTo(Verdict.HOST);

        usable(NetworkSettings.DEFAULT.with("allowDefault", true), link);
        assertThat(remote("1.1.1.1")).isEqualTo(Verdict.VIRTUAL);
        assertThat(remote("192.168.7.7")).isEqualTo(Verdict.VIRTUAL);
        assertThat(remote("198.18.0.1")).isEqualTo(Verdict.HOST);
        assertThat(remote("192.0.2.7")).isEqualTo(Verdict.HOST);
        assertThat(remote("127.0.0.1")).isEqualTo(Verdict.HOST);
        // There is no address of that version to go there from.
        assertThat(remote("2600::1")).isEqualTo(Verdict.HOST);
    }

    @Test
    void theNodesOwnPathsDoNotFollowARouteToEverywhere() {
        usable(NetworkSettings.DEFAULT.with("allowDefault", true), link("10.147.17.5/24", "0.0.0.0/0"));

        assertThat(table().isClaimed(ip("1.1.1.1"))).isFalse();
        assertThat(table().isClaimed(ip("10.147.17.9"))).isTrue();
    }

    @Test
    void whatANetworkHadIsNobodysSecretWhenTheUserHasTakenItAway() {
        LinkConfig link = link("10.147.17.5/24");
        usable(NetworkSettings.DEFAULT, link);
        assertThat(remote("10.147.17.9")).isEqualTo(Verdict.VIRTUAL);

        usable(NetworkSettings.DEFAULT.with("allowManaged", false), withoutAddress());
        assertThat(remote("10.147.17.9")).isEqualTo(Verdict.HOST);
        assertThat(local("10.147.17.5")).isEqualTo(Verdict.HOST);
    }

    @Test
    void aNetworkThatMayHaveNothingIsNotWaitedFor() {
        add(new NetworkClaims(
                A,
                Standing.WAITING,
                "no answer",
                Optional.empty(),
                NetworkSettings.DEFAULT.with("allowManaged", false)));

        assertThat(remote("10.1.2.3")).isEqualTo(Verdict.HOST);
    }
}
