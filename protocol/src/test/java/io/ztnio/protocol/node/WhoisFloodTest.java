package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.message.Whois;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.SimStranger;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packets of 28 bytes from addresses that nobody has, each of which would make us ask a root who that is. */
@Tag("any-jdk")
class WhoisFloodTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long CAROL = SimIdentities.of(3).address();
    private static final InetSocketAddress ROOT = SimNet.endpoint(SimPlanet.ROOT_ADDRESS);
    private static final InetSocketAddress ATTACKER = SimNet.endpoint("66.6.6.6:666");

    private final SimNet net = new SimNet(37);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost carol = net.host("83.1.1.1:9993");
    private final SimStranger stranger = new SimStranger(SimIdentities.of(1));
    private final TrustingHandler atAlice = new TrustingHandler();
    private final TrustingHandler atCarol = new TrustingHandler();

    @BeforeEach
    void start() {
        planet.start(alice, 1).handler(atAlice);
        planet.start(carol, 3).handler(atCarol);
        net.run(6_000);
        net.record();
    }

    private long askedFrom(int start) {
        return net.log().subList(start, net.log().size()).stream()
                .filter(datagram -> datagram.from().equals(alice.address()))
                .filter(datagram -> datagram.to().equals(ROOT))
                .count();
    }

    @Test
    void strangersDoNotKeepUsFromAskingForThoseWeNeed() {
        for (int i = 0; i < 10_000; i++) {
            alice.inject(SimStranger.source(i), stranger.smallest(0x11_0000_0000L + i));
        }

        alice.say(CAROL, "good day");
        net.run(200);

        assertThat(atCarol.texts()).containsExactly("good day");
        assertThat(alice.counters().dropped(DropReason.TABLE_FULL)).isZero();
    }

    @Test
    void aRootIsAskedFiftyTimesASecondForStrangersAtMost() {
        int start = net.log().size();

        for (int i = 0; i < 10_000; i++) {
            alice.inject(SimStranger.source(i), stranger.smallest(0x11_0000_0000L + i));
            net.run(1);
        }

        assertThat(askedFrom(start)).isBetween(400L, 64 + 500 + 10L);
        assertThat(alice.counters().dropped(DropReason.RATE_LIMITED)).isGreaterThan(9_000);
    }

    @Test
    void oneSourceDoesNotKeepAnothersFirstPacketFromBeingRead() {
        for (int i = 0; i < 1_000; i++) {
            alice.inject(ATTACKER, stranger.smallest(0x11_0000_0000L + i));
        }
        int start = net.log().size();

        carol.say(ALICE, "good day");
        for (int i = 0; i < 100; i++) {
            alice.inject(ATTACKER, stranger.smallest(0x12_0000_0000L + i));
            net.run(1);
        }
        net.run(500);

        assertThat(atAlice.texts()).containsExactly("good day");
        assertThat(askedFrom(start)).isLessThan(20);
    }

    @Test
    void whatWasAskedForStrangersIsAskedAgainWhenWeNeedItOurselves() {
        alice.inject(ATTACKER, stranger.smallest(CAROL));

        alice.say(CAROL, "good day");
        net.run(200);

        assertThat(atCarol.texts()).containsExactly("good day");
    }

    @Test
    void whoWritesAnothersAddressOnItsDatagramsHasLittleSentThere() {
        InetSocketAddress victim = SimNet.endpoint("99.9.9.9:99");
        SimHost root = planet.root();
        net.run(1_000);
        List<Long> everybody = List.of(ALICE, CAROL, SimIdentities.of(0).address());
        net.filter(datagram -> datagram.from().equals(ROOT) || !datagram.to().equals(ROOT));
        int start = net.log().size();
        for (int i = 0; i < 2_000; i++) {
            new Whois(everybody)
                    .write(carol.node().vl1().begin(SimIdentities.of(0).address(), Verb.WHOIS));
            carol.node().vl1().send(false, net.nowMillis());
            net.run(1);
        }
        List<byte[]> requests = net.log().subList(start, net.log().size()).stream()
                .filter(datagram ->
                        datagram.from().equals(carol.address()) && datagram.to().equals(ROOT))
                .map(datagram -> datagram.bytes().toByteArray())
                .toList();
        net.filter(datagram -> true);
        int reflected = net.log().size();

        long received = 0;
        for (byte[] request : requests) {
            root.inject(victim, request);
            received += request.length;
            net.run(1);
        }

        long sent = net.log().subList(reflected, net.log().size()).stream()
                .filter(datagram -> datagram.to().equals(victim))
                .mapToLong(datagram -> datagram.bytes().length())
                .sum();
        assertThat(requests).hasSizeGreaterThan(1_000);
        assertThat(sent - received).isLessThan(16_384 + 3 * 4_096);
        assertThat(root.counters().dropped(DropReason.REPLY_LIMITED)).isPositive();
    }
}
