package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNat;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole nodes on the simulated internet. */
@Tag("any-jdk")
class NodeNetworkTest {
    private final SimNet net = new SimNet(1);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");

    private static final long ALICE = SimIdentities.of(1).address();
    private static final long BOB = SimIdentities.of(2).address();
    private static final long ROOT = SimIdentities.of(0).address();

    @Test
    void nodeComesOnlineByHelloToTheRoot() {
        planet.start(alice, 1);

        boolean online = net.runUntil(1_000, () -> alice.node().isOnline(net.nowMillis()));

        assertThat(online).isTrue();
        assertThat(alice.events()).contains(new NodeEvent.Online());
        PeerStatus root = status(alice, ROOT);
        assertThat(root.role()).isEqualTo(Role.PLANET);
        assertThat(root.direct()).isTrue();
        assertThat(root.version()).isEqualTo("0.1.0");
        assertThat(root.latencyMillis()).isBetween(10, 40);
        assertThat(planet.root().node().peers(net.nowMillis()))
                .extracting(PeerStatus::address)
                .contains(ALICE);
    }

    /** Or a stock node, which measures seldom, would take another root for the better one even when that is dead. */
    @Test
    void theCheckOfAnIdentityIsNoPartOfTheLatencyThatTheStrangerMeasures() {
        planet.root().checkIdentitiesElsewhere();
        planet.start(alice, 1);

        net.runUntil(1_000, () -> alice.node().isOnline(net.nowMillis()));

        assertThat(status(alice, ROOT).latencyMillis()).isBetween(10, 43);
    }

    @Test
    void rootIsOnlineByItself() {
        net.run(10);

        assertThat(planet.root().node().isOnline(net.nowMillis())).isTrue();
        assertThat(planet.root().node().vl1().isUpstream()).isTrue();
    }

    @Test
    void nodeGoesOfflineWhenTheRootStaysSilent() {
        planet.start(alice, 1);
        net.runUntil(1_000, () -> alice.node().isOnline(net.nowMillis()));

        planet.root().stop();
        net.run(120_000);

        assertThat(alice.node().isOnline(net.nowMillis())).isFalse();
        assertThat(alice.events()).contains(new NodeEvent.Offline());
    }

    @Test
    void pathToTheRootIsKeptOpenWithoutHellos() {
        planet.start(alice, 1);
        net.run(60_000);
        net.record();

        net.run(60_000);

        long sent = net.log().stream()
                .filter(datagram -> datagram.from().equals(alice.address()))
                .count();
        assertThat(sent).isBetween(3L, 6L);
    }

    @Test
    void strangersLearnIdentitiesByWhoisAndGetADirectPath() {
        TrustingHandler bobHandler = startPair();

        alice.say(BOB, "hello");
        boolean arrived = net.runUntil(5_000, () -> bobHandler.texts().contains("hello"));
        boolean direct = net.runUntil(
                40_000, () -> status(alice, BOB).direct() && status(bob, ALICE).direct());

        assertThat(arrived).isTrue();
        assertThat(direct).isTrue();
        assertThat(alice.events()).contains(new NodeEvent.PeerDirect(BOB, bob.address()));
    }

    @Test
    void aPeerWithADirectPathIsStoredAtOnceSoThatACrashDoesNotForgetIt() throws java.io.IOException {
        MemoryStateStore store = new MemoryStateStore();
        startPair();
        alice.start(NodeConfig.builder(SimIdentities.of(1), planet.world(), net.random())
                        .store(store)
                        .build())
                .handler(new TrustingHandler());
        net.run(1_000);

        alice.say(BOB, "hello");
        net.runUntil(40_000, () -> status(alice, BOB).direct());

        byte[] stored = store.get(PeerFiles.key(BOB)).orElseThrow();
        assertThat(PeerRecord.parse(stored).orElseThrow().paths()).contains(bob.address());
    }

    @Test
    void packetsAreCountedByPeer() {
        startPair();
        alice.say(BOB, "hello");
        net.runUntil(
                40_000, () -> status(alice, BOB).direct() && status(bob, ALICE).direct());
        net.run(1_000);

        PeerStatus.Tally before = status(alice, BOB).tally();
        PeerStatus.Tally there = status(bob, ALICE).tally();
        for (int i = 0; i < 5; i++) {
            alice.say(BOB, "more");
        }
        net.run(1_000);
        assertThat(status(alice, BOB).tally().packetsOut() - before.packetsOut())
                .isEqualTo(5);
        assertThat(status(bob, ALICE).tally().packetsIn() - there.packetsIn()).isEqualTo(5);
        assertThat(before.damaged()).isZero();
    }

    @Test
    void theLatencyOfARootIsCountedEachTimeItsPathsAreLookedAt() {
        planet.start(alice, 1);
        net.run(60_000);

        PeerStatus root = status(alice, ROOT);
        List<Long> atMost = root.tally().latencies();
        long all = atMost.get(atMost.size() - 1);
        assertThat(atMost).hasSize(PeerStatus.Tally.LATENCY_BOUNDS.size() + 1).isSorted();
        assertThat(all).isBetween(6L, 60L);
        assertThat(atMost.get(PeerStatus.Tally.LATENCY_BOUNDS.indexOf(60))).isEqualTo(all);
        assertThat(atMost.get(PeerStatus.Tally.LATENCY_BOUNDS.indexOf(6))).isZero();
        assertThat((double) root.tally().latencySumMillis() / all).isBetween(10.0, 43.0);
    }

    @Test
    void packetsFlowThroughTheRootWhenNoDirectPathIsPossible() {
        net.filter(datagram -> datagram.from()
                        .getAddress()
                        .equals(SimNet.endpoint(SimPlanet.ROOT_ADDRESS).getAddress())
                || datagram.to()
                        .getAddress()
                        .equals(SimNet.endpoint(SimPlanet.ROOT_ADDRESS).getAddress()));
        TrustingHandler bobHandler = startPair();

        for (int i = 0; i < 20; i++) {
            alice.say(BOB, "text " + i);
            net.run(2_000);
        }

        assertThat(bobHandler.texts()).hasSize(20);
        assertThat(status(alice, BOB).direct()).isFalse();
        assertThat(planet.root().counters().relayed()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void packetsReturnToTheRootWhenTheDirectPathDies() {
        TrustingHandler bobHandler = startPair();
        alice.say(BOB, "first");
        net.runUntil(40_000, () -> status(alice, BOB).direct());
        net.filter(datagram -> !(datagram.from().equals(alice.address())
                        && datagram.to().equals(bob.address()))
                && !(datagram.from().equals(bob.address()) && datagram.to().equals(alice.address())));

        for (int i = 0; i < 60; i++) {
            alice.say(BOB, "later " + i);
            net.run(1_000);
        }

        assertThat(bobHandler.texts()).contains("later 59");
        assertThat(alice.events()).contains(new NodeEvent.PeerRelayed(BOB));
    }

    @ParameterizedTest
    @CsvSource({
        "FULL_CONE, FULL_CONE, true",
        "PORT_RESTRICTED, PORT_RESTRICTED, true",
        "FULL_CONE, PORT_RESTRICTED, true",
        "FULL_CONE, SYMMETRIC, true",
        "SYMMETRIC, SYMMETRIC, false"
    })
    void natsAreTraversedWhereThatIsPossible(SimNat.Kind one, SimNat.Kind other, boolean possible) {
        SimHost carol = net.host(net.nat("90.0.0.1", one), "10.1.1.1:9993");
        SimHost dave = net.host(net.nat("91.0.0.1", other), "192.168.1.1:9993");
        planet.start(carol, 3).handler(new TrustingHandler());
        TrustingHandler daveHandler = new TrustingHandler();
        planet.start(dave, 4).handler(daveHandler);
        net.run(1_000);

        for (int i = 0; i < 100; i++) {
            carol.say(dave.node().address(), "text " + i);
            net.run(1_000);
        }

        assertThat(daveHandler.texts()).contains("text 99");
        assertThat(status(carol, dave.node().address()).direct()).isEqualTo(possible);
        assertThat(status(dave, carol.node().address()).direct()).isEqualTo(possible);
    }

    @Test
    void neighboursBehindOneNatMeetInsideIt() {
        SimNat nat = net.nat("90.0.0.1", SimNat.Kind.PORT_RESTRICTED);
        SimHost carol = net.host(nat, "10.1.1.1:9993");
        SimHost dave = net.host(nat, "10.1.1.2:9993");
        planet.start(carol, 3).handler(new TrustingHandler());
        planet.start(dave, 4).handler(new TrustingHandler());
        net.run(1_000);

        carol.say(dave.node().address(), "hello");
        boolean direct = net.runUntil(
                60_000,
                () -> carol.events()
                        .contains(new NodeEvent.PeerDirect(dave.node().address(), dave.address())));

        assertThat(direct).isTrue();
    }

    @Test
    void aPeerThatComesBackFromAnotherPortIsFollowed() {
        SimNat nat = net.nat("90.0.0.1", SimNat.Kind.FULL_CONE);
        SimHost carol = net.host(nat, "10.1.1.1:9993");
        planet.start(carol, 3).handler(new TrustingHandler());
        planet.start(alice, 1).handler(new TrustingHandler());
        net.run(1_000);
        carol.say(ALICE, "hello");
        net.runUntil(40_000, () -> status(alice, carol.node().address()).direct());

        nat.reset();
        TrustingHandler handler = new TrustingHandler();
        alice.node().handler(handler);
        for (int i = 0; i < 60; i++) {
            carol.say(ALICE, "later " + i);
            alice.say(carol.node().address(), "answer " + i);
            net.run(1_000);
        }

        assertThat(handler.texts()).contains("later 59");
        assertThat(status(alice, carol.node().address()).direct()).isTrue();
    }

    @Test
    void bigPacketsArriveUnderReorderingAndDuplication() {
        net.latency(1, 200).duplication(0.3);
        TrustingHandler bobHandler = startPair();
        String big = "x".repeat(9_000);

        for (int i = 0; i < 20; i++) {
            alice.say(BOB, big + i);
            net.run(500);
        }
        net.run(2_000);

        assertThat(bobHandler.texts()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void bigPacketsSurviveLossOfOthers() {
        TrustingHandler bobHandler = startPair();
        alice.say(BOB, "hello");
        net.runUntil(40_000, () -> status(alice, BOB).direct());
        net.loss(0.1);
        String big = "x".repeat(5_000);

        for (int i = 0; i < 100; i++) {
            alice.say(BOB, big + i);
            net.run(100);
        }

        assertThat(bobHandler.texts()).hasSizeBetween(40, 95).doesNotHaveDuplicates();
    }

    @Test
    void cipherFollowsTheVersionOfThePeer() {
        alice.start(planet.config(SimIdentities.of(1)));
        bob.start(NodeConfig.builder(SimIdentities.of(2), planet.world(), net.random())
                .protocolVersion(11)
                .build());
        net.run(30_000);
        net.record();

        net.run(60_000);

        assertThat(ciphers(alice)).containsOnly(3);
        assertThat(ciphers(bob)).containsOnly(3);
        assertThat(net.log().stream()
                        .filter(datagram -> datagram.to().equals(bob.address()))
                        .map(datagram -> (datagram.bytes().toByteArray()[18] & 0x38) >> 3))
                .isNotEmpty()
                .containsOnly(1);
    }

    @Test
    void newerPlanetSpreadsByOkHello() {
        planet.root()
                .start(NodeConfig.builder(SimIdentities.of(0), SimPlanet.planet(2), net.random())
                        .build());
        planet.start(alice, 1);

        net.run(1_000);

        assertThat(alice.node().planet().orElseThrow().timestamp()).isEqualTo(2);
        assertThat(alice.events()).contains(new NodeEvent.WorldUpdated(SimPlanet.planet(2)));
    }

    @Test
    void collidingIdentityIsRefusedByTheRoot() {
        planet.start(alice, 1);
        net.run(1_000);
        SimHost impostor = net.host("83.1.1.1:9993");
        impostor.start(planet.config(SimIdentities.impostorOf(1)));

        net.run(10_000);

        assertThat(impostor.events()).contains(new NodeEvent.IdentityCollision());
        assertThat(planet.root().counters().dropped(DropReason.IDENTITY_COLLISION))
                .isPositive();
        assertThat(impostor.node().isOnline(net.nowMillis())).isFalse();
        assertThat(alice.node().isOnline(net.nowMillis())).isTrue();
    }

    private TrustingHandler startPair() {
        planet.start(alice, 1).handler(new TrustingHandler());
        TrustingHandler handler = new TrustingHandler();
        planet.start(bob, 2).handler(handler);
        net.run(1_000);
        return handler;
    }

    private java.util.List<Integer> ciphers(SimHost sender) {
        return net.log().stream()
                .filter(datagram -> datagram.from().equals(sender.address()))
                .map(datagram -> (datagram.bytes().toByteArray()[18] & 0x38) >> 3)
                .toList();
    }

    private PeerStatus status(SimHost host, long address) {
        return host.node().peers(net.nowMillis()).stream()
                .filter(peer -> peer.address() == address)
                .findFirst()
                .orElse(new PeerStatus(
                        address, "", 0, Role.LEAF, -1, false, -1, List.of(), Optional.empty(), PeerStatus.Tally.NONE));
    }
}
