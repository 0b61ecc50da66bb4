package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.controller.CapabilityDefinition;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.wire.Verb;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bridges, capabilities and tags between members on the simulated internet. */
@Tag("any-jdk")
class NetworkPolicyTest {
    private static final long STATION = 0xaaaabbccddeeL;

    /** A member's credentials are sent again after so long. */
    private static final int PUSH_SECONDS = 130;

    private final SimNet net = new SimNet(12);
    private final SimPlanet planet = new SimPlanet(net);
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, new MemoryStateStore());
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, new MemoryStateStore());
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 7);
    private final Controller controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);

    private VirtualNetwork atAlice;
    private VirtualNetwork atBob;

    private void start(NetworkDefinition.Builder definition, MemberDefinition ofBob) {
        carol.networks.attach(controller);
        net.run(1000);
        controller.put(definition.build(), net.nowMillis());
        controller.authorize(networkId, alice.address(), net.nowMillis());
        controller.putMember(networkId, ofBob.withAuthorized(true), net.nowMillis());
        atAlice = alice.join(networkId);
        atBob = bob.join(networkId);
        assertThat(net.runUntil(
                        15_000, () -> atAlice.status() == NetworkStatus.OK && atBob.status() == NetworkStatus.OK))
                .isTrue();
    }

    private NetworkDefinition.Builder network() {
        return NetworkDefinition.builder(networkId);
    }

    private MemberDefinition ofBob() {
        return MemberDefinition.of(bob.address());
    }

    /** Bob speaks for a station behind him. */
    private void sendFromStation() {
        bob.send(atBob, atAlice.mac(), "credentials first");
        bob.host
                .node()
                .vl1()
                .begin(alice.address(), Verb.EXT_FRAME)
                .putLong(networkId)
                .putByte(0)
                .putMac(atAlice.mac())
                .putMac(STATION)
                .putShort(0x0800)
                .putBytes(new byte[] {'h', 'i'});
        bob.host.node().vl1().send(false, net.nowMillis());
        bob.host.touch();
        net.run(7000);
    }

    @Test
    void stationBehindABridgeIsHeardAndAnswered() {
        start(network(), ofBob().withActiveBridge(true));

        sendFromStation();
        alice.send(atAlice, STATION, "to the station");
        net.run(7000);

        assertThat(alice.frames).contains(new Vl2Host.Frame(STATION, atAlice.mac(), 0x0800, "hi"));
        assertThat(bob.frames).contains(new Vl2Host.Frame(atAlice.mac(), STATION, 0x0800, "to the station"));
    }

    @Test
    void stationBehindAnOrdinaryMemberIsNotHeard() {
        start(network(), ofBob());

        sendFromStation();

        assertThat(alice.texts()).containsExactly("credentials first");
        assertThat(alice.networks.dropped(NetworkDropReason.WRONG_MAC)).isEqualTo(1);
    }

    @Test
    void capabilityLetsItsHolderSendWhatTheNetworkDoesNotAllow() {
        CapabilityDefinition anything = new CapabilityDefinition(9, false, List.of(Rule.ACCEPT));
        List<Rule> onlyArp = List.of(Rule.match(RuleType.MATCH_ETHERTYPE, 0x0806), Rule.ACCEPT);
        start(network().rules(onlyArp).capabilities(List.of(anything)), ofBob().withCapabilities(List.of(9)));

        bob.send(atBob, atAlice.mac(), "allowed");
        alice.send(atAlice, atBob.mac(), "forbidden");
        net.run(7000);

        assertThat(alice.texts()).containsExactly("allowed");
        assertThat(bob.frames).isEmpty();
    }

    @Test
    void tagsOfBothEndsDecide() {
        List<Rule> sameTag = List.of(Rule.tag(RuleType.MATCH_TAGS_EQUAL, 1, 5).not(), Rule.DROP, Rule.ACCEPT);
        start(network().rules(sameTag).tags(Map.of(1, 5)), ofBob().withTags(Map.of(1, 6)));

        bob.send(atBob, atAlice.mac(), "unequal");
        net.run(7000);

        assertThat(alice.frames).isEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.FILTERED)).isPositive();
        controller.putMember(networkId, ofBob().withAuthorized(true), net.nowMillis());
        carol.host.touch();
        net.run(2000);
        // Alice learns his new tag with the credentials that he sends from time to time, which may be after a frame.
        for (int seconds = 0; seconds < PUSH_SECONDS && alice.texts().isEmpty(); seconds++) {
            bob.send(atBob, atAlice.mac(), "equal");
            net.run(1000);
        }
        assertThat(alice.texts()).containsExactly("equal");
    }
}
