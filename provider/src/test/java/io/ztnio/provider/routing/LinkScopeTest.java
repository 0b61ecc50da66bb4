package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.link;
import static io.ztnio.provider.routing.Addresses.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.tcpip.link.IpPrefix;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stack an address of a link's scope is for. */
class LinkScopeTest {
    private static final long A = 0x8056_c2e2_1c00_0001L;
    private static final long B = 0x8056_c2e2_1c00_0002L;
    private static final long NOW = 5;

    private static RouteTable table(List<IpPrefix> bypass, Set<String> host, NetworkClaims... networks) {
        return RouteTable.of(
                new RoutingSettings(List.of(), bypass, WhenUnavailable.FAIL),
                new HostRoutes(Set.copyOf(host.stream().map(Addresses::ip).toList()), List.of()),
                List.of(networks),
                new ClaimHistory(),
                NOW - 1);
    }

    private static NetworkClaims usable(long id) {
        return NetworkClaims.usable(id, link("10.147.17.5/24"));
    }

    private static NetworkClaims refused(long id) {
        return new NetworkClaims(id, Standing.UNAVAILABLE, "not authorised", Optional.empty());
    }

    private static String on(String address, long network) {
        return address + "%" + LinkScope.of(network);
    }

    @Test
    void networksHaveNumbersThatStayAndThatNoInterfaceHas() {
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            numbers.add(LinkScope.of(A + i));
        }

        assertThat(LinkScope.of(A)).isEqualTo(LinkScope.of(A)).isEqualTo(1_473_145_802);
        assertThat(numbers).hasSize(1000).allMatch(number -> number > 1 << 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::1", "ff02::fb"})
    void anAddressWithANetworksNumberIsThatNetworks(String address) {
        RouteTable table = table(prefixes("fe80::/10", "ff00::/8"), Set.of("fe80::1"), usable(A), refused(B));

        assertThat(table.decide(ip(on(address, A)), NOW).verdict()).isEqualTo(Verdict.VIRTUAL);
        assertThat(table.decideLocal(ip(on(address, A)), NOW).verdict()).isEqualTo(Verdict.VIRTUAL);
        assertThat(table.decide(ip(on(address, B)), NOW)).isEqualTo(RoutingDecision.unavailable("not authorised"));
        assertThat(table.isClaimed(ip(on(address, A)))).isTrue();
    }

    @Test
    void aNumberThatIsNoNetworksGoesNowhere() {
        RouteTable table = table(List.of(), Set.of(), usable(A));

        RoutingDecision decision = table.decide(ip(on("fe80::1", B)), NOW);

        assertThat(decision.verdict()).isEqualTo(Verdict.UNAVAILABLE);
        assertThat(decision.reason()).contains("behind the %");
        assertThat(table.isClaimed(ip(on("fe80::1", B)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::1", "fe80::1%2", "ff02::1%2"})
    void othersAreTheHosts(String address) {
        RouteTable table = table(List.of(), Set.of(), usable(A));

        assertThat(table.decide(ip(address), NOW).verdict()).isEqualTo(Verdict.HOST);
        assertThat(table.isClaimed(ip(address))).isFalse();
    }

    @Test
    void theHostDoesNotGetItEvenWhereItGetsWhatIsUnavailable() {
        Supplier<HostRoutes> host = () -> HostRoutes.NONE;
        ScheduledExecutorService runtime = RuntimeThread.open("test");
        Routing routing = new Routing(
                new RoutingSettings(List.of(), List.of(), WhenUnavailable.OS),
                List.of(refused(A)),
                host,
                () -> NOW,
                runtime,
                Runnable::run);

        assertThat(routing.decide(ip("10.0.0.1"), false)).isEqualTo(RoutingDecision.HOST);
        assertThat(routing.decide(ip(on("fe80::1", A)), false).verdict()).isEqualTo(Verdict.UNAVAILABLE);
        runtime.shutdownNow();
    }
}
