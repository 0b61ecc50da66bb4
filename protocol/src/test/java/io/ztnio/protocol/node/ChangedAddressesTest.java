package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimNat;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.PeerStatus;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A laptop that changes its network, NATs that are opened and ports that are mapped, on virtual time ({@code protocol.md} 8.5, 8.6). */
@Tag("any-jdk")
class ChangedAddressesTest {
    private final long seed = System.nanoTime();
    private final SimNet net = new SimNet(seed);
    private final SimPlanet planet = new SimPlanet(net);
    private final TrustingHandler heardByServer = new TrustingHandler();
    private final TrustingHandler heardByLaptop = new TrustingHandler();
    private SimHost server;
    private SimHost laptop;

    private void connect(SimHost first, SimHost second) {
        server = first;
        laptop = second;
        planet.start(server, 1).handler(heardByServer);
        planet.start(laptop, 2).handler(heardByLaptop);
        net.run(1_000);
        for (int i = 0; i < 30; i++) {
            exchange("before " + i);
        }
    }

    private void exchange(String text) {
        server.say(laptop.node().address(), text);
        laptop.say(server.node().address(), text);
        net.run(1_000);
    }

    private PeerStatus seenBy(SimHost host, SimHost other) {
        return host.node().peers(net.nowMillis()).stream()
                .filter(peer -> peer.address() == other.node().address())
                .findFirst()
                .orElseThrow();
    }

    private boolean isDirect() {
        return seenBy(server, laptop).direct() && seenBy(laptop, server).direct();
    }

    private Optional<InetSocketAddress> preferred(SimHost host, SimHost other) {
        return seenBy(host, other).paths().stream()
                .filter(PeerStatus.PathStatus::preferred)
                .map(PeerStatus.PathStatus::remote)
                .findFirst();
    }

    @ParameterizedTest
    @EnumSource(SimNat.Kind.class)
    void aLaptopThatChangesItsNetworkLosesNothingAndIsDirectAgain(SimNat.Kind kind) {
        SimNat office = net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED);
        SimNat cafe = net.nat("92.0.0.1", SimNat.Kind.PORT_RESTRICTED);
        connect(net.host(net.nat("90.0.0.1", kind), "10.1.1.1:9993"), net.host(office, "10.2.2.2:9993"));
        boolean wasDirect = isDirect();

        net.carry(laptop, cafe, "192.168.7.7:9993");
        laptop.lookAtAddresses();
        for (int i = 0; i < 20; i++) {
            laptop.say(server.node().address(), "after " + i);
            net.run(200);
        }
        // By then the server knows the way back.
        for (int i = 0; i < 20; i++) {
            server.say(laptop.node().address(), "back " + i);
            net.run(200);
        }

        assertThat(heardByServer.texts()).contains("after 0", "after 1", "after 7", "after 19");
        assertThat(heardByServer.texts().stream().filter(text -> text.startsWith("after")))
                .hasSize(20);
        assertThat(heardByLaptop.texts().stream().filter(text -> text.startsWith("back")))
                .hasSize(20);
        assertThat(wasDirect).isEqualTo(kind != SimNat.Kind.SYMMETRIC);
        assertThat(isDirect()).isEqualTo(wasDirect);
        if (wasDirect) {
            assertThat(preferred(server, laptop).orElseThrow().getAddress().getHostAddress())
                    .isEqualTo("92.0.0.1");
        }
        assertThat(laptop.node().surfaces())
                .extracting(surface -> surface.getAddress().getHostAddress())
                .contains("92.0.0.1")
                .doesNotContain("91.0.0.1");
    }

    /** The laptop is reached behind the other network's NAT. */
    private void assertReachedElsewhere(SimHost from) {
        assertThat(preferred(from, laptop).orElseThrow().getAddress().getHostAddress())
                .isEqualTo("92.0.0.1");
    }

    @Test
    void rootsHearOfAMoveAtOnceThoughNothingIsSent() {
        connect(net.host("90.0.0.1:9993"), net.host(net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.2.2.2:9993"));
        net.carry(laptop, net.nat("92.0.0.1", SimNat.Kind.PORT_RESTRICTED), "192.168.7.7:9993");
        net.record();

        laptop.lookAtAddresses();
        net.run(500);

        assertReachedElsewhere(planet.root());
        assertReachedElsewhere(server);
    }

    @Test
    void whoIsIntroducedBeforeTheRootKnowsOfTheMoveIsIntroducedAgain() {
        connect(
                net.host(net.nat("90.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.1.1.1:9993"),
                net.host(net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.2.2.2:9993"));
        InetSocketAddress root = SimNet.endpoint(SimPlanet.ROOT_ADDRESS);
        // The root's question to the new address takes longer than the server's answer by the root to the old one.
        net.detour(datagram -> datagram.from().equals(root)
                        && datagram.to().getAddress().getHostAddress().equals("92.0.0.1")
                ? 150
                : 0);

        net.carry(laptop, net.nat("92.0.0.1", SimNat.Kind.PORT_RESTRICTED), "192.168.7.7:9993");
        laptop.lookAtAddresses();
        for (int i = 0; i < 20; i++) {
            laptop.say(server.node().address(), "after " + i);
            net.run(200);
        }

        assertThat(isDirect()).isTrue();
        assertReachedElsewhere(server);
    }

    /** A wireless interface has none between two networks. */
    @Test
    void aMoveIsNoticedAlsoIfThereWasNoAddressMeanwhile() {
        connect(net.host("90.0.0.1:9993"), net.host(net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.2.2.2:9993"));
        laptop.node().localAddresses(List.of(), net.nowMillis());
        net.run(5_000);
        net.carry(laptop, net.nat("92.0.0.1", SimNat.Kind.PORT_RESTRICTED), "192.168.7.7:9993");

        laptop.lookAtAddresses();
        net.run(500);

        assertReachedElsewhere(planet.root());
        assertReachedElsewhere(server);
    }

    /** Two networks of which one begins where the other has ended give the same address, and nobody has looked in between. */
    @Test
    void anotherNetworkWithTheSameAddressIsNoticedIfTheInterfaceWasAway() {
        connect(net.host("90.0.0.1:9993"), net.host(net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.2.2.2:9993"));
        net.carry(laptop, net.nat("92.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.2.2.2:9993");

        laptop.node()
                .localAddresses(
                        List.of(laptop.address()), Set.of(laptop.address().getAddress()), net.nowMillis());
        net.run(500);

        assertReachedElsewhere(planet.root());
        assertReachedElsewhere(server);
    }

    @Test
    void anInterfaceThatWasAwayAndIsNotOursMakesNoPathDoubtful() {
        connect(net.host("90.0.0.1:9993"), net.host("91.0.0.1:9993"));
        net.record();

        laptop.node()
                .localAddresses(
                        List.of(laptop.address()),
                        Set.of(SimNet.endpoint("172.18.0.1:0").getAddress()),
                        net.nowMillis());
        laptop.lookAtAddresses();

        assertThat(net.log()).isEmpty();
    }

    @Test
    void anAddressThatComesMakesNoPathDoubtful() {
        connect(net.host("90.0.0.1:9993"), net.host("91.0.0.1:9993"));
        net.record();

        laptop.node().localAddresses(List.of(laptop.address(), SimNet.endpoint("172.18.0.1:9993")), net.nowMillis());
        laptop.say(server.node().address(), "direct");
        net.run(500);

        assertThat(heardByServer.texts()).contains("direct");
        assertThat(net.log())
                .filteredOn(datagram -> datagram.from().equals(laptop.address()))
                .extracting(SimNet.Datagram::to)
                .contains(server.address(), SimNet.endpoint(SimPlanet.ROOT_ADDRESS));
        assertThat(isDirect()).isTrue();
    }

    @Test
    void peersAreToldOfTheNewAddressWithTheNextPacket() {
        SimNat nat = net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED);
        connect(net.host(nat, "10.2.2.1:9993"), net.host(nat, "10.2.2.2:9993"));
        assertThat(preferred(server, laptop)).contains(laptop.address());

        // The router gives it another one.
        net.carry(laptop, nat, "10.2.2.3:9993");
        laptop.lookAtAddresses();
        for (int i = 0; i < 5; i++) {
            exchange("after " + i);
        }

        assertThat(heardByServer.texts()).contains("after 0", "after 4");
        assertThat(preferred(server, laptop)).contains(laptop.address());
    }

    @Test
    void anAddressThatOnlyTheNatChangesIsNoticedByTheRootsWord() {
        SimNat nat = net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED);
        connect(net.host("90.0.0.1:9993"), net.host(nat, "10.2.2.2:9993"));
        SimNat other = net.nat("93.0.0.1", SimNat.Kind.PORT_RESTRICTED);

        // The provider gives the router another one: inside nothing changes, so that nobody tells the node.
        net.carry(laptop, other, "10.2.2.2:9993");
        for (int i = 0; i < 60; i++) {
            exchange("after " + i);
        }

        assertThat(heardByLaptop.texts()).contains("after 59");
        assertThat(isDirect()).isTrue();
        assertThat(preferred(server, laptop).orElseThrow().getAddress().getHostAddress())
                .isEqualTo("93.0.0.1");
    }

    @Test
    void beforeARendezvousIsFollowedOurOwnNatIsOpened() {
        net.record();
        connect(
                net.host(net.nat("90.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.1.1.1:9993"),
                net.host(net.nat("91.0.0.1", SimNat.Kind.PORT_RESTRICTED), "10.2.2.2:9993"));

        for (String public1 : new String[] {"90.0.0.1", "91.0.0.1"}) {
            String public2 = public1.equals("90.0.0.1") ? "91.0.0.1" : "90.0.0.1";
            assertThat(net.log())
                    .filteredOn(datagram -> datagram.from()
                                    .getAddress()
                                    .getHostAddress()
                                    .equals(public1)
                            && datagram.to().getAddress().getHostAddress().equals(public2))
                    .first()
                    .satisfies(first -> assertThat(first.bytes().length()).isEqualTo(4));
        }
        assertThat(isDirect()).isTrue();
    }

    @Test
    void aMappedPortIsToldAndMakesAWayBetweenSymmetricNats() {
        SimNat mapped = net.nat("90.0.0.1", SimNat.Kind.SYMMETRIC);
        SimHost first = net.host(mapped, "10.1.1.1:9993");
        SimHost second = net.host(net.nat("91.0.0.1", SimNat.Kind.SYMMETRIC), "10.2.2.2:9993");
        connect(first, second);
        assertThat(isDirect()).isFalse();

        InetSocketAddress external = SimNet.endpoint("90.0.0.1:9993");
        mapped.map(9993, server.address());
        server.node().mappedAddresses(List.of(external));
        for (int i = 0; i < 40; i++) {
            exchange("after " + i);
        }

        assertThat(server.node().surfaces()).startsWith(external);
        assertThat(isDirect()).isTrue();
        assertThat(preferred(laptop, server)).contains(external);
    }
}
