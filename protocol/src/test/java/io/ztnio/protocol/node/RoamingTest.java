package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNat;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes whose address changes while they talk: what they have been told of each other is wrong from one moment to the next. */
@Tag("any-jdk")
class RoamingTest {
    private static final long CAROL = SimIdentities.of(3).address();
    private static final long DAVE = SimIdentities.of(4).address();
    private static final String INSIDE = "10.1.1.1:9993";

    private final SimNet net = new SimNet(51);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost carol = net.host(nat("90.0.0.1"), INSIDE);
    private final SimHost dave = net.host(nat("91.0.0.1"), "192.168.1.1:9993");
    private final TrustingHandler atCarol = new TrustingHandler();
    private final TrustingHandler atDave = new TrustingHandler();

    @Test
    void aNodeThatSeesItsAddressChangeIsInTouchWithinSeconds() {
        startTalking();

        net.move(carol, nat("92.0.0.1"), "10.2.2.2:9993");

        assertThat(talkUntilBothHear(5)).isTrue();
    }

    @Test
    void aNodeWhoseRouterGotAnotherAddressIsInTouchAsSoonAsSilenceIsNoticed() {
        startTalking();

        net.move(carol, nat("92.0.0.1"), INSIDE);

        assertThat(talkUntilBothHear(11)).isTrue();
    }

    @Test
    void theyAreDirectAgainSoonAfter() {
        startTalking();

        net.move(carol, nat("92.0.0.1"), "10.2.2.2:9993");
        talk(15);
        net.record();
        talk(5);

        assertThat(net.log())
                .filteredOn(datagram -> datagram.from().equals(SimNet.endpoint(SimPlanet.ROOT_ADDRESS)))
                .hasSizeLessThan(5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aRelayTakesThePathByWhichTheNodeWasHeardLast(long seed) {
        SimNet other = new SimNet(seed).latency(5, 60);
        SimPlanet itsPlanet = new SimPlanet(other);
        SimHost eve = other.host(other.nat("90.0.0.1", SimNat.Kind.SYMMETRIC), INSIDE);
        SimHost frank = other.host(other.nat("91.0.0.1", SimNat.Kind.SYMMETRIC), "192.168.1.1:9993");
        TrustingHandler atEve = new TrustingHandler();
        itsPlanet.start(eve, 3).handler(atEve);
        itsPlanet.start(frank, 4).handler(new TrustingHandler());
        other.run(16_000);
        for (int i = 0; i < 20; i++) {
            frank.say(CAROL, "before");
            other.run(500);
        }

        other.move(eve, other.nat("92.0.0.1", SimNat.Kind.SYMMETRIC), "10.2.2.2:9993");
        for (int i = 0; i < 8; i++) {
            frank.say(CAROL, "after");
            eve.say(DAVE, "after");
            other.run(500);
        }

        assertThat(atEve.texts()).contains("after");
    }

    @Test
    void whoIsAnsweredAsksForNoSignOfLife() {
        startTalking();
        net.record();

        talk(60);

        // 120 texts each way; a HELLO a minute, some for the roots.
        assertThat(net.log()).hasSizeLessThan(240 + 24);
    }

    private SimNat nat(String publicAddress) {
        return net.nat(publicAddress, SimNat.Kind.PORT_RESTRICTED);
    }

    private void startTalking() {
        planet.start(carol, 3).handler(atCarol);
        planet.start(dave, 4).handler(atDave);
        net.run(1_000);
        talk(30);
        net.run(1_000);
        assertThat(carol.node().vl1().peer(DAVE).orElseThrow().hasDirectPath(net.nowMillis()))
                .isTrue();
    }

    private void talk(int seconds) {
        for (int i = 0; i < 2 * seconds; i++) {
            say();
        }
    }

    private void say() {
        carol.say(DAVE, "carol");
        dave.say(CAROL, "dave");
        net.run(500);
    }

    private boolean talkUntilBothHear(int seconds) {
        net.run(500);
        int heardByCarol = atCarol.texts().size();
        int heardByDave = atDave.texts().size();
        for (int i = 0; i < 2 * seconds; i++) {
            say();
            if (atCarol.texts().size() > heardByCarol && atDave.texts().size() > heardByDave) {
                return true;
            }
        }
        return false;
    }
}
