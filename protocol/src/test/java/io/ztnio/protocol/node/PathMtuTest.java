package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.vl1.PathRules;
import io.ztnio.protocol.wire.PacketHeader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long the datagrams of a path are, by settings and by what is found out. */
@Tag("any-jdk")
class PathMtuTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long BOB = SimIdentities.of(2).address();

    /** A full frame of a network with an MTU of 8800, and its packet with the header of VL1. */
    private static final String LONG = "x".repeat(8810);

    private static final int LONG_PACKET = 8810 + 28;

    private final SimNet net = new SimNet(1432);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");
    private final TrustingHandler atAlice = new TrustingHandler();
    private final TrustingHandler atBob = new TrustingHandler();

    private void meet(PathRules ofAlice, PathRules ofBob) {
        alice.start(config(1, ofAlice)).handler(atAlice);
        bob.start(config(2, ofBob)).handler(atBob);
        net.run(1_000);
        alice.say(BOB, "hello");
        bob.say(ALICE, "hello");
        assertThat(net.runUntil(40_000, () -> isDirect(alice, BOB) && isDirect(bob, ALICE)))
                .isTrue();
        net.run(5_000);
        net.record();
    }

    private NodeConfig config(int identity, PathRules rules) {
        return NodeConfig.builder(SimIdentities.of(identity), planet.world(), net.random())
                .pathPolicy(rules.applyTo(PathPolicy.standard()))
                .build();
    }

    private static PathRules mtu(String prefix, int bytes) {
        return new PathRules(List.of(new PathRules.Physical(InetPrefix.parse(prefix), false, 0, bytes)), Map.of());
    }

    private boolean isDirect(SimHost host, long address) {
        return host.node()
                .vl1()
                .peer(address)
                .filter(peer -> peer.hasDirectPath(net.nowMillis()))
                .isPresent();
    }

    /** Lengths of the datagrams from one host to the other since the log was cleared. */
    private List<Integer> lengths(SimHost from, SimHost to) {
        return net.log().stream()
                .filter(one -> one.from().equals(from.address()) && one.to().equals(to.address()))
                .map(one -> one.bytes().length())
                .toList();
    }

    /** Alice says something long each 100 ms, and Bob answers shortly. */
    private void talk(int millis) {
        talk(millis, 100);
    }

    private void talk(int millis, int eachMillis) {
        for (int i = 0; i < millis / eachMillis; i++) {
            alice.say(BOB, LONG);
            bob.say(ALICE, "yes");
            net.run(eachMillis);
        }
    }

    private int found() {
        return alice.node().vl1().datagramBytes(BOB, net.nowMillis());
    }

    @Test
    void whatSettingsSayIsWhatOneEndSendsAndTheOtherTakesWhateverItSendsItself() {
        meet(mtu("82.0.0.0/8", 9000), PathRules.NONE);

        alice.say(BOB, LONG);
        bob.say(ALICE, LONG);
        net.run(100);

        assertThat(atBob.texts()).contains(LONG);
        assertThat(atAlice.texts()).contains(LONG);
        assertThat(lengths(alice, bob)).filteredOn(length -> length > 1000).containsExactly(LONG_PACKET);
        assertThat(lengths(bob, alice)).filteredOn(length -> length > 1000).hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({"1432,7", "1472,7", "4000,3", "8972,1", "65507,1"})
    void whatThePathTakesIsFoundAndNothingIsLost(int limit, int datagrams) {
        alice.sendsWhole(65_507);
        meet(PathRules.NONE, PathRules.NONE);
        net.filter(datagram -> datagram.bytes().length() <= limit);

        talk(20_000);
        net.log().clear();
        alice.say(BOB, LONG);

        assertThat(lengths(alice, bob)).filteredOn(length -> length > 1000).hasSize(datagrams);
        net.run(100);
        assertThat(atBob.texts()).filteredOn(LONG::equals).hasSize(201);
    }

    @Test
    void aDatagramThatDoesNotLeaveTheMachineIsNotTried() {
        alice.sendsWhole(1472);
        meet(PathRules.NONE, PathRules.NONE);

        talk(5_000);

        assertThat(lengths(alice, bob)).allMatch(length -> length <= 1432);
        assertThat(found()).isEqualTo(1432);
    }

    @Test
    void socketsThatCannotForbidFragmentsFindNothing() {
        meet(PathRules.NONE, PathRules.NONE);

        talk(5_000);

        assertThat(lengths(alice, bob)).allMatch(length -> length <= 1432);
    }

    @ParameterizedTest
    @ValueSource(ints = {1432, 2000})
    void whereSomebodyHasSaidHowLongNothingIsTried(int said) {
        alice.sendsWhole(65_507);
        meet(mtu("82.0.0.0/8", said), PathRules.NONE);

        talk(5_000);

        assertThat(lengths(alice, bob)).allMatch(length -> length <= said);
        assertThat(found()).isEqualTo(said);
    }

    @Test
    void aPathThatBecomesABlackHoleCostsSecondsAndIsFoundAgain() {
        alice.sendsWhole(65_507);
        meet(PathRules.NONE, PathRules.NONE);
        talk(5_000);
        assertThat(found()).isEqualTo(LONG_PACKET);

        net.filter(datagram -> datagram.bytes().length() <= 1472);
        talk(15_000);
        int before = (int) atBob.texts().stream().filter(LONG::equals).count();
        talk(10_000);
        assertThat(found()).isEqualTo(1432);
        assertThat(atBob.texts()).filteredOn(LONG::equals).hasSize(before + 100);
        net.filter(datagram -> true);
        talk(620_000, 1_000);

        assertThat(found()).isEqualTo(LONG_PACKET);
    }

    @Test
    void aPeerThatTakesLessIsNotSentMore() {
        alice.sendsWhole(65_507);
        meet(PathRules.NONE, PathRules.NONE);
        // As a daemon of old, whose packets are at most 5,776 bytes, and whose answers are fragmented on their way.
        net.filter(datagram -> datagram.bytes().length() <= 5_776);

        talk(20_000);

        assertThat(found()).isBetween(4_427, 5_776);
    }

    @Test
    void whatGoesThroughARelayHasTheUsualLength() {
        alice.sendsWhole(65_507);
        // No way but by the root.
        net.filter(datagram -> datagram.from().equals(SimNet.endpoint(SimPlanet.ROOT_ADDRESS))
                || datagram.to().equals(SimNet.endpoint(SimPlanet.ROOT_ADDRESS)));
        alice.start(config(1, PathRules.NONE)).handler(atAlice);
        bob.start(config(2, PathRules.NONE)).handler(atBob);
        net.run(1_000);
        alice.say(BOB, "hello");
        net.run(5_000);
        long root = SimIdentities.of(0).address();
        for (int i = 0; i < 20; i++) {
            alice.say(root, LONG);
            net.run(100);
        }
        assertThat(alice.node().vl1().datagramBytes(root, net.nowMillis())).isEqualTo(LONG_PACKET);
        net.record();

        talk(3_000);

        assertThat(net.log())
                .filteredOn(
                        datagram -> PacketHeader.destination(datagram.bytes().toByteArray(), 0) == BOB)
                .hasSizeGreaterThan(100)
                .allMatch(datagram -> datagram.bytes().length() <= 1432);
        assertThat(atBob.texts()).contains(LONG);
    }
}
