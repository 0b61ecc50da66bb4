package io.ztnio.protocol.vl1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.wire.PacketHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an operator says of physical addresses. */
@Tag("any-jdk")
class PathRulesTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long BOB = SimIdentities.of(2).address();

    private final SimNet net = new SimNet(31);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");

    @Test
    void aBlacklistedPrefixIsNoPathToAnybodyAndThatOfAPeerToThatPeer() {
        PathPolicy policy = new PathRules(
                        List.of(physical("10.0.0.0/8", true, 0, 0)),
                        Map.of(BOB, new PathRules.Virtual(List.of(), List.of(InetPrefix.parse("192.168.0.0/16")))))
                .applyTo(PathPolicy.standard());

        assertThat(policy.allows(ALICE, at("10.1.2.3"))).isFalse();
        assertThat(policy.allows(ALICE, at("11.1.2.3"))).isTrue();
        assertThat(policy.allows(ALICE, at("192.168.1.1"))).isTrue();
        assertThat(policy.allows(BOB, at("192.168.1.1"))).isFalse();
        assertThat(policy.allows(ALICE, at("127.0.0.1"))).isFalse();
    }

    @Test
    void theLongestPrefixThatSaysSomethingCounts() {
        PathPolicy policy = new PathRules(
                        List.of(
                                physical("10.0.0.0/8", false, 7, 1500),
                                physical("10.1.0.0/16", false, 0, 9000),
                                physical("10.1.1.0/24", false, 8, 0)),
                        Map.of())
                .applyTo(PathPolicy.standard());

        assertThat(policy.mtu(at("10.1.1.1"))).isEqualTo(9000);
        assertThat(policy.trustedPathId(at("10.1.1.1"))).isEqualTo(8);
        assertThat(policy.trustedPathId(at("10.1.2.1"))).isEqualTo(7);
        assertThat(policy.mtu(at("10.2.1.1"))).isEqualTo(1500);
        assertThat(policy.mtu(at("81.2.1.1"))).isEqualTo(PathPolicy.DEFAULT_MTU);
        assertThat(policy.trustedPathId(at("81.2.1.1"))).isZero();
    }

    @Test
    void anMtuThatNoDatagramMayHaveIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> physical("10.0.0.0/8", false, 0, 1399));
        assertThatIllegalArgumentException().isThrownBy(() -> physical("10.0.0.0/8", false, 0, 10_325));
    }

    @Test
    void aPeerIsLookedForWhereItIsConfiguredToBe() {
        planet.start(bob, 2).handler(new TrustingHandler());
        alice.start(config(
                        1,
                        new PathRules(
                                List.of(), Map.of(BOB, new PathRules.Virtual(List.of(bob.address()), List.of())))))
                .handler(new TrustingHandler());
        net.run(1_000);
        InetAddress root = SimNet.endpoint(SimPlanet.ROOT_ADDRESS).getAddress();
        alice.node().vl1().requestIdentity(BOB, net.nowMillis());
        net.run(1_000);
        // From here on there is no root to tell where anybody is.
        net.filter(datagram -> !datagram.from().getAddress().equals(root)
                && !datagram.to().getAddress().equals(root));

        alice.say(BOB, "hello");

        assertThat(net.runUntil(2_000, () -> isDirect(alice, BOB))).isTrue();
    }

    @Test
    void whatIsBlacklistedIsNoPathThoughItIsHintedAt() {
        planet.start(bob, 2).handler(new TrustingHandler());
        alice.start(config(
                        1,
                        new PathRules(
                                List.of(physical("82.0.0.0/8", true, 0, 0)),
                                Map.of(BOB, new PathRules.Virtual(List.of(bob.address()), List.of())))))
                .handler(new TrustingHandler());
        net.run(1_000);

        alice.say(BOB, "hello");
        net.run(60_000);

        assertThat(isDirect(alice, BOB)).isFalse();
    }

    @Test
    void packetsOfATrustedPathAreTakenAndSentUntouchedWhereItIsConfigured() {
        PathRules trusting = new PathRules(
                List.of(physical("81.0.0.0/8", false, 101, 0), physical("82.0.0.0/8", false, 101, 0)), Map.of());
        TrustingHandler handler = new TrustingHandler();
        alice.start(config(1, trusting)).handler(new TrustingHandler());
        bob.start(config(2, trusting)).handler(handler);
        net.run(1_000);
        alice.say(BOB, "first");
        assertThat(net.runUntil(40_000, () -> isDirect(alice, BOB))).isTrue();
        net.record();

        alice.say(BOB, "in the clear");
        net.run(1_000);

        assertThat(handler.texts()).contains("in the clear");
        assertThat(net.log())
                .anyMatch(datagram -> datagram.to().equals(bob.address())
                        && PacketHeader.cipher(datagram.bytes().toByteArray(), 0) == 2
                        && PacketHeader.mac(datagram.bytes().toByteArray(), 0) == 101);
    }

    private boolean isDirect(SimHost host, long address) {
        return host.node()
                .vl1()
                .peer(address)
                .filter(peer -> peer.hasDirectPath(net.nowMillis()))
                .isPresent();
    }

    private NodeConfig config(int identity, PathRules rules) {
        return NodeConfig.builder(SimIdentities.of(identity), planet.world(), net.random())
                .pathPolicy(rules.applyTo(PathPolicy.standard()))
                .build();
    }

    private static PathRules.Physical physical(String prefix, boolean blacklisted, long trusted, int mtu) {
        return new PathRules.Physical(InetPrefix.parse(prefix), blacklisted, trusted, mtu);
    }

    private static InetSocketAddress at(String ip) {
        return new InetSocketAddress(ip, 9993);
    }
}
