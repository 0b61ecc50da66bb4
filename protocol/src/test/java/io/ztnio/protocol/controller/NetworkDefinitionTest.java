package io.ztnio.protocol.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.wire.ByteReader;
import java.net.InetAddress;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a network's definition may say, and which addresses follow from it. */
class NetworkDefinitionTest {
    private static final long NETWORK = 0x8e4df28b72000001L;

    private static InetAddress ip(String text) {
        return InetPrefix.parse(text).address();
    }

    private static AddressPool pool(String first, String last) {
        return new AddressPool(ip(first), ip(last));
    }

    private static Route route(String text) {
        String[] parts = text.split(" via ", -1);
        InetPrefix target = InetPrefix.parse(parts[0]);
        return parts.length == 1 ? new Route(target) : new Route(target, ip(parts[1]));
    }

    private static NetworkDefinition.Builder network(String route, String first, String last) {
        return NetworkDefinition.builder(NETWORK).routes(List.of(route(route))).pools(List.of(pool(first, last)));
    }

    @ParameterizedTest
    @CsvSource({
        "10.72.0.0/24,10.72.0.2,10.72.0.1,ipAssignmentPools: 10.72.0.2 to 10.72.0.1 runs backwards",
        "fd00::/64,fd00::2,fd00::1,ipAssignmentPools: fd00::2 to fd00::1 runs backwards",
        "10.72.0.0/24,10.72.0.1,fd00::1,ipAssignmentPools: 10.72.0.1 to fd00::1 mixes IP versions",
        "10.72.0.0/24,10.73.0.1,10.73.0.2,ipAssignmentPools: 10.73.0.1 to 10.73.0.2 lies in no route",
        "10.72.0.0/24,10.72.0.1,10.72.1.2,ipAssignmentPools: 10.72.0.1 to 10.72.1.2 lies in no route",
        "fd00::/64 via fd01::1,fd00::1,fd00::9,ipAssignmentPools: fd00::1 to fd00::9 lies in no route",
        "fd00::/16,fd00::1,fd00:1::1,ipAssignmentPools: fd00::1 to fd00:1::1 spans more than one /64",
        "0.0.0.0/0,224.0.0.1,224.0.0.9,ipAssignmentPools: 224.0.0.1 to 224.0.0.9 is not of addresses for members"
    })
    void aPoolThatCannotGiveAddressesIsRefused(String route, String first, String last, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network(route, first, last).build())
                .withMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "224.0.0.0/4,224.0.0.0/4 is nobody's destination",
        "127.0.0.0/8,127.0.0.0/8 is nobody's destination",
        "169.254.0.0/16,169.254.0.0/16 is nobody's destination",
        "10.0.0.0/8 via fd00::1,10.0.0.0/8 via fd00::1: target and via are of different IP versions",
        "10.0.0.0/8 via 224.0.0.1,10.0.0.0/8 via 224.0.0.1: via is no host"
    })
    void aRouteToNowhereIsRefused(String route, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkDefinition.builder(NETWORK)
                        .routes(List.of(route(route)))
                        .build())
                .withMessage("routes: " + message);
    }

    @Test
    void everyOtherFieldIsRefusedByItsName() {
        assertRefused("mtu: 1279 is not within 1280 to 9869", b -> b.mtu(1279));
        assertRefused("mtu: 10001 is not within 1280 to 9869", b -> b.mtu(10_001));
        assertRefused("multicastLimit: -1 is not within 0 to 65535", b -> b.multicastLimit(-1));
        assertRefused("name: 128 bytes of UTF-8 are more than 127", b -> b.name("\u00e9".repeat(64)));
        assertRefused("rules: 1025 are more than 1024", b -> b.rules(Collections.nCopies(1025, Rule.ACCEPT)));
        assertRefused("rules: rule 2 has the unknown type 60", b -> b.rules(List.of(Rule.ACCEPT, rule(60, 0))));
        assertRefused(
                "rules: rule 1, MATCH_IPV4_DEST, has not 5 bytes of data but 6", b -> b.rules(List.of(rule(32, 6))));
        assertRefused(
                "capabilities: capability 7: rule 1 has the unknown type 61",
                b -> b.capabilities(List.of(new CapabilityDefinition(7, true, List.of(rule(61, 0))))));
        CapabilityDefinition twice = new CapabilityDefinition(7, true, List.of());
        assertRefused("capabilities: the id 7 is there twice", b -> b.capabilities(List.of(twice, twice)));
        assertRefused(
                "routes: 10.0.0.0/33 has a prefix longer than the address",
                b -> b.routes(List.of(new Route(new InetPrefix(ip("10.0.0.0"), 33)))));
        assertRefused(
                "routes: 10.0.0.0/8 is there twice", b -> b.routes(List.of(route("10.0.0.0/8"), route("10.1.0.0/8"))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Dns("x".repeat(128), List.of()))
                .withMessageStartingWith("dns: ");
    }

    private static void assertRefused(String message, UnaryOperator<NetworkDefinition.Builder> field) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> field.apply(NetworkDefinition.builder(NETWORK)).build())
                .withMessage(message);
    }

    private static Rule rule(int type, int length) {
        byte[] bytes = new byte[2 + length];
        bytes[0] = (byte) type;
        bytes[1] = (byte) length;
        return Rule.read(new ByteReader(bytes)).orElseThrow();
    }

    @Test
    void targetsLoseTheirHostBits() {
        assertThat(NetworkDefinition.builder(NETWORK)
                        .routes(List.of(route("10.72.0.5/24"), route("fd00::5/64")))
                        .build()
                        .routes())
                .extracting(Route::toString)
                .containsExactly("10.72.0.0/24", "fd00::/64");
    }

    /** A definition's bounds are both given; what a pool has is given to the last address. */
    @ParameterizedTest
    @CsvSource({
        "10.72.0.0/24,10.72.0.1,10.72.0.2,2",
        "10.72.0.0/24,10.72.0.7,10.72.0.7,1",
        "10.72.0.0/24,10.72.0.0,10.72.0.255,254",
        "10.72.0.0/30,10.72.0.0,10.72.0.3,2",
        "10.72.0.0/31,10.72.0.0,10.72.0.1,2",
        "10.72.0.9/32,10.72.0.9,10.72.0.9,1",
        "10.72.0.0/22,10.72.0.1,10.72.3.254,1019",
        "fd00::/64,fd00::1,fd00::2,2",
        "fd00::/64,fd00::,fd00::3,3",
        "fd00::/120,fd00::1,fd00::ff,255"
    })
    void aPoolGivesEveryAddressItHas(String route, String first, String last, int size) {
        NetworkDefinition network = network(route, first, last).build();
        SplittableRandom random = new SplittableRandom(4);
        Set<InetAddress> taken = new HashSet<>();
        for (int i = 0; i < size; i++) {
            long member = random.nextLong(1, 1L << 39);

            InetPrefix given = assign(network, member, taken, random).orElseThrow();

            assertThat(taken.add(given.address())).isTrue();
            assertThat(network.pools().get(0).contains(given.address())).isTrue();
        }
        assertThat(assign(network, 1, taken, random)).isEmpty();
    }

    private static Optional<InetPrefix> assign(
            NetworkDefinition network, long member, Set<InetAddress> taken, SplittableRandom random) {
        return network.pools().get(0).isIpv4()
                ? AddressAssignment.ipv4(network, member, taken)
                : AddressAssignment.ipv6(network, member, taken, random);
    }

    @Test
    void theAddressOfAGatewayIsLeftToTheOperator() {
        NetworkDefinition network = NetworkDefinition.builder(NETWORK)
                .routes(List.of(route("10.72.0.0/24"), route("0.0.0.0/0 via 10.72.0.1")))
                .pools(List.of(pool("10.72.0.1", "10.72.0.2")))
                .build();

        assertThat(LongStream.range(1, 20)
                        .mapToObj(member -> AddressAssignment.ipv4(network, member, Set.of())
                                .orElseThrow()
                                .toString())
                        .collect(Collectors.toSet()))
                .containsExactly("10.72.0.2/24");
    }

    @Test
    void aMemberGetsTheSameAddressAgainAndAWidePoolAddsItsOwn() {
        NetworkDefinition network =
                network("10.72.0.0/16", "10.72.0.1", "10.72.255.254").build();
        NetworkDefinition wide =
                network("fd00::/64", "fd00::", "fd00::ffff:ffff:ffff:ffff").build();
        long member = 0x8e4df28b72L;

        assertThat(AddressAssignment.ipv4(network, member, Set.of()))
                .isEqualTo(AddressAssignment.ipv4(network, member, Set.of(ip("10.72.0.1"))));
        assertThat(AddressAssignment.ipv6(wide, member, Set.of(), new SplittableRandom(1)))
                .contains(InetPrefix.parse("fd00::8e:4df2:8b72/64"));
    }
}
