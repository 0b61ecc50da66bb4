package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.message.Rendezvous;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerRecord;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.Vl1;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What strangers, and peers with bad intentions, can do to a node: nothing but be counted. */
@Tag("any-jdk")
class HostileInputTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long ROOT = SimIdentities.of(0).address();
    private static final InetSocketAddress ATTACKER = SimNet.endpoint("66.6.6.6:666");

    private final SimNet net = new SimNet(2);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");
    private final TrustingHandler aliceHandler = new TrustingHandler();

    @BeforeEach
    void connect() {
        planet.start(alice, 1).handler(aliceHandler);
        planet.start(bob, 2).handler(new TrustingHandler());
        net.run(1_000);
        net.record();
        bob.say(ALICE, "hello");
        net.run(40_000);
        bob.say(ALICE, "x".repeat(4_000));
        net.run(1_000);
    }

    @Test
    void garbageIsCountedAndChangesNothing() {
        SplittableRandom random = new SplittableRandom(7);
        Set<InetSocketAddress> before = paths(alice);
        long dropsBefore = drops(alice);

        for (int i = 0; i < 5_000; i++) {
            byte[] garbage = new byte[random.nextInt(2_000)];
            random.nextBytes(garbage);
            alice.inject(ATTACKER, garbage);
        }

        assertThat(paths(alice)).isEqualTo(before);
        assertThat(drops(alice) - dropsBefore).isGreaterThan(4_900);
    }

    @Test
    void truncatedDatagramsChangeNothing() {
        Set<InetSocketAddress> before = paths(alice);
        int texts = aliceHandler.texts().size();

        for (byte[] datagram : toAlice()) {
            for (int length = 0; length < Math.min(datagram.length, 200); length++) {
                alice.inject(ATTACKER, Arrays.copyOf(datagram, length));
            }
        }

        assertThat(paths(alice)).isEqualTo(before);
        assertThat(aliceHandler.texts()).hasSize(texts);
    }

    @Test
    void everyFlippedBitOfAPacketIsNoticedButTheHops() {
        byte[] frame = sealedFrameFromBob();
        int texts = aliceHandler.texts().size();

        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] forged = frame.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            boolean hops = bit / 8 == PacketHeader.FLAGS && bit % 8 < 3;
            if (!hops) {
                alice.inject(ATTACKER, forged);
            }
        }

        assertThat(aliceHandler.texts()).hasSize(texts);
        assertThat(alice.counters().dropped(DropReason.AUTHENTICATION_FAILED)).isGreaterThan(200);
    }

    @Test
    void recordedDatagramsSentAgainFromElsewhereTeachNoPathAndDeliverNothing() {
        Set<InetSocketAddress> before = paths(alice);
        int texts = aliceHandler.texts().size();
        assertThat(toAlice()).hasSizeGreaterThan(10);

        for (byte[] datagram : toAlice()) {
            alice.inject(ATTACKER, datagram);
        }
        net.run(5_000);

        assertThat(paths(alice)).isEqualTo(before);
        assertThat(aliceHandler.texts()).hasSize(texts);
        assertThat(alice.counters().dropped(DropReason.REPLAYED)).isPositive();
    }

    @Test
    void anOkThatIsSentOnFromElsewhereTeachesNoPath() {
        net.filter(datagram ->
                !datagram.from().equals(bob.address()) || !datagram.to().equals(alice.address()));
        net.run(20_000);
        int start = net.log().size();
        net.run(60_000);
        List<byte[]> held = net.log().subList(start, net.log().size()).stream()
                .filter(d -> d.from().equals(bob.address()) && d.to().equals(alice.address()))
                .map(d -> d.bytes().toByteArray())
                .toList();
        assertThat(held).isNotEmpty();

        held.forEach(datagram -> alice.inject(ATTACKER, datagram));

        assertThat(paths(alice)).doesNotContain(ATTACKER);
    }

    @Test
    void oversizedDatagramsAreDropped() {
        alice.inject(ATTACKER, new byte[20_000]);

        assertThat(alice.counters().dropped(DropReason.TOO_LONG)).isEqualTo(1);
    }

    @Test
    void okToAPacketThatWasNeverSentIsIgnored() {
        bob.node().vl1().beginOk(ALICE, Verb.ECHO, 0x1234567890abcdefL);
        bob.node().vl1().send(false, net.nowMillis());
        net.run(100);

        assertThat(alice.counters().dropped(DropReason.UNEXPECTED_OK)).isEqualTo(1);
    }

    @Test
    void packetsOfStrangersWaitInABoundedRing() {
        byte[] frame = sealedFrameFromBob();

        for (int i = 0; i < 1_000; i++) {
            byte[] strange = frame.clone();
            strange[PacketHeader.SOURCE] = 0x11;
            strange[PacketHeader.SOURCE + 3] = (byte) (i >> 8);
            strange[PacketHeader.SOURCE + 4] = (byte) i;
            alice.inject(ATTACKER, strange);
        }
        long overflow = alice.counters().dropped(DropReason.DEFERRED_OVERFLOW);
        net.run(6_000);

        assertThat(overflow).isEqualTo(1_000 - 32);
        assertThat(alice.counters().dropped(DropReason.DEFERRED_EXPIRED)).isEqualTo(32);
    }

    @Test
    void packetsToStrangersWaitInABoundedQueue() {
        for (int i = 0; i < 100; i++) {
            alice.say(0x1122334455L, "anybody there");
        }
        net.run(6_000);

        assertThat(alice.counters().dropped(DropReason.QUEUE_OVERFLOW)).isEqualTo(100 - 32);
        assertThat(alice.counters().dropped(DropReason.QUEUE_EXPIRED)).isEqualTo(32);
    }

    @Test
    void trustedPathIsRefusedUnlessConfigured() {
        byte[] frame = sealedFrameFromBob();
        frame[PacketHeader.FLAGS] = 0x10;
        Arrays.fill(frame, PacketHeader.MAC, PacketHeader.VERB, (byte) 0);

        alice.inject(bob.address(), frame);

        assertThat(alice.counters().dropped(DropReason.UNTRUSTED_PATH)).isEqualTo(1);
    }

    @Test
    void undefinedCipherIsDropped() {
        byte[] frame = sealedFrameFromBob();
        frame[PacketHeader.FLAGS] = 0x38;

        alice.inject(bob.address(), frame);

        assertThat(alice.counters().dropped(DropReason.UNKNOWN_CIPHER)).isEqualTo(1);
    }

    @Test
    void packetsFromOurOwnAddressAreDropped() {
        byte[] frame = sealedFrameFromBob();
        System.arraycopy(frame, PacketHeader.DESTINATION, frame, PacketHeader.SOURCE, 5);

        alice.inject(ATTACKER, frame);

        assertThat(alice.counters().dropped(DropReason.BAD_SOURCE)).isEqualTo(1);
    }

    @Test
    void rootDropsWhatWasRelayedThreeTimes() {
        byte[] frame = sealedFrameFromBob();
        frame[PacketHeader.FLAGS] = (byte) ((frame[PacketHeader.FLAGS] & 0xf8) | 3);
        long relayed = planet.root().counters().relayed();

        planet.root().inject(ATTACKER, frame);

        assertThat(planet.root().counters().dropped(DropReason.HOP_LIMIT)).isEqualTo(1);
        assertThat(planet.root().counters().relayed()).isEqualTo(relayed);
    }

    @Test
    void leafRelaysForNobody() {
        byte[] frame = sealedFrameFromBob();
        frame[PacketHeader.DESTINATION + 4] ^= 1;

        alice.inject(ATTACKER, frame);

        assertThat(alice.counters().dropped(DropReason.NOT_RELAYING)).isEqualTo(1);
    }

    @Test
    void rendezvousIsForRootsToSay() {
        new Rendezvous(0, ROOT, ATTACKER).write(bob.node().vl1().begin(ALICE, Verb.RENDEZVOUS));
        bob.node().vl1().send(false, net.nowMillis());
        int start = net.log().size();
        net.run(100);

        assertThat(alice.counters().dropped(DropReason.NOT_UPSTREAM)).isEqualTo(1);
        assertThat(net.log().subList(start, net.log().size()))
                .noneMatch(datagram -> datagram.to().equals(ATTACKER));
    }

    @Test
    void helloWithAForgedMacChangesNothing() {
        byte[] hello = net.log().stream()
                .map(datagram -> datagram.bytes().toByteArray())
                .filter(bytes -> bytes.length > 100 && (bytes[PacketHeader.FLAGS] & 0x38) == 0)
                .filter(bytes -> PacketHeader.destination(bytes, 0) == ALICE)
                .findFirst()
                .orElseThrow();
        hello[hello.length - 1] ^= 1;
        int peers = alice.node().peers(net.nowMillis()).size();
        long before = alice.counters().dropped(DropReason.AUTHENTICATION_FAILED);

        alice.inject(ATTACKER, hello);

        assertThat(alice.counters().dropped(DropReason.AUTHENTICATION_FAILED)).isEqualTo(before + 1);
        assertThat(alice.node().peers(net.nowMillis())).hasSize(peers);
        assertThat(alice.node().peers(net.nowMillis()))
                .extracting(peer -> peer.tally().damaged())
                .containsOnlyOnce(1L)
                .doesNotContain(2L);
    }

    @Test
    void evenARootCannotPutItsOwnKeyInAStrangersPlace() {
        PeerRecord lie = new PeerRecord(
                SimIdentities.impostorOf(5).withoutSecret(), new SoftwareVersion(0, 0, 0, 0), List.of(), 1);
        NodeState liar = new NodeState(SimIdentities.of(0), Optional.of(planet.world()), List.of(), List.of(lie));
        planet.root().start(NodeConfig.builder(liar, net.random()).build());
        net.run(60_000);

        alice.node().vl1().requestIdentity(SimIdentities.of(5).address(), net.nowMillis());
        net.run(1_000);

        assertThat(alice.counters().dropped(DropReason.INVALID_IDENTITY)).isEqualTo(1);
        assertThat(alice.node().vl1().peer(SimIdentities.of(5).address())).isEmpty();
    }

    @Test
    void echoIsAnsweredSixTimesPerSecondOnly() {
        int start = net.log().size();

        for (int i = 0; i < 50; i++) {
            bob.node().vl1().begin(ALICE, Verb.ECHO);
            bob.node().vl1().send(false, net.nowMillis());
            net.run(20);
        }

        long answers = net.log().subList(start, net.log().size()).stream()
                .filter(datagram -> datagram.from().equals(alice.address()))
                .filter(datagram -> datagram.to().equals(bob.address()))
                .count();
        assertThat(answers).isBetween(4L, 8L);
        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isGreaterThan(40);
    }

    /** A packet of Bob's that Alice has not seen. */
    private byte[] sealedFrameFromBob() {
        int start = net.log().size();
        net.filter(datagram -> !datagram.from().equals(bob.address()));
        bob.say(ALICE, "never arrives");
        net.filter(datagram -> true);
        return net.log().subList(start, net.log().size()).stream()
                .map(datagram -> datagram.bytes().toByteArray())
                .filter(bytes -> bytes.length == Vl1.HEADER_LENGTH + "never arrives".length())
                .findFirst()
                .orElseThrow();
    }

    private List<byte[]> toAlice() {
        return net.log().stream()
                .filter(datagram -> datagram.to().equals(alice.address()))
                .map(datagram -> datagram.bytes().toByteArray())
                .toList();
    }

    private Set<InetSocketAddress> paths(SimHost host) {
        return host.node().peers(net.nowMillis()).stream()
                .flatMap(peer -> peer.paths().stream())
                .map(PeerStatus.PathStatus::remote)
                .collect(Collectors.toSet());
    }

    private static long drops(SimHost host) {
        return host.counters().drops().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
