package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.sim.SimChecker;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.SimStranger;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.PeerRecord;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * HELLOs of identities that nobody has earned, each with the right MAC: more than can be checked by far, and each check takes 40 ms
 * of a thread that is not the node's.
 */
@Tag("any-jdk")
class HelloFloodTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long CAROL = SimIdentities.of(3).address();
    private static final InetSocketAddress ATTACKER = SimNet.endpoint("66.6.6.6:666");

    private final SimNet net = new SimNet(36);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");
    private final SimHost carol = net.host("83.1.1.1:9993");
    private final SimStranger stranger = new SimStranger(SimIdentities.of(1));
    private final TrustingHandler atAlice = new TrustingHandler();
    private final TrustingHandler atCarol = new TrustingHandler();
    private SimChecker checker;
    private int sent;

    @BeforeEach
    void connect() {
        planet.start(alice, 1).handler(atAlice);
        planet.start(bob, 2).handler(new TrustingHandler());
        checker = alice.checkIdentitiesElsewhere();
        net.run(1_000);
        bob.say(ALICE, "hello");
        net.run(40_000);
        assertThat(atAlice.texts()).containsExactly("hello");
    }

    private void flood(int millis, IntFunction<InetSocketAddress> source) {
        flood(millis, 1, source);
    }

    private void flood(int count, int millisBetween, IntFunction<InetSocketAddress> source) {
        for (int i = 0; i < count; i++) {
            Identity nobody = SimStranger.unearned(0x11_0000_0000L + sent);
            alice.inject(source.apply(sent), stranger.hello(nobody, net.nowMillis()));
            sent++;
            net.run(millisBetween);
        }
    }

    private boolean knowsCarol() {
        return alice.node().vl1().peer(CAROL).isPresent();
    }

    @Test
    void strangersGetAFifthOfAProcessorAndEstablishedFlowsGoOn() {
        long busyBefore = checker.busyMillis();
        int textsBefore = atAlice.texts().size();

        for (int second = 0; second < 5; second++) {
            flood(250, 4, SimStranger::source);
            bob.say(ALICE, "second " + second);
        }
        net.run(100);

        assertThat(checker.busyMillis() - busyBefore)
                .as("5 s, and a second that was saved before")
                .isBetween(1_500L, 2_100L);
        assertThat(atAlice.texts()).hasSize(textsBefore + 5);
        assertThat(alice.node().peers(net.nowMillis())).hasSize(2);
        assertThat(alice.counters().dropped(DropReason.IDENTITY_OVERFLOW)).isGreaterThan(1_000);
    }

    @Test
    void atARootTheyGetHalf() {
        SimHost root = planet.root();
        SimChecker atRoot = root.checkIdentitiesElsewhere();
        SimStranger toRoot = new SimStranger(SimIdentities.of(0));
        net.run(5_000);
        long busyBefore = atRoot.busyMillis();

        for (int i = 0; i < 1_250; i++) {
            Identity nobody = SimStranger.unearned(0x12_0000_0000L + i);
            root.inject(SimStranger.source(i), toRoot.hello(nobody, net.nowMillis()));
            net.run(4);
        }

        assertThat(atRoot.busyMillis() - busyBefore)
                .as("5 s, and a second that was saved before")
                .isBetween(3_000L, 3_600L);
    }

    @Test
    void aLoneHelloOfANewPeerIsCheckedAtOnce() {
        alice.inject(carol.address(), stranger.hello(SimIdentities.of(3), net.nowMillis()));

        assertThat(net.runUntil(40, this::knowsCarol)).isTrue();
    }

    @Test
    void theHelloOfAKnownPeerWaitsForNobody() {
        flood(1_500, SimStranger::source);
        net.record();
        int before = net.log().size();

        alice.inject(bob.address(), stranger.hello(SimIdentities.of(2), net.nowMillis()));

        assertThat(net.log().subList(before, net.log().size()))
                .as("answered by whoever brought it")
                .anyMatch(datagram -> datagram.to().equals(bob.address()));
    }

    @Test
    void whoIsAskedForIsMetAtOnce() {
        planet.start(carol, 3).handler(atCarol);
        flood(1_500, SimStranger::source);

        alice.say(CAROL, "good day");
        flood(200, SimStranger::source);

        assertThat(atCarol.texts()).containsExactly("good day");
    }

    @Test
    void oneSourceTakesNoPlacesOfOthers() {
        flood(1_500, number -> ATTACKER);

        alice.inject(carol.address(), stranger.hello(SimIdentities.of(3), net.nowMillis()));
        flood(400, number -> ATTACKER);

        assertThat(knowsCarol()).isTrue();
    }

    @Test
    void moreSourcesThanThereArePlacesTakeNoPlaceOfWhoComesNew() {
        flood(3_000, 4, number -> SimStranger.source(number % 70));

        alice.inject(carol.address(), stranger.hello(SimIdentities.of(3), net.nowMillis()));
        flood(400, number -> SimStranger.source(number % 70));

        assertThat(knowsCarol()).isTrue();
    }

    @Test
    void anIdentityThatWasFoundBadIsNotCheckedAgain() {
        Identity nobody = SimStranger.unearned(0x11_2233_4455L);
        alice.inject(ATTACKER, stranger.hello(nobody, net.nowMillis()));
        net.run(100);
        int checked = checker.count();
        long before = alice.counters().dropped(DropReason.INVALID_IDENTITY);

        for (int i = 0; i < 100; i++) {
            alice.inject(SimStranger.source(i), stranger.hello(nobody, net.nowMillis()));
            net.run(100);
        }

        assertThat(checker.count()).isEqualTo(checked);
        assertThat(alice.counters().dropped(DropReason.INVALID_IDENTITY)).isEqualTo(before + 100);
    }

    /** Behind one NAT with the forger, who knows the identity and not its secret. */
    @Test
    void aForgedHelloOfTheSameIdentityTakesNoHonestOnesPlace() {
        for (boolean honestFirst : List.of(true, false)) {
            // The check that is under way keeps the others waiting.
            alice.inject(ATTACKER, stranger.hello(SimStranger.unearned(0x13_0000_0000L), net.nowMillis()));
            int number = honestFirst ? 3 : 4;
            byte[] honest = stranger.hello(SimIdentities.of(number), net.nowMillis());
            byte[] forged = honest.clone();
            forged[forged.length - 1] ^= 1;
            if (honestFirst) {
                alice.inject(carol.address(), honest);
            }
            for (int i = 0; i < 100; i++) {
                alice.inject(carol.address(), forged.clone());
            }
            if (!honestFirst) {
                alice.inject(carol.address(), honest);
            }
            net.run(1_000);

            assertThat(alice.node().vl1().peer(SimIdentities.of(number).address()))
                    .as("honest first: %s", honestFirst)
                    .isPresent();
        }
    }

    @Test
    void aHelloWithAWrongMacIsNotCountedAgainstItsSource() {
        for (int i = 0; i < 100; i++) {
            byte[] forged = stranger.hello(SimStranger.unearned(0x11_0000_0000L + i), net.nowMillis());
            forged[forged.length - 1] ^= 1;
            alice.inject(carol.address(), forged);
            net.run(200);
        }

        flood(1_500, number -> SimStranger.source(number % 40));
        alice.inject(carol.address(), stranger.hello(SimIdentities.of(3), net.nowMillis()));
        flood(400, number -> SimStranger.source(number % 40));

        assertThat(alice.counters().dropped(DropReason.AUTHENTICATION_FAILED)).isGreaterThanOrEqualTo(100);
        assertThat(knowsCarol()).isTrue();
    }

    @Test
    void strangersLeaveAQuarterOfThePeersToThoseWeAskFor() {
        NodeConfig config = new NodeConfig(
                NodeState.of(SimIdentities.of(1), planet.world()),
                new MemoryStateStore(),
                net.random(),
                PathPolicy.standard(),
                12,
                8,
                Identity::locallyValid,
                60_000,
                Bonding.NONE);
        alice.start(config).handler(atAlice);
        net.run(6_000);
        for (int i = 4; i < 20; i++) {
            alice.inject(SimStranger.source(i), stranger.hello(SimIdentities.of(i), net.nowMillis()));
        }
        planet.start(carol, 3).handler(atCarol);
        net.run(6_000);

        alice.say(CAROL, "good day");
        net.run(1_000);

        assertThat(alice.counters().dropped(DropReason.TABLE_FULL)).isPositive();
        assertThat(atCarol.texts()).containsExactly("good day");
    }

    @Test
    void thePeersOfLastTimeAreTakenOneAfterTheOther() {
        List<PeerRecord> stored = new ArrayList<>();
        for (int i = 2; i < 20; i++) {
            stored.add(new PeerRecord(
                    SimIdentities.of(i).withoutSecret(),
                    new SoftwareVersion(0, 0, 0, 0),
                    List.of(bob.address()),
                    net.nowMillis()));
        }
        NodeState state = new NodeState(SimIdentities.of(1), Optional.of(planet.world()), List.of(), stored);
        alice.start(NodeConfig.builder(state, net.random()).build()).handler(atAlice);
        checker = alice.checkIdentitiesElsewhere();

        net.run(1);
        assertThat(checker.count()).isEqualTo(1);
        net.run(1_000);

        assertThat(checker.count()).isEqualTo(18);
        assertThat(alice.node().peers(net.nowMillis())).hasSize(19);
    }
}
