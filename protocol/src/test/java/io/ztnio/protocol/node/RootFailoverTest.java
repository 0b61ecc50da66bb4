package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerLifeListener;
import io.ztnio.protocol.vl1.Role;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Roots that die, return and move, and moons that are joined and left at run time. */
@Tag("any-jdk")
class RootFailoverTest {
    private static final Identity FIRST = SimIdentities.of(0);
    private static final Identity SECOND = SimIdentities.of(7);
    private static final long BOB = SimIdentities.of(2).address();

    private final SimNet net = new SimNet(41);
    private final SimHost first = net.host("80.1.1.1:9993");
    private final SimHost second = net.host("80.2.2.2:9993");
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");
    private final TrustingHandler atBob = new TrustingHandler();

    @Test
    void aRelayedStreamGoesOnSecondsAfterItsOnlyRootReturns() {
        World planet = startWithOneRoot();
        blockDirectPaths();
        talk(10);
        first.stop();
        talk(60);

        start(first, FIRST, planet);
        alice.say(BOB, "returned");

        assertThat(arrives("after", 3)).isTrue();
    }

    @Test
    void aNodeThatHasGoneSilentWhileItsRootWasAwayHearsOfTheReturn() {
        World planet = startWithOneRoot();
        blockDirectPaths();
        talk(10);
        first.stop();
        talk(20);
        net.run(60_000);
        List<Long> returned = new ArrayList<>();
        alice.node().peerLife(new PeerLifeListener() {
            @Override
            public void onReturned(long address, long nowMillis) {
                returned.add(address);
            }

            @Override
            public boolean onSilent(long address, long nowMillis) {
                return false;
            }

            @Override
            public void onLost(long address, long nowMillis) {}
        });

        start(first, FIRST, planet);
        net.run(6_000);

        assertThat(returned).contains(BOB);
    }

    @Test
    void strangersMeetAsSoonWithOneOfTwoRootsJustDead() {
        startWithTwoRoots();
        net.run(30_000);
        first.stop();
        net.run(5_000);

        assertThat(arrives("hello", 3)).isTrue();
    }

    @Test
    void aRelayedStreamTakesTheOtherRootWhenTheBestOneDies() {
        startWithTwoRoots();
        blockDirectPaths();
        talk(30);
        boolean byFirst = first.counters().relayed() >= second.counters().relayed();
        (byFirst ? first : second).stop();

        assertThat(arrives("after", 7)).isTrue();
    }

    @Test
    void rootsDoNotSendToAndFroWhatNeitherCanDeliver() {
        startWithTwoRoots();
        blockDirectPaths();
        talk(10);
        bob.stop();
        World planet = alice.node().planet().orElseThrow();
        start(first, FIRST, planet);
        start(second, SECOND, planet);
        net.run(30_000);
        net.record();

        for (int i = 0; i < 10; i++) {
            alice.say(BOB, "to nobody");
            net.run(100);
        }

        // Each once, in case that the other root knows, and what the roots have to say to each other.
        assertThat(net.log())
                .filteredOn(datagram -> isRoot(datagram.from()) && isRoot(datagram.to()))
                .hasSizeBetween(10, 18);
    }

    @Test
    void aRootThatHasMovedIsUsedWhereTheNewPlanetSaysThatItIs() {
        World before = planet(1, root(FIRST, "80.1.1.1:9993"), root(SECOND, "80.2.2.2:9993"));
        World after = planet(2, root(FIRST, "80.3.3.3:9993"), root(SECOND, "80.2.2.2:9993"));
        start(first, FIRST, before);
        start(second, SECOND, before);
        startMembers(before);
        net.run(10_000);
        first.stop();
        SimHost moved = net.host("80.3.3.3:9993");
        start(moved, FIRST, after);
        start(second, SECOND, after);

        // The next HELLO to the other root brings the new planet.
        boolean taken =
                net.runUntil(300_000, () -> alice.node().planet().orElseThrow().timestamp() == 2);
        net.run(6_000);

        assertThat(taken).isTrue();
        assertThat(alice.node().peers(net.nowMillis()))
                .filteredOn(peer -> peer.address() == FIRST.address())
                .singleElement()
                .satisfies(peer -> {
                    assertThat(peer.direct()).isTrue();
                    assertThat(peer.paths()).extracting(Object::toString).allMatch(path -> path.contains("80.3.3.3"));
                });
    }

    @Test
    void aPlanetThatTheRightKeyHasNotSignedIsNotTaken() {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"));
        World forged = World.create(
                World.Type.PLANET, 79, 2, SECOND, List.of(root(SECOND, "80.2.2.2:9993"), root(FIRST, "80.1.1.1:9993")));
        start(first, FIRST, forged);
        startMembers(planet);

        net.run(60_000);

        assertThat(alice.node().planet()).contains(planet);
        assertThat(alice.node().isOnline(net.nowMillis())).isTrue();
    }

    @Test
    void aMoonIsJoinedFromItsFileAndLeftAtRunTime() throws IOException {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"));
        World moon = World.create(World.Type.MOON, SECOND.address(), 5, SECOND, List.of(root(SECOND, "80.2.2.2:9993")));
        start(first, FIRST, planet);
        second.start(
                NodeConfig.builder(new NodeState(SECOND, Optional.of(planet), List.of(moon), List.of()), net.random())
                        .build());
        MemoryStateStore store = new MemoryStateStore();
        Node node = alice.start(NodeConfig.builder(SimIdentities.of(1), planet, net.random())
                .store(store)
                .build());
        assertThat(node.orbit(moon.id(), OptionalLong.empty(), net.nowMillis())).isFalse();
        store.put(NodeState.moonKey(moon.id()), moon.toByteArray());

        assertThat(node.orbit(moon.id(), OptionalLong.empty(), net.nowMillis())).isTrue();
        net.run(10_000);

        assertThat(node.moons()).containsExactly(moon);
        assertThat(role(SECOND.address())).isEqualTo(Role.MOON);

        node.deorbit(moon.id(), net.nowMillis());
        net.run(10_000);

        assertThat(node.moons()).isEmpty();
        assertThat(role(SECOND.address())).isEqualTo(Role.LEAF);
        assertThat(store.get(NodeState.moonKey(moon.id()))).isEmpty();
    }

    @Test
    void aMoonWhoseSeedIsAPlanetsRootComesAtOnce() {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"));
        World moon = moonOfTheFirst(planet);
        startMembers(planet);
        net.run(40_000);

        alice.node().orbit(moon.id(), OptionalLong.of(FIRST.address()), net.nowMillis());
        net.run(2_000);

        assertThat(alice.node().moons()).containsExactly(moon);
        assertThat(alice.node().wantedMoons()).isEmpty();
    }

    @Test
    void aSeedThatIsARootIsAskedAgainWhenTheFirstQuestionIsLostButNotForEachWish() {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"));
        World moon = moonOfTheFirst(planet);
        startMembers(planet);
        net.run(40_000);
        List<InetSocketAddress> asked = new ArrayList<>();
        net.filter(datagram -> {
            boolean question = datagram.to().equals(first.address());
            if (question) {
                asked.add(datagram.from());
            }
            return !question;
        });

        for (int i = 0; i < 50; i++) {
            alice.node().orbit(moon.id(), OptionalLong.of(FIRST.address()), net.nowMillis());
        }
        net.run(100);
        assertThat(asked).hasSize(1);
        net.filter(datagram -> true);
        net.run(40_000);

        assertThat(alice.node().moons()).containsExactly(moon);
    }

    @Test
    void aMoonIsWaitedForAcrossARestart() throws IOException {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"));
        MemoryStateStore store = new MemoryStateStore();
        store.put(
                NodeState.IDENTITY_SECRET, SimIdentities.of(1).toSecretString().getBytes(StandardCharsets.US_ASCII));
        Node node = alice.start(NodeConfig.builder(SimIdentities.of(1), planet, net.random())
                .store(store)
                .build());
        long id = FIRST.address();
        long left = SECOND.address();
        node.orbit(id, OptionalLong.of(FIRST.address()), net.nowMillis());
        node.orbit(left, OptionalLong.of(SECOND.address()), net.nowMillis());
        node.deorbit(left, net.nowMillis());
        alice.stop();
        World moon = moonOfTheFirst(planet);

        NodeState state = NodeState.load(store, net.random(), planet, net.nowMillis(), (key, failure) -> {});
        assertThat(state.seeds()).isEqualTo(Map.of(id, FIRST.address()));
        Node again =
                alice.start(NodeConfig.builder(state, net.random()).store(store).build());
        assertThat(again.wantedMoons()).containsOnlyKeys(id);
        net.run(20_000);

        assertThat(again.moons()).containsExactly(moon);
        assertThat(store.list(NodeState.MOONS)).containsExactly(NodeState.moonKey(id));
    }

    /** The planet's root runs, and is the root of the moon too. */
    private World moonOfTheFirst(World planet) {
        World moon = World.create(World.Type.MOON, FIRST.address(), 5, FIRST, List.of(root(FIRST, "80.1.1.1:9993")));
        first.start(
                NodeConfig.builder(new NodeState(FIRST, Optional.of(planet), List.of(moon), List.of()), net.random())
                        .build());
        return moon;
    }

    @Test
    void aMoonsRootRelaysWhenThePlanetsAreDead() {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"));
        World moon = World.create(World.Type.MOON, SECOND.address(), 5, SECOND, List.of(root(SECOND, "80.2.2.2:9993")));
        start(first, FIRST, planet);
        second.start(
                NodeConfig.builder(new NodeState(SECOND, Optional.of(planet), List.of(moon), List.of()), net.random())
                        .build());
        startMembers(planet);
        blockDirectPaths();
        alice.node().orbit(moon.id(), OptionalLong.of(SECOND.address()), net.nowMillis());
        bob.node().orbit(moon.id(), OptionalLong.of(SECOND.address()), net.nowMillis());
        assertThat(alice.node().wantedMoons()).containsEntry(moon.id(), SECOND.address());
        talk(40);
        assertThat(alice.node().wantedMoons()).isEmpty();

        first.stop();

        assertThat(arrives("by the moon", 7)).isTrue();
    }

    /** What a root passes on to another is never answered to it. */
    @Test
    void aMoonsRootThatRelaysByADeadRootTakesAnotherSecondsLater() {
        SimHost third = net.host("80.3.3.3:9993");
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"), root(SimIdentities.of(8), "80.3.3.3:9993"));
        World moon = World.create(World.Type.MOON, SECOND.address(), 5, SECOND, List.of(root(SECOND, "80.2.2.2:9993")));
        start(first, FIRST, planet);
        start(third, SimIdentities.of(8), planet);
        second.start(
                NodeConfig.builder(new NodeState(SECOND, Optional.of(planet), List.of(moon), List.of()), net.random())
                        .build());
        startMembers(planet);
        blockDirectPaths();
        // The moon is nearest to Alice, and the root that dies to the moon.
        net.detour(datagram -> isBetween(datagram, alice, first) || isBetween(datagram, alice, third)
                ? 300
                : isBetween(datagram, second, third) ? 100 : 0);
        alice.node().orbit(moon.id(), OptionalLong.of(SECOND.address()), net.nowMillis());
        talk(60);

        first.stop();
        talk(8);
        alice.say(BOB, "after");

        assertThat(arrives("after", 4)).isTrue();
    }

    private static boolean isBetween(SimNet.Datagram datagram, SimHost one, SimHost other) {
        return (datagram.from().equals(one.address()) && datagram.to().equals(other.address()))
                || (datagram.from().equals(other.address()) && datagram.to().equals(one.address()));
    }

    /** Of two ways between them each takes its own. */
    @Test
    void rootsWithTwoFamiliesOfAddressesDoNotSendToAndFroWhatNeitherCanDeliver() {
        SimHost one = net.host("80.5.5.5:9993", "[2a00:80:5::1]:9993");
        SimHost other = net.host("80.6.6.6:9993", "[2a00:80:6::1]:9993");
        World planet = planet(
                1,
                new WorldRoot(FIRST.withoutSecret(), one.sockets()),
                new WorldRoot(SECOND.withoutSecret(), other.sockets()));
        start(one, FIRST, planet);
        start(other, SECOND, planet);
        net.run(60_000);

        for (int i = 0; i < 600; i++) {
            byte[] packet = new byte[PacketHeader.LENGTH];
            PacketHeader.write(packet, 0, i, BOB, SimIdentities.of(1).address(), Verb.FRAME);
            one.inject(alice.address(), packet);
            net.run(1_000);
        }

        assertThat(one.counters().relayed()).isPositive();
        assertThat(one.counters().dropped(DropReason.HOP_LIMIT)
                        + other.counters().dropped(DropReason.HOP_LIMIT))
                .isZero();
    }

    private boolean isRoot(InetSocketAddress address) {
        return address.equals(first.address()) || address.equals(second.address());
    }

    private World startWithOneRoot() {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"));
        start(first, FIRST, planet);
        startMembers(planet);
        return planet;
    }

    private void startWithTwoRoots() {
        World planet = planet(1, root(FIRST, "80.1.1.1:9993"), root(SECOND, "80.2.2.2:9993"));
        start(first, FIRST, planet);
        start(second, SECOND, planet);
        startMembers(planet);
    }

    private void startMembers(World planet) {
        start(alice, SimIdentities.of(1), planet);
        alice.node().handler(new TrustingHandler());
        start(bob, SimIdentities.of(2), planet);
        bob.node().handler(atBob);
        net.run(1_000);
    }

    private void start(SimHost host, Identity identity, World planet) {
        host.start(NodeConfig.builder(identity, planet, net.random()).build());
    }

    private void blockDirectPaths() {
        net.filter(datagram -> !(datagram.from().equals(alice.address())
                        && datagram.to().equals(bob.address()))
                && !(datagram.from().equals(bob.address()) && datagram.to().equals(alice.address())));
    }

    /** Both say something every second. */
    private void talk(int seconds) {
        for (int i = 0; i < seconds; i++) {
            alice.say(BOB, "one");
            bob.say(SimIdentities.of(1).address(), "other");
            net.run(1_000);
        }
    }

    /** Whether something that alice says four times a second arrives within some seconds. */
    private boolean arrives(String text, int seconds) {
        for (int i = 0; i < 4 * seconds && !atBob.texts().contains(text); i++) {
            alice.say(BOB, text);
            bob.say(SimIdentities.of(1).address(), "other");
            net.run(250);
        }
        return atBob.texts().contains(text);
    }

    private Role role(long address) {
        return alice.node().peers(net.nowMillis()).stream()
                .filter(peer -> peer.address() == address)
                .findFirst()
                .orElseThrow()
                .role();
    }

    private static World planet(long timestamp, WorldRoot... roots) {
        return World.create(World.Type.PLANET, 79, timestamp, FIRST, List.of(roots));
    }

    private static WorldRoot root(Identity identity, String endpoint) {
        return new WorldRoot(identity.withoutSecret(), List.of(SimNet.endpoint(endpoint)));
    }
}
