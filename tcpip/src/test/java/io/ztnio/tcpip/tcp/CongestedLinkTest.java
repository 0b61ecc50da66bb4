package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A link that is behind with what it has: data waits, the rest does not. */
@AtEverySequenceStart
class CongestedLinkTest {
    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    private void resume() {
        peer.ip.congested = false;
        peer.run(now -> peer.layer.resume());
    }

    @Test
    void newDataWaitsUntilTheLinkTakesMore() {
        peer.establish(4_000_000);
        peer.ip.congested = true;

        peer.write(3000);
        peer.advanceMillis(50_000);
        peer.expectNothing();
        resume();

        peer.expect(". 1:1000 ack 1", ". 1001:1000 ack 1", "P. 2001:1000 ack 1");
    }

    @Test
    void whatWasHeldGoesOnWithTheAcknowledgmentThatFindsTheLinkFree() {
        peer.establish(4_000_000);
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1");
        peer.ip.congested = true;
        peer.write(1000);
        peer.expectNothing();

        peer.ip.congested = false;
        peer.send(". 1:0 ack 1001 win 4000000");

        peer.expect("P. 1001:1000 ack 1");
        resume();
    }

    @Test
    void acknowledgmentsDoNotWait() {
        peer.establish(4_000_000);
        peer.ip.congested = true;

        peer.send(". 1:1000 ack 1 win 4000000", ". 1001:1000 ack 1 win 4000000");

        assertThat(peer.emitted).isNotEmpty().last().isEqualTo(". 1:0 ack 2001");
        peer.emitted.clear();
    }

    @Test
    void aRetransmissionWaitsToo() {
        peer.establish(4_000_000);
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1");
        peer.ip.congested = true;

        peer.advanceMillis(50);
        peer.emitted.clear();
        peer.advanceMillis(5000);
        peer.expectNothing();
        resume();

        peer.expect("P. 1:1000 ack 1");
    }

    @Test
    void theEndOfTheStreamIsHeldAndSentWithTheRest() throws Exception {
        peer.establish(4_000_000);
        peer.ip.congested = true;

        peer.write(500);
        peer.stream.shutdownOutput();
        peer.expectNothing();
        resume();

        peer.expect("FP. 1:500 ack 1");
    }

    @Test
    void aConnectionThatEndsWhileItIsHeldIsForgotten() {
        peer.establish(4_000_000);
        peer.ip.congested = true;
        peer.write(500);

        peer.send("R. 1:0 ack 1 win 0");

        assertThat(peer.layer.flowCount()).isZero();
        resume();
    }
}
