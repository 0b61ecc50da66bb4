package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.Bonding.Policy;
import io.ztnio.protocol.vl1.Bonding.Reselect;
import io.ztnio.protocol.vl1.Bonding.Terms;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes with two links between them, in virtual time: what each bonding policy does with frames, and when a link fails. */
@Tag("any-jdk")
class BondTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long BOB = SimIdentities.of(2).address();
    private static final int FRAME_BYTES = 400;

    private final SimNet net = new SimNet(71);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993", "81.1.2.2:9993");
    private final SimHost bob = net.host("82.1.1.1:9993", "82.1.2.2:9993");
    private final TrustingHandler atAlice = new TrustingHandler();
    private final TrustingHandler atBob = new TrustingHandler();
    private final Set<Integer> down = new HashSet<>();
    private int sent;

    /** The number of the link is the third byte of both addresses; other pairs are not connected. */
    private static int link(SimNet.Datagram datagram) {
        int from = datagram.from().getAddress().getAddress()[2];
        int to = datagram.to().getAddress().getAddress()[2];
        return from == to ? from : 0;
    }

    private static boolean isForRoot(SimNet.Datagram datagram) {
        return isRoot(datagram.from()) || isRoot(datagram.to());
    }

    private static boolean isRoot(InetSocketAddress address) {
        return address.getAddress().getAddress()[0] == 80;
    }

    private void connect(Terms terms) {
        net.filter(datagram -> isForRoot(datagram) || (link(datagram) != 0 && !down.contains(link(datagram))));
        start(alice, 1, terms).handler(atAlice);
        start(bob, 2, terms).handler(atBob);
        meet();
        assertThat(eligible(alice, BOB)).isEqualTo(2);
    }

    /** Lets both talk until one of them knows two ways, at most for 40 s. */
    private void meet() {
        net.run(1_000);
        for (int i = 0; i < 40 && eligible(bob, ALICE) < 2; i++) {
            alice.say(BOB, "hello");
            bob.say(ALICE, "hello");
            net.run(1_000);
        }
        net.run(1_000);
    }

    private int eligible(SimHost host, long peer) {
        return host.node().peers(net.nowMillis()).stream()
                .filter(status -> status.address() == peer)
                .flatMap(status -> status.bond().stream())
                .mapToInt(PeerStatus.BondStatus::eligible)
                .sum();
    }

    private Node start(SimHost host, int identity, Terms terms) {
        Node node = host.start(NodeConfig.builder(SimIdentities.of(identity), planet.world(), net.random())
                .bonding(Bonding.of(terms))
                .build());
        node.interfaces(new Bonding.Interfaces(List.of("eth1", "eth2"), List.of()));
        return node;
    }

    private PeerStatus statusOf(SimHost host, long peer) {
        return host.node().peers(net.nowMillis()).stream()
                .filter(status -> status.address() == peer)
                .findFirst()
                .orElseThrow();
    }

    /** Sends a datagram of a virtual flow in a FRAME; by how many links its packet went, and by which. */
    private List<Integer> frame(SimHost from, long to, int sourcePort) {
        byte[] buffer = new byte[Vl1.HEADER_LENGTH + FRAME_BYTES];
        ByteBuffer frame = ByteBuffer.wrap(buffer, Vl1.HEADER_LENGTH, FRAME_BYTES);
        frame.putLong(0x0123456789000001L).putShort((short) 0x0800);
        frame.put((byte) 0x45).put(new byte[8]).put((byte) 17).put(new byte[10]);
        frame.putShort((short) sourcePort).putShort((short) 53).putInt(sent++);
        int before = net.log().size();
        from.node().vl1().sendInPlace(to, Verb.FRAME, buffer, Vl1.HEADER_LENGTH, FRAME_BYTES, net.nowMillis());
        List<Integer> links = new ArrayList<>();
        for (SimNet.Datagram datagram : net.log().subList(before, net.log().size())) {
            links.add(isForRoot(datagram) ? 0 : link(datagram));
        }
        from.touch();
        return links;
    }

    /** Sends a flow's frames, ten in a second; the longest time in milliseconds in which none arrived. */
    private long longestGap(int sourcePort, int seconds) {
        long lastArrival = net.nowMillis();
        long gap = 0;
        for (int i = 0; i < seconds * 10; i++) {
            int heard = atBob.texts().size();
            frame(alice, BOB, sourcePort);
            bob.say(ALICE, "answer");
            net.run(100);
            if (atBob.texts().size() > heard) {
                gap = Math.max(gap, net.nowMillis() - lastArrival);
                lastArrival = net.nowMillis();
            }
        }
        return Math.max(gap, net.nowMillis() - lastArrival);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void noFlowIsLostForLongerThanTheFailoverIntervalWhenALinkFails(Policy policy) {
        net.record();
        connect(Terms.of(policy).withFailover(1_500));
        for (int failing = 1; failing <= 2; failing++) {
            down.add(failing);
            // Two flows, of which one is on each link if flows are spread.
            assertThat(longestGap(4_000, 5)).as("even flow").isLessThanOrEqualTo(1_900);
            assertThat(longestGap(4_001, 5)).as("odd flow").isLessThanOrEqualTo(300);
            down.clear();
            longestGap(4_000, 4);
            assertThat(eligible(alice, BOB)).isEqualTo(2);
        }

        // A link is not taken for one that failed because nothing is sent.
        net.run(30_000);
        assertThat(eligible(alice, BOB)).isEqualTo(2);
        assertThat(eligible(bob, ALICE)).isEqualTo(2);
    }

    @Test
    void activeBackupUsesOneLinkUntilItFailsOrIsToldToLeaveItAndDoesNotGoBackToAnEqualOne() {
        net.record();
        connect(Terms.of(Policy.ACTIVE_BACKUP).withFailover(1_500));
        int first = frame(alice, BOB, 1).get(0);
        for (int port = 2; port < 50; port++) {
            assertThat(frame(alice, BOB, port)).containsExactly(first);
        }
        down.add(first);
        net.run(2_000);
        assertThat(frame(alice, BOB, 1)).containsExactly(3 - first);

        down.clear();
        net.run(10_000);

        assertThat(frame(alice, BOB, 1)).containsExactly(3 - first);
        assertThat(alice.node().rotateBond(BOB, net.nowMillis())).isTrue();
        assertThat(frame(alice, BOB, 1)).containsExactly(first);
        assertThat(alice.node().rotateBond(planet.root().node().identity().address(), net.nowMillis()))
                .isFalse();
    }

    @Test
    void activeBackupReturnsToItsPrimaryLinkAfterTheUpDelay() {
        net.record();
        Terms terms = new Terms(
                "mine",
                Policy.ACTIVE_BACKUP,
                1_500,
                3_000,
                0,
                1,
                Reselect.ALWAYS,
                Bonding.Quality.STANDARD,
                List.of(named("eth1", false), named("eth2", true)));
        connect(terms);
        assertThat(frame(alice, BOB, 1)).containsExactly(2);
        down.add(2);
        net.run(3_000);
        assertThat(frame(alice, BOB, 1)).containsExactly(1);

        down.clear();
        net.run(2_500);
        assertThat(frame(alice, BOB, 1)).containsExactly(1);
        net.run(4_000);
        assertThat(frame(alice, BOB, 1)).containsExactly(2);
    }

    @Test
    void aLinkIsKeptIfOnlyAFailureIsAReasonToLeaveIt() {
        net.record();
        connect(Terms.of(Policy.ACTIVE_BACKUP)
                .withFailover(1_500)
                .withLinks(Reselect.FAILURE, List.of(named("eth1", false), named("eth2", true))));
        down.add(2);
        net.run(3_000);
        down.clear();
        net.run(20_000);

        assertThat(frame(alice, BOB, 1)).containsExactly(1);
    }

    @Test
    void optimizeTakesTheFasterLinkAfterAWhileAndBothEndsAgreeOnIt() {
        net.record();
        connect(Terms.of(Policy.ACTIVE_BACKUP).withFailover(1_500).withLinks(Reselect.OPTIMIZE, List.of()));
        int first = frame(alice, BOB, 1).get(0);
        net.detour(datagram -> !isForRoot(datagram) && link(datagram) == first ? 300 : 0);

        longestGap(1, 60);

        assertThat(frame(alice, BOB, 1)).containsExactly(3 - first);
        assertThat(frame(bob, ALICE, 1)).containsExactly(3 - first);
    }

    @Test
    void broadcastSendsEachFrameByEveryLinkAndItIsReceivedOnce() {
        net.record();
        connect(Terms.of(Policy.BROADCAST));
        int heard = atBob.texts().size();

        for (int port = 0; port < 20; port++) {
            assertThat(frame(alice, BOB, port)).containsExactlyInAnyOrder(1, 2);
        }
        net.run(100);

        assertThat(atBob.texts()).hasSize(heard + 20);
        assertThat(bob.counters().dropped(DropReason.REPLAYED)).isGreaterThanOrEqualTo(20);

        // Of a packet of several datagrams the head is lost on one link, what follows on the other.
        net.filter(datagram ->
                isForRoot(datagram) || link(datagram) == (datagram.bytes().toByteArray()[13] == (byte) 0xff ? 1 : 2));
        String text = "0123456789".repeat(400);
        alice.say(BOB, text);
        net.run(100);

        assertThat(atBob.texts().subList(heard + 20, atBob.texts().size())).containsExactly(text);
    }

    @Test
    void xorKeepsEachFlowOnItsLinkAndSpreadsThem() {
        net.record();
        connect(Terms.of(Policy.BALANCE_XOR).withFailover(1_500));
        int[] flows = new int[3];
        for (int port = 1_000; port < 1_100; port++) {
            List<Integer> first = frame(alice, BOB, port);
            flows[first.get(0)]++;
            for (int i = 0; i < 5; i++) {
                assertThat(frame(alice, BOB, port)).isEqualTo(first);
            }
        }
        assertThat(flows[1]).isEqualTo(50);
        assertThat(flows[2]).isEqualTo(50);

        int survivor = frame(alice, BOB, 1_000).get(0);
        down.add(3 - survivor);
        net.run(2_000);
        assertThat(frame(alice, BOB, 1_000)).containsExactly(survivor);
        assertThat(frame(alice, BOB, 1_001)).containsExactly(survivor);
        down.clear();
        net.run(3_000);
        assertThat(frame(alice, BOB, 1_001)).containsExactly(3 - survivor);
    }

    @Test
    void roundRobinSendsRunsByEachLinkInTurn() {
        net.record();
        connect(Terms.of(Policy.BALANCE_RR));
        int[] packets = new int[3];
        int changes = 0;
        int last = 0;
        for (int i = 0; i < 640; i++) {
            int link = frame(alice, BOB, 1).get(0);
            packets[link]++;
            changes += link == last ? 0 : 1;
            last = link;
        }

        assertThat(packets[1]).isBetween(256, 384);
        assertThat(changes).isBetween(9, 12);
    }

    @Test
    void awareKeepsFlowsWhereTheyAreAndGivesTheBetterLinkMoreOfThem() {
        net.record();
        net.detour(datagram -> !isForRoot(datagram) && link(datagram) == 1 ? 300 : 0);
        connect(Terms.of(Policy.BALANCE_AWARE).withFailover(1_500));
        net.run(30_000);

        int[] flows = spread(2_000);

        PeerStatus status = statusOf(alice, BOB);
        double share = share(status, "eth1");
        assertThat(share).isBetween(0.25, 0.48);
        assertThat(flows[1] / 2_000.0).isBetween(share - 0.06, share + 0.06);
        List<Integer> before = frame(alice, BOB, 7);
        net.detour(datagram -> 0);
        for (int i = 0; i < 300; i++) {
            net.run(100);
            assertThat(frame(alice, BOB, 7)).isEqualTo(before);
        }
    }

    @Test
    void awareAvoidsALinkThatLosesTooMuch() {
        net.record();
        connect(Terms.of(Policy.BALANCE_AWARE).withFailover(1_500));
        SplittableRandom losing = new SplittableRandom(72);
        net.filter(datagram ->
                isForRoot(datagram) || link(datagram) == 2 || (link(datagram) == 1 && losing.nextInt(100) >= 15));
        net.run(60_000);

        int[] flows = spread(200);

        assertThat(flows[1]).isZero();
        assertThat(loss(statusOf(alice, BOB), "eth1")).isBetween(0.1, 0.6);
        assertThat(loss(statusOf(alice, BOB), "eth2")).isZero();
    }

    @Test
    void awareFillsLinksByTheirCapacity() {
        net.record();
        connect(Terms.of(Policy.BALANCE_AWARE)
                .withLinks(
                        Reselect.ALWAYS,
                        List.of(
                                new Bonding.Link("eth1", true, true, 1_000, Bonding.Family.ANY, 0, ""),
                                new Bonding.Link("eth2", true, true, 250, Bonding.Family.ANY, 0, ""))));

        int[] flows = spread(2_000);

        assertThat(flows[2] / 2_000.0).isBetween(0.14, 0.26);
    }

    /** One frame of each of some flows; how many went by each link. */
    private int[] spread(int count) {
        int[] flows = new int[3];
        for (int port = 0; port < count; port++) {
            flows[frame(alice, BOB, port).get(0)]++;
        }
        return flows;
    }

    private static double share(PeerStatus status, String name) {
        return status.bond().orElseThrow().links().stream()
                .filter(link -> link.name().equals(name) && link.inUse())
                .mapToDouble(PeerStatus.LinkStatus::share)
                .sum();
    }

    private static double loss(PeerStatus status, String name) {
        return status.bond().orElseThrow().links().stream()
                .filter(link -> link.name().equals(name) && link.inUse())
                .mapToDouble(PeerStatus.LinkStatus::loss)
                .sum();
    }

    @Test
    void whatIsToldOfABondAgreesWithItself() {
        connect(Terms.of(Policy.ACTIVE_BACKUP));
        Set<String> preferred = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            assertThat(alice.node().rotateBond(BOB, net.nowMillis())).isTrue();
            preferred.add(preferredLink(statusOf(alice, BOB)));
        }
        assertThat(preferred).containsExactlyInAnyOrder("eth1", "eth2");
        down.add(1);
        net.run(20_000);

        assertThat(preferredLink(statusOf(alice, BOB))).isEqualTo("eth2");
    }

    /** The interface of the one path that is told to be preferred: it works, is in use, and carries all of the packets. */
    private static String preferredLink(PeerStatus status) {
        PeerStatus.BondStatus bond = status.bond().orElseThrow();
        assertThat(bond.links()).hasSameSizeAs(status.paths());
        assertThat(bond.watched()).isEqualTo(status.paths().size());
        assertThat(bond.links()).filteredOn(PeerStatus.LinkStatus::eligible).hasSize(bond.eligible());
        List<PeerStatus.LinkStatus> preferred = new ArrayList<>();
        for (int i = 0; i < bond.links().size(); i++) {
            if (status.paths().get(i).preferred()) {
                preferred.add(bond.links().get(i));
            }
        }
        assertThat(preferred).singleElement().satisfies(link -> {
            assertThat(link.inUse()).isTrue();
            assertThat(link.eligible()).isTrue();
            assertThat(link.share()).isEqualTo(1.0);
        });
        return preferred.get(0).name();
    }

    private static Bonding.Link named(String name, boolean primary) {
        return new Bonding.Link(name, true, primary, 0, Bonding.Family.ANY, 0, "");
    }

    @Test
    void aLinkThatIsSwitchedOffOrNotNamedIsNotUsed() {
        net.record();
        Terms terms = Terms.of(Policy.BALANCE_XOR)
                .withLinks(
                        Reselect.ALWAYS,
                        List.of(
                                new Bonding.Link("eth1", false, true, 0, Bonding.Family.ANY, 0, ""),
                                named("eth2", true)));
        net.filter(datagram -> isForRoot(datagram) || link(datagram) != 0);
        start(alice, 1, terms).handler(atAlice);
        start(bob, 2, terms).handler(atBob);
        meet();

        assertThat(spread(100)).containsExactly(0, 0, 100);
    }

    @Test
    void measurementsOfThePeerAreTakenOncePerLinkAndMomentAndOnlyIfTheyAreWhole() {
        connect(Terms.of(Policy.BALANCE_AWARE));
        long limited = alice.counters().dropped(DropReason.RATE_LIMITED);
        for (int i = 0; i < 100; i++) {
            measurement(bob, ALICE, 140);
        }
        net.run(100);
        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isGreaterThanOrEqualTo(limited + 95);

        net.run(1_000);
        limited = alice.counters().dropped(DropReason.RATE_LIMITED);
        bob.node().vl1().begin(ALICE, Verb.QOS_MEASUREMENT).putBytes(new byte[8]);
        bob.node().vl1().send(false, net.nowMillis());
        bob.touch();
        net.run(1_000);
        bob.node().vl1().begin(ALICE, Verb.PATH_NEGOTIATION_REQUEST).putBytes(new byte[3]);
        bob.node().vl1().send(false, net.nowMillis());
        bob.touch();
        net.run(100);

        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isEqualTo(limited + 2);
        assertThat(eligible(alice, BOB)).isEqualTo(2);
    }

    private void measurement(SimHost from, long to, int records) {
        ByteWriter writer = from.node().vl1().begin(to, Verb.QOS_MEASUREMENT);
        for (int i = 0; i < records; i++) {
            writer.putLong(net.random().nextLong()).putShort(0xffff);
        }
        from.node().vl1().send(false, net.nowMillis());
        from.touch();
    }

    @Test
    void noPeerIsMovedToAnotherLinkMoreThanEightTimesAMinuteByItsRequests() {
        connect(Terms.of(Policy.ACTIVE_BACKUP).withLinks(Reselect.OPTIMIZE, List.of()));
        long limited = alice.counters().dropped(DropReason.RATE_LIMITED);
        for (int i = 0; i < 50; i++) {
            bob.node().vl1().begin(ALICE, Verb.PATH_NEGOTIATION_REQUEST).putShort(0x7fff);
            bob.node().vl1().send(false, net.nowMillis());
            bob.touch();
        }
        net.run(100);

        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isGreaterThanOrEqualTo(limited + 42);
    }

    @Test
    void withoutBondingNothingOfItIsSentOrHeard() {
        net.filter(datagram -> isForRoot(datagram) || link(datagram) != 0);
        planet.start(alice, 1).handler(atAlice);
        start(bob, 2, Terms.of(Policy.BALANCE_AWARE)).handler(atBob);
        meet();
        net.run(20_000);

        assertThat(statusOf(alice, BOB).bond()).isEqualTo(Optional.empty());
        assertThat(alice.counters().dropped(DropReason.IGNORED_VERB)).isPositive();
        assertThat(bob.counters().dropped(DropReason.IGNORED_VERB)).isZero();
        assertThat(eligible(bob, ALICE)).isEqualTo(2);
    }
}
