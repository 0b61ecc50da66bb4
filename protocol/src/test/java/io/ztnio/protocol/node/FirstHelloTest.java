package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node that starts, and a root that does not answer at once. */
@Tag("any-jdk")
class FirstHelloTest {
    /** A root of the reference checks one stranger of a network in this time ({@code protocol.md} 4.2). */
    private static final long GATE_MILLIS = 2_000;

    private final SimNet net = new SimNet(43);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final List<Long> hellos = new ArrayList<>();

    @Test
    void aSecondNewIdentityOfOneAddressIsMetAsSoonAsTheRootChecksAnother() {
        for (long open : new long[] {1, 500, 1_000, 1_500, GATE_MILLIS}) {
            long start = net.nowMillis();
            answerFrom(start + open);
            planet.start(alice, 1);

            boolean met = net.runUntil(10_000, () -> alice.node().isOnline(net.nowMillis()));

            assertThat(met).isTrue();
            assertThat(net.nowMillis() - start)
                    .as("the root answers after %d ms", open)
                    .isBetween(open, open + 1_000);
            alice.stop();
            net.run(1_000);
        }
    }

    @Test
    void aDeadRootIsAskedFewTimesMoreThanOneThatWasLost() {
        answerFrom(Long.MAX_VALUE);
        planet.start(alice, 1);

        net.run(60_000);
        int first = hellos.size();
        net.run(60_000);
        int later = hellos.size() - first;
        net.run(300_000);
        hellos.clear();
        net.run(60_000);

        assertThat(later).isBetween(25, 45);
        assertThat(first).isBetween(later - 1, later + 4);
        assertThat(hellos).hasSizeLessThan(15);
    }

    @Test
    void aRootThatAnswersIsAskedOnce() {
        answerFrom(0);
        planet.start(alice, 1);

        net.run(200);
        assertThat(alice.node().isOnline(net.nowMillis())).isTrue();
        hellos.clear();
        net.run(10_000);

        assertThat(hellos).isEmpty();
    }

    /** Lets through what goes to the root from some time on, and notes when something came. */
    private void answerFrom(long openMillis) {
        net.filter(datagram -> {
            boolean toRoot = datagram.to().equals(planet.root().address());
            if (toRoot) {
                hellos.add(net.nowMillis());
            }
            return !toRoot || net.nowMillis() >= openMillis;
        });
    }
}
