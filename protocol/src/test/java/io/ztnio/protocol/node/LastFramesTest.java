package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimIdentities;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.sim.TrustingHandler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who closes a node can know whether its last frames are still to go. */
@Tag("any-jdk")
class LastFramesTest {
    private static final long CAROL = SimIdentities.of(3).address();
    private static final long NOBODY = 0x11_2233_4455L;

    private final SimNet net = new SimNet(43);
    private final SimPlanet planet = new SimPlanet(net);
    private final SimHost alice = net.host("81.1.1.1:9993");
    private final SimHost carol = net.host("83.1.1.1:9993");
    private final TrustingHandler atCarol = new TrustingHandler();

    @BeforeEach
    void start() {
        planet.start(alice, 1).handler(new TrustingHandler());
        planet.start(carol, 3).handler(atCarol);
        alice.checkIdentitiesElsewhere();
        net.run(6_000);
    }

    private boolean isSending() {
        return alice.node().isSending(net.nowMillis());
    }

    @Test
    void aNodeIsSendingUntilItsFramesReceiverIsChecked() {
        assertThat(isSending()).as("idle").isFalse();

        alice.say(CAROL, "good day");

        assertThat(isSending()).isTrue();
        assertThat(net.runUntil(500, () -> !isSending())).isTrue();
        net.run(100);
        assertThat(atCarol.texts()).containsExactly("good day");
    }

    @Test
    void whoIsNowhereIsNotWaitedForLongerThanAFrameIsKept() {
        alice.say(NOBODY, "good day");

        assertThat(net.runUntil(6_000, () -> !isSending())).isTrue();
    }

    @Test
    void aNodeThatIsOfflineSendsNothing() {
        SimHost alone = net.host("84.1.1.1:9993");
        net.filter(datagram -> !datagram.from().equals(alone.address()));
        planet.start(alone, 4).handler(new TrustingHandler());
        net.run(1_000);

        alone.say(CAROL, "good day");

        assertThat(alone.node().isSending(net.nowMillis())).isFalse();
    }
}
