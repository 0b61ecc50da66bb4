package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.controller.CapabilityDefinition;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.message.NetworkConfigChunk;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.Verb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What networks carry, how they are configured, and what of it is kept. */
@Tag("any-jdk")
class NetworksTest extends NetworksCase {
    @Test
    void publicNetworkIsJoinedAndCarriesFramesBothWays() {
        define(network().isPrivate(false));

        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        alice.send(atAlice, macOf(bob), "hello");
        bob.send(atBob, macOf(alice), "good day");
        net.run(2000);

        assertThat(bob.frames).contains(new Vl2Host.Frame(macOf(alice), macOf(bob), 0x0800, "hello"));
        assertThat(alice.texts()).containsExactly("good day");
        NetworkConfig config = atAlice.config().orElseThrow();
        assertThat(config.name()).isEqualTo("lab");
        assertThat(config.isPublic()).isTrue();
        assertThat(config.addresses())
                .contains(
                        ManagedAddresses.rfc4193(networkId, alice.address()),
                        ManagedAddresses.sixPlane(networkId, alice.address()))
                .hasSize(3);
        InetPrefix assigned = config.addresses().get(2);
        assertThat(InetPrefix.parse("10.7.0.0/16").contains(assigned.address().getAddress()))
                .isTrue();
        assertThat(assigned.bits()).isEqualTo(16);
        assertThat(atBob.config().orElseThrow().addresses().get(2)).isNotEqualTo(assigned);
    }

    @Test
    void frameSizesFollowTheDatagramsAndTheHeader() {
        VirtualNetwork atAlice = alice.join(networkId);

        assertThat(atAlice.frameBytes(macOf(bob), 1)).isEqualTo(1394);
        assertThat(atAlice.frameBytes(macOf(bob), 2)).isEqualTo(2810);
        assertThat(atAlice.frameBytes(macOf(bob) ^ 0x1000_0000_0000L, 2))
                .as("behind a bridge")
                .isEqualTo(2797);
        assertThat(atAlice.frameBytes(-1, 2)).as("not known").isEqualTo(2810);
    }

    @Test
    void arpRequestReachesOnlyTheOneAskedFor() {
        define(network().isPrivate(false).broadcast(false));
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        VirtualNetwork atCarol = carol.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        await(atCarol, NetworkStatus.OK);
        net.run(1000);

        alice.send(atAlice, MacAddress.BROADCAST, 0x0806, arpFor(ipv4(atBob)));
        alice.send(atAlice, MacAddress.BROADCAST, "a broadcast, which is disabled");
        net.run(3000);

        assertThat(bob.frames).hasSize(1);
        assertThat(bob.frames.get(0).etherType()).isEqualTo(0x0806);
        assertThat(carol.frames).isEmpty();
        assertThat(alice.networks.dropped(NetworkDropReason.MULTICAST_DISABLED)).isEqualTo(1);
    }

    private static byte[] ipv4(VirtualNetwork network) {
        return network.config().orElseThrow().addresses().get(2).address().getAddress();
    }

    private static byte[] arpFor(byte[] target) {
        byte[] arp = new byte[28];
        BigEndian.putLong(arp, 0, 0x0001080006040001L);
        System.arraycopy(target, 0, arp, 24, 4);
        return arp;
    }

    @Test
    void multicastReachesSubscribersFoundByGathering() {
        define(network());
        authorize(alice, bob, carol);
        VirtualNetwork atAlice = alice.join(networkId);
        VirtualNetwork atBob = bob.join(networkId);
        VirtualNetwork atCarol = carol.join(networkId);
        await(atAlice, NetworkStatus.OK);
        await(atBob, NetworkStatus.OK);
        await(atCarol, NetworkStatus.OK);
        long group = 0x01005e000005L;
        atBob.subscribe(group, 0);
        bob.host.touch();
        net.run(1000);

        alice.send(atAlice, group, "to the group");
        assertThat(alice.networks.isGathering(net.nowMillis())).isTrue();
        assertThat(net.runUntil(1000, () -> !alice.networks.isGathering(net.nowMillis())))
                .isTrue();
        alice.send(atAlice, MacAddress.BROADCAST, "to all");
        net.run(8000);

        assertThat(bob.texts()).containsExactlyInAnyOrder("to the group", "to all");
        assertThat(carol.texts()).containsExactly("to all");
    }

    @Test
    void nobodyIsAwaitedForAGroupThatNobodyIsIn() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        net.run(1000);
        assertThat(alice.networks.isGathering(net.nowMillis())).as("idle").isFalse();

        alice.send(atAlice, 0x01005e000005L, "to the group");

        assertThat(alice.networks.isGathering(net.nowMillis())).isTrue();
        net.run(500);
        assertThat(alice.networks.isGathering(net.nowMillis())).isFalse();
    }

    @Test
    void controllerIsMemberOfItsOwnNetwork() {
        define(network());
        authorize(carol, alice);
        VirtualNetwork atCarol = carol.join(networkId);
        VirtualNetwork atAlice = alice.join(networkId);
        await(atCarol, NetworkStatus.OK);
        await(atAlice, NetworkStatus.OK);

        carol.send(atCarol, macOf(alice), "from the controller");
        alice.send(atAlice, macOf(carol), "to the controller");
        net.run(7000);

        assertThat(alice.texts()).containsExactly("from the controller");
        assertThat(carol.texts()).containsExactly("to the controller");
    }

    @Test
    void configurationLargerThanOneChunkArrives() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rules.add(Rule.match(RuleType.MATCH_ETHERTYPE, i));
        }
        List<CapabilityDefinition> capabilities = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            capabilities.add(new CapabilityDefinition(i, true, rules));
        }
        define(network().isPrivate(false).capabilities(capabilities));

        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);

        assertThat(atAlice.config().orElseThrow().capabilities()).hasSize(100);
    }

    @Test
    void forgedChunkIsIgnored() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        byte[] dictionary = ("v=7\nnwid=" + NetworkId.format(networkId) + "\nid="
                        + String.format("%010x", alice.address()) + "\nts=ffffffffffff\nn=forged")
                .getBytes(StandardCharsets.US_ASCII);

        NetworkConfigChunk.sign(bob.host.node().identity(), networkId, Bytes.of(dictionary), 0, 1, dictionary.length, 0)
                .write(bob.host.node().vl1().begin(alice.address(), Verb.NETWORK_CONFIG));
        bob.host.node().vl1().send(true, net.nowMillis());
        bob.host.touch();
        net.run(3000);

        assertThat(atAlice.config().orElseThrow().name()).isEqualTo("lab");
        assertThat(alice.networks.dropped(NetworkDropReason.BAD_SIGNATURE)).isEqualTo(1);
    }

    @Test
    void changedNetworkIsPushedToMembersOnline() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);

        define(network().isPrivate(false).name("renamed"));
        carol.host.touch();
        net.run(1000);

        assertThat(atAlice.config().orElseThrow().name()).isEqualTo("renamed");
    }

    @Test
    void configurationIsRefreshedEveryMinute() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        long first = atAlice.config().orElseThrow().timestampMillis();

        net.run(130_000);

        assertThat(atAlice.config().orElseThrow().timestampMillis()).isGreaterThan(first + 60_000);
        assertThat(alice.configs).isEqualTo(3);
        assertThat(alice.statuses).containsExactly(NetworkStatus.OK);
    }

    @Test
    void cachedConfigurationWorksAtOnceAndControllerKeepsItsMembers() {
        define(network());
        authorize(alice);
        await(alice.join(networkId), NetworkStatus.OK);
        Vl2Host again = new Vl2Host(net, planet, "84.1.1.1:9993", 1, aliceState);
        Controller reloaded = new Controller(carol.host.node().vl1(), carol.store, carol.networks);

        VirtualNetwork network = again.join(networkId);

        assertThat(network.status()).isEqualTo(NetworkStatus.REQUESTING_CONFIGURATION);
        assertThat(network.config().orElseThrow().name()).isEqualTo("lab");
        assertThat(reloaded.network(networkId).orElseThrow().routes()).hasSize(1);
        assertThat(reloaded.members(networkId)).isEqualTo(controller.members(networkId));
        again.networks.leave(networkId);
        assertThat(aliceState.list("networks.d")).isEmpty();
    }

    /** Whoever waits for the controller's word must not take the cache for it. */
    @Test
    void cachedConfigurationIsNotOkBeforeItsControllerHasAnswered() {
        define(network());
        authorize(alice);
        await(alice.join(networkId), NetworkStatus.OK);
        alice.host.stop();
        Vl2Host again = new Vl2Host(net, planet, "81.1.1.1:9993", 1, aliceState);

        VirtualNetwork network = again.join(networkId);

        assertThat(network.status()).isEqualTo(NetworkStatus.REQUESTING_CONFIGURATION);
        assertThat(network.config()).isPresent();
        await(network, NetworkStatus.OK);
    }

    @Test
    void aMemberThatWasPutOutMeanwhileIsRefusedAndWasNeverOk() {
        define(network());
        authorize(alice);
        await(alice.join(networkId), NetworkStatus.OK);
        long member = alice.address();
        alice.host.stop();
        controller.deauthorize(networkId, member, net.nowMillis());
        Vl2Host again = new Vl2Host(net, planet, "81.1.1.1:9993", 1, aliceState);

        VirtualNetwork network = again.join(networkId);
        await(network, NetworkStatus.ACCESS_DENIED);

        assertThat(again.statuses).containsExactly(NetworkStatus.ACCESS_DENIED);
    }

    @Test
    void rulesAreEnforcedOnBothEnds() {
        define(network().isPrivate(false).rules(List.of(Rule.match(RuleType.MATCH_ETHERTYPE, 0x0806), Rule.ACCEPT)));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);

        alice.send(atAlice, macOf(bob), "not ARP");
        net.run(1000);

        assertThat(alice.networks.dropped(NetworkDropReason.FILTERED)).isEqualTo(1);
    }

    @Test
    void neighboursWithDerivedAddressesAreResolvedLocally() {
        define(network().isPrivate(false));
        VirtualNetwork atAlice = alice.join(networkId);
        await(atAlice, NetworkStatus.OK);
        byte[] target =
                ManagedAddresses.sixPlane(networkId, bob.address()).address().getAddress();
        byte[] solicitation = new byte[72];
        solicitation[0] = 0x60;
        solicitation[6] = 0x3a;
        solicitation[40] = (byte) 0x87;
        System.arraycopy(target, 0, solicitation, 48, 16);

        alice.send(atAlice, 0x3333ff000001L, 0x86dd, solicitation);

        assertThat(atAlice.derivedMac(target, 0)).isEqualTo(macOf(bob));
        assertThat(alice.frames).hasSize(1);
        assertThat(alice.frames.get(0).sourceMac()).isEqualTo(macOf(bob));
        byte[] own =
                ManagedAddresses.rfc4193(networkId, alice.address()).address().getAddress();
        assertThat(atAlice.derivedMac(own, 0)).isEqualTo(-1);
    }

    @Test
    void adHocNetworkNeedsNoController() {
        long adHoc = 0xff0a000000000001L;
        VirtualNetwork atAlice = alice.join(adHoc);
        VirtualNetwork atBob = bob.join(adHoc);

        assertThat(atAlice.status()).isEqualTo(NetworkStatus.OK);
        alice.send(atAlice, atBob.mac(), "ad hoc");
        net.run(3000);

        assertThat(bob.texts()).containsExactly("ad hoc");
    }

    @Test
    void rootRemembersWhoSubscribesAndTells() {
        long adHoc = 0xff0a000000000001L;
        Networks root = new Networks(planet.root().node().vl1(), NetworkStore.NONE, bob);
        planet.root().node().handler(root);
        VirtualNetwork atAlice = alice.join(adHoc);
        VirtualNetwork atBob = bob.join(adHoc);
        atBob.subscribe(0x01005e000005L, 0);
        bob.host.touch();
        net.run(1000);

        alice.send(atAlice, 0x01005e000005L, "found by the root");
        net.run(5000);

        assertThat(bob.texts()).containsExactly("found by the root");
    }
}
