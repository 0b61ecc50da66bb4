package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.message.PushDirectPaths;
import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.wire.Verb;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that says at which of its addresses it wants to be reached, as a cluster does ({@code protocol.md} 4.17, 8.3). */
@Tag("any-jdk")
class ClusterRedirectTest {
    private static final long ALICE = SimIdentities.of(1).address();
    private static final long BOB = SimIdentities.of(2).address();
    private static final List<String> PLACES = List.of("82.1.1.1:9993", "82.1.2.2:9993");

    private final SimNet net = new SimNet(23);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost bob = net.host(PLACES.toArray(new String[0]));
    private final TrustingHandler atBob = new TrustingHandler();

    @BeforeEach
    void startTalking() {
        planet.start(alice, 1).handler(new TrustingHandler());
        planet.start(bob, 2).handler(atBob);
        net.run(1_000);
        for (int i = 0; i < 60; i++) {
            alice.say(BOB, "hello");
            bob.say(ALICE, "hello");
            net.run(500);
        }
        assertThat(places()).hasSize(2);
    }

    /** Where Alice knows Bob to be. */
    private Set<InetSocketAddress> places() {
        return alice.node().peers(net.nowMillis()).stream()
                .filter(peer -> peer.address() == BOB)
                .flatMap(peer -> peer.paths().stream())
                .filter(PeerStatus.PathStatus::usable)
                .map(PeerStatus.PathStatus::remote)
                .collect(Collectors.toSet());
    }

    private void redirect(InetSocketAddress place) {
        PushDirectPaths.Path record = PushDirectPaths.Path.of(PushDirectPaths.Path.FLAG_CLUSTER_REDIRECT, place);
        new PushDirectPaths(List.of(record)).write(bob.node().vl1().begin(ALICE, Verb.PUSH_DIRECT_PATHS));
        bob.node().vl1().send(true, net.nowMillis());
        bob.touch();
    }

    /** Where what Alice says goes. */
    private Set<InetSocketAddress> used(int seconds) {
        net.record();
        int before = net.log().size();
        for (int i = 0; i < seconds; i++) {
            alice.say(BOB, "x".repeat(500));
            net.run(1_000);
        }
        return net.log().stream()
                .skip(before)
                .filter(datagram -> datagram.from().equals(alice.address())
                        && datagram.bytes().length() > 500)
                .map(SimNet.Datagram::to)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatIsSaidGoesWhereThePeerWantsIt(int wanted) {
        InetSocketAddress place = SimNet.endpoint(PLACES.get(wanted));

        redirect(place);
        net.run(2_000);

        assertThat(used(60)).containsExactly(place);
        assertThat(atBob.texts()).contains("x".repeat(500));
    }

    @Test
    void theLastWordCounts() {
        for (int wanted : new int[] {0, 1, 0}) {
            InetSocketAddress place = SimNet.endpoint(PLACES.get(wanted));
            redirect(place);
            net.run(2_000);
            assertThat(used(5)).containsExactly(place);
        }
    }

    @Test
    void aPlaceThatDoesNotAnswerIsNone() {
        redirect(SimNet.endpoint("83.1.1.1:9993"));
        net.run(2_000);

        assertThat(places()).hasSize(2);
        assertThat(used(5)).isSubsetOf(PLACES.stream().map(SimNet::endpoint).toList());
    }
}
