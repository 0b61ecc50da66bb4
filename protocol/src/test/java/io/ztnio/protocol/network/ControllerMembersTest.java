package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.Controller;
import io.ztnio.protocol.controller.MemberDefinition;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A controller with a pool of two addresses, its members, and its files. */
@Tag("any-jdk")
class ControllerMembersTest {
    private final SimNet net = new SimNet(31);
    private final SimPlanet planet = new SimPlanet(net);
    private final MemoryStateStore carolState = new MemoryStateStore();
    private final Vl2Host carol = new Vl2Host(net, planet, "83.1.1.1:9993", 3, carolState);
    private final Vl2Host alice = new Vl2Host(net, planet, "81.1.1.1:9993", 1, new MemoryStateStore());
    private final Vl2Host bob = new Vl2Host(net, planet, "82.1.1.1:9993", 2, new MemoryStateStore());
    private final Vl2Host dave = new Vl2Host(net, planet, "85.1.1.1:9993", 4, new MemoryStateStore());
    private final long networkId = NetworkId.of(carol.address(), 1);
    private final String networkFile = "controller.d/network/" + NetworkId.format(networkId) + ".json";
    private Controller controller;

    @BeforeEach
    void startController() {
        restartController();
        net.run(1000);
        define();
    }

    private void restartController() {
        controller = new Controller(carol.host.node().vl1(), carol.store, carol.networks);
        carol.networks.attach(controller);
    }

    private void define() {
        controller.put(
                NetworkDefinition.builder(networkId)
                        .routes(List.of(new Route(InetPrefix.parse("10.72.0.0/24"))))
                        .pools(List.of(new AddressPool(
                                InetPrefix.parse("10.72.0.1").address(),
                                InetPrefix.parse("10.72.0.2").address())))
                        .build(),
                net.nowMillis());
    }

    private void letIn(Vl2Host... members) {
        Set<Long> addresses = new HashSet<>();
        for (Vl2Host member : members) {
            addresses.add(member.address());
        }
        controller.put(controller.network(networkId).orElseThrow(), addresses, net.nowMillis());
        carol.host.touch();
    }

    private VirtualNetwork join(Vl2Host member) {
        VirtualNetwork network = member.join(networkId);
        await(network, NetworkStatus.OK);
        return network;
    }

    private void await(VirtualNetwork network, NetworkStatus status) {
        assertThat(net.runUntil(70_000, () -> network.status() == status))
                .as("%s within 70 s", status)
                .isTrue();
    }

    private static List<String> addresses(VirtualNetwork network) {
        return network.config().orElseThrow().addresses().stream()
                .map(InetPrefix::toString)
                .toList();
    }

    @Test
    void aPoolOfTwoGivesTwoAddresses() {
        letIn(alice, bob);

        List<String> ofAlice = addresses(join(alice));
        List<String> ofBob = addresses(join(bob));

        assertThat(ofAlice).hasSize(1).isNotEqualTo(ofBob);
        assertThat(ofBob).hasSize(1).isSubsetOf("10.72.0.1/24", "10.72.0.2/24");
    }

    @Test
    void theAddressOfAMemberWhoWasPutOutIsFreeAndHeGetsWhatIsLeftWhenHeReturns() {
        letIn(alice, bob);
        VirtualNetwork atAlice = join(alice);
        List<String> ofAlice = addresses(atAlice);
        List<String> ofBob = addresses(join(bob));

        letIn(bob, dave);
        List<String> ofDave = addresses(join(dave));
        await(atAlice, NetworkStatus.ACCESS_DENIED);
        letIn(alice, dave);
        await(atAlice, NetworkStatus.OK);

        assertThat(ofDave).isEqualTo(ofAlice);
        assertThat(addresses(atAlice)).isEqualTo(ofBob);
    }

    @Test
    void aMemberWhoReturnsGetsHisFormerAddressIfNobodyHasIt() {
        letIn(alice);
        VirtualNetwork atAlice = join(alice);
        List<String> former = addresses(atAlice);
        letIn();
        await(atAlice, NetworkStatus.ACCESS_DENIED);

        letIn(alice);
        await(atAlice, NetworkStatus.OK);

        assertThat(addresses(atAlice)).isEqualTo(former);
    }

    @Test
    void anAddressThatTheOperatorGaveStaysTheMembers() {
        controller.putMember(
                networkId,
                MemberDefinition.of(alice.address())
                        .withAuthorized(true)
                        .withNoAutoAssign(true)
                        .withAddresses(List.of(InetPrefix.parse("10.72.0.1/24"))),
                net.nowMillis());
        VirtualNetwork atAlice = join(alice);
        letIn(bob, dave);
        join(bob);
        join(dave);
        await(atAlice, NetworkStatus.ACCESS_DENIED);

        letIn(alice, bob, dave);
        await(atAlice, NetworkStatus.OK);

        assertThat(addresses(atAlice)).containsExactly("10.72.0.1/24");
    }

    @Test
    void whoLeftTheListWhileTheControllerWasDownIsPutOut() {
        letIn(alice, bob);
        VirtualNetwork atAlice = join(alice);
        VirtualNetwork atBob = join(bob);

        restartController();
        define();
        letIn(bob);

        await(atAlice, NetworkStatus.ACCESS_DENIED);
        net.run(70_000);
        assertThat(atBob.status()).isEqualTo(NetworkStatus.OK);
        assertThat(controller.member(networkId, alice.address()).orElseThrow().authorized())
                .isFalse();
    }

    @Test
    void membersWhoAskLaterAreToldOfThoseWhoWerePutOutWhileTheControllerWasDown() {
        letIn(alice, bob);
        VirtualNetwork atAlice = join(alice);
        VirtualNetwork atBob = join(bob);
        bob.send(atBob, atAlice.mac(), "before");
        net.run(7000);
        assertThat(alice.texts()).containsExactly("before");

        restartController();
        define();
        letIn(alice);
        net.run(70_000);
        bob.send(atBob, atAlice.mac(), "after");
        net.run(10_000);

        assertThat(atAlice.status()).isEqualTo(NetworkStatus.OK);
        assertThat(alice.texts()).containsExactly("before");
    }

    @Test
    void whoIsInAPublicNetworkIsLeftAlone() {
        controller.put(
                controller.network(networkId).orElseThrow().toBuilder()
                        .isPrivate(false)
                        .build(),
                net.nowMillis());
        join(alice);

        letIn();

        assertThat(controller.member(networkId, alice.address()).orElseThrow().authorized())
                .isTrue();
    }

    @Test
    void aNetworkThatIsWithdrawnIsNotServedAndKeepsItsMembersForLater() {
        letIn(alice, bob);
        VirtualNetwork atAlice = join(alice);
        List<String> before = addresses(atAlice);

        controller.withdraw(networkId);
        await(atAlice, NetworkStatus.NOT_FOUND);
        restartController();
        assertThat(controller.networks()).isEmpty();
        define();
        await(atAlice, NetworkStatus.OK);

        assertThat(addresses(atAlice)).isEqualTo(before);
        assertThat(controller.member(networkId, alice.address()).orElseThrow().identity())
                .contains(alice.host.node().identity().withoutSecret());
    }

    @Test
    void damagedFilesAreSetAsideAndTheOthersAreServed() {
        letIn(alice);
        long second = NetworkId.of(carol.address(), 2);
        controller.put(NetworkDefinition.builder(second).build(), net.nowMillis());
        String memberFile = "controller.d/network/" + NetworkId.format(networkId) + "/member/"
                + String.format("%010x", alice.address()) + ".json";
        carolState.put(networkFile, new byte[] {1, 2, 3});
        carolState.put(memberFile, "{\"id\":\"0000000001\"}".getBytes(StandardCharsets.US_ASCII));

        restartController();

        assertThat(controller.networks())
                .extracting(NetworkDefinition::networkId)
                .containsExactly(second);
        assertThat(carolState.list("controller.d/network")).contains(networkFile + ".damaged");
        define();
        assertThat(controller.members(networkId)).isEmpty();
        assertThat(carol.problems)
                .containsExactly(
                        networkFile + ": it is damaged (not JSON) and was set aside as " + networkFile
                                + ".damaged; the node goes on without it",
                        memberFile + ": it is damaged (its id is not "
                                + String.format("%010x", alice.address()) + ") and was set aside as " + memberFile
                                + ".damaged; the node goes on without it");
    }
}
