package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.message.Hello;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What VL1 does with each verb of a peer that is neither a root nor a member: whom it hears, how often, and what counts. */
@Tag("any-jdk")
class VerbGatesTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long BOB = SimIdentities.of(2).address();
    private static final String NOBODY = "1122334455";

    private final SimNet net = new SimNet(51);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host("82.1.1.1:9993");

    @BeforeEach
    void connect() {
        planet.start(alice, 1).handler(new TrustingHandler());
        planet.start(bob, 2).handler(new TrustingHandler());
        net.run(1_000);
        bob.say(ALICE, "hello");
        assertThat(net.runUntil(
                        40_000,
                        () -> bob.node()
                                .vl1()
                                .peer(ALICE)
                                .filter(peer -> peer.hasDirectPath(net.nowMillis()))
                                .isPresent()))
                .isTrue();
        net.run(2_000);
    }

    @ParameterizedTest
    @CsvSource({
        // Counts as received, and nothing comes of it.
        "00, '', , true",
        "15, 0102030405, , true",
        "14, 00000000000000010203, , true",
        // Verbs that nobody has assigned yet, and one that is not used any longer.
        "0f, 01, IGNORED_VERB, true",
        "11, 01, IGNORED_VERB, true",
        "17, 01, IGNORED_VERB, true",
        "1f, 01, IGNORED_VERB, true",
        // Bonding.
        "12, 0000000000000001, IGNORED_VERB, false",
        "13, 000000000000000100, IGNORED_VERB, false",
        "16, 0001, IGNORED_VERB, false",
        // For roots to say.
        "05, 00aabbccddee27090451010101, NOT_UPSTREAM, true",
        // Answers that nobody asked for.
        "03, 010000000000000001, UNEXPECTED_OK, false",
        "03, 040000000000000001, UNEXPECTED_OK, false",
        // Shorter than it says.
        "03, 01, MALFORMED, false",
        "02, 01, MALFORMED, false",
        "14, 01, MALFORMED, false",
        "10, 0005, MALFORMED, false"
    })
    void aVerbIsHeardAsItsGateSays(String verb, String payload, DropReason drop, boolean counts) {
        long before = heard();
        net.run(10);

        send(bob, Integer.parseInt(verb, 16), payload);
        net.run(100);

        for (DropReason reason : DropReason.values()) {
            assertThat(alice.counters().dropped(reason)).as(reason.name()).isEqualTo(reason == drop ? 1 : 0);
        }
        assertThat(heard() > before).isEqualTo(counts);
        assertThat(bobAtAlice().direct()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xff})
    void noErrorOfAPeerThatIsNoRootChangesAnything(int code) {
        for (int verb : new int[] {0x01, 0x04, 0x06, 0x0b, 0x1f}) {
            send(bob, 0x02, String.format("%02x%016x%02x%016x", verb, 77, code, 0x8056c2e21c000001L));
        }
        net.run(100);

        assertThat(alice.events()).doesNotContain(new NodeEvent.IdentityCollision());
        assertThat(alice.node().isOnline(net.nowMillis())).isTrue();
        assertThat(bobAtAlice().direct()).isTrue();
    }

    @Test
    void aRootsCollisionThatAnswersNothingOfOursIsNotBelieved() {
        ByteWriter writer = planet.root().node().vl1().begin(ALICE, Verb.ERROR);
        writer.putBytes(HexFormat.of().parseHex("01" + "0000000000000009" + "04"));
        planet.root().node().vl1().send(false, net.nowMillis());
        planet.root().touch();
        net.run(100);

        assertThat(alice.events()).doesNotContain(new NodeEvent.IdentityCollision());
    }

    @Test
    void aLeafAnswersWhoisOnceInAHundredMilliseconds() {
        net.record();
        send(bob, 0x04, HexFormat.of().toHexDigits(BOB, 10));
        send(bob, 0x04, HexFormat.of().toHexDigits(BOB, 10));
        net.run(99);
        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isEqualTo(1);
        assertThat(sentToBob()).isEqualTo(1);

        net.run(101);
        send(bob, 0x04, HexFormat.of().toHexDigits(BOB, 10));
        net.run(100);

        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isEqualTo(1);
        assertThat(sentToBob()).isEqualTo(2);
    }

    @Test
    void whoisForNobodyIsNotAnswered() {
        net.record();
        send(bob, 0x04, NOBODY);
        net.run(100);

        assertThat(sentToBob()).isZero();
    }

    @Test
    void eightPushesOfAWindowAreHeardAndAfterASilenceEightMore() {
        for (int i = 0; i < 10; i++) {
            send(bob, 0x10, "0000");
            net.run(100);
        }
        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isEqualTo(2);

        net.run(31_000);
        send(bob, 0x10, "0000");
        net.run(100);

        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isEqualTo(2);
    }

    @Test
    void ofPushedPathsEightOfAKindAreTried() {
        net.record();
        StringBuilder paths = new StringBuilder("0014");
        for (int i = 1; i <= 20; i++) {
            paths.append(String.format("00" + "0000" + "04" + "06" + "5a0000%02x" + "2709", i));
        }
        send(bob, 0x10, paths.toString());
        net.run(100);

        assertThat(net.log().stream()
                        .filter(datagram -> datagram.from().equals(alice.address()))
                        .filter(datagram ->
                                datagram.to().getAddress().getHostAddress().startsWith("90.0.0."))
                        .count())
                .isEqualTo(8);
    }

    @Test
    void aNewerProtocolVersionIsAsGoodAsOurs() {
        net.record();
        Hello hello = new Hello(
                new SoftwareVersion(200, 9, 9, 9),
                net.nowMillis(),
                SimIdentities.of(2),
                alice.address(),
                0,
                0,
                List.of());
        ByteWriter writer = bob.node().vl1().begin(ALICE, Verb.HELLO);
        hello.write(writer);
        bob.node().vl1().send(false, net.nowMillis());
        bob.touch();
        net.run(100);

        assertThat(bobAtAlice().version()).isEqualTo("9.9.9");
        assertThat(sentToBob()).isEqualTo(1);
        alice.say(BOB, "understood");
        net.run(100);
        assertThat(bob.counters().dropped(DropReason.AUTHENTICATION_FAILED)).isZero();
        assertThat(bobAtAlice().direct()).isTrue();
    }

    private void send(SimHost from, int verb, String payload) {
        ByteWriter writer = from.node().vl1().begin(ALICE, Verb.NOP);
        writer.putBytes(HexFormat.of().parseHex(payload));
        writer.array()[PacketHeader.VERB] = (byte) verb;
        from.node().vl1().send(false, net.nowMillis());
        from.touch();
    }

    private long sentToBob() {
        return net.log().stream()
                .filter(datagram ->
                        datagram.from().equals(alice.address()) && datagram.to().equals(bob.address()))
                .count();
    }

    private long heard() {
        return bobAtAlice().lastReceiveMillis();
    }

    private PeerStatus bobAtAlice() {
        return alice.node().peers(net.nowMillis()).stream()
                .filter(peer -> peer.address() == BOB)
                .findFirst()
                .orElseThrow();
    }
}
