package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.link;
import static io.ztnio.provider.routing.Addresses.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where datagrams to groups go that come from no particular address. */
class GroupScopeTest {
    private static final long NETWORK = 0x8056_c2e2_1c00_0001L;

    private static Routing routing(boolean usable) {
        NetworkClaims claims = usable
                ? NetworkClaims.usable(NETWORK, link("10.147.17.5/24"))
                : new NetworkClaims(NETWORK, Standing.WAITING, "no answer", Optional.empty());
        RuntimeThread runtime = RuntimeThread.open("test");
        try {
            return new Routing(
                    new RoutingSettings(
                            prefixes("239.1.0.0/16"), prefixes("239.2.0.0/16", "ff05::/16"), WhenUnavailable.FAIL),
                    List.of(claims),
                    () -> HostRoutes.NONE,
                    () -> 5,
                    runtime,
                    Runnable::run);
        } finally {
            runtime.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "239.5.1.1, true, BOTH, BOTH",
        "ff02::fb, true, BOTH, BOTH",
        "255.255.255.255, true, BOTH, BOTH",
        "239.5.1.1, true, ZEROTIER, ZEROTIER",
        "239.5.1.1, true, OS, OS",
        // Nobody is there yet: the host does what it always did, and where it may not, nothing is sent.
        "239.5.1.1, false, BOTH, OS",
        "239.5.1.1, false, ZEROTIER, ZEROTIER",
        // ztnio.routes and ztnio.bypass say where.
        "239.1.1.1, true, BOTH, OS",
        "239.2.1.1, true, BOTH, OS",
        "239.2.1.1, true, ZEROTIER, OS",
        "ff05::1, true, BOTH, OS",
        // One network is named.
        "ff02::fb%1473145802, true, BOTH, OS",
        // Not a group.
        "10.147.17.9, true, BOTH, OS",
        "10.147.17.255, true, BOTH, OS",
    })
    void theRules(String address, boolean usable, WildcardScope wildcard, WildcardScope expected) {
        assertThat(routing(usable).groupScope(ip(address), wildcard)).isEqualTo(expected);
    }
}
