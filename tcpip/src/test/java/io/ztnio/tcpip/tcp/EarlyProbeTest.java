package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Probes for the loss of the end of a flight, once it is known how fast the peer answers. */
class EarlyProbeTest extends SenderScript {
    private int written;

    /** A connection on which requests were answered, each so many milliseconds after it was sent. */
    private void answered(int requests, int millis) {
        if (written == 0) {
            peer.establish(65_535, OFFER, 100);
        }
        for (int i = 0; i < requests; i++) {
            peer.write(1000);
            peer.expect("P. " + (written + 1) + ":1000 ack 1");
            written += 1000;
            peer.advanceMillis(millis).ack(written + 1);
        }
    }

    @Test
    void lostRequestToAPeerThatAnswersAtOnceIsProbedSoon() {
        answered(40, 100);
        peer.write(1000);
        peer.expect("P. 40001:1000 ack 1");

        peer.expectAfter(113, "P. 40001:1000 ack 1");

        peer.advanceMillis(100).ack(41_001);
    }

    @Test
    void fewAnswersProveNothing() {
        answered(7, 100);
        peer.write(1000);
        peer.expect("P. 7001:1000 ack 1");

        // The smoothed round-trip time has converged: twice that and 200 ms, but the timeout comes first.
        long rto = rtt().rtoNanos() / MILLISECOND;
        peer.advanceMillis(199).expectNothing();

        assertThat(rto).isGreaterThanOrEqualTo(200);
        peer.ack(8001);
    }

    @Test
    void peerThatDelaysIsGivenItsTime() {
        answered(4, 100);
        answered(1, 140);
        answered(10, 100);
        peer.write(1000);
        peer.expect("P. 15001:1000 ack 1");

        peer.advanceMillis(140).expectNothing();
        peer.ack(16_001);
        assertThat(peer.layer.counters().tailLossProbes()).isZero();
    }

    @Test
    void duplicateReportOfAProbeIsANeedlessProbe() {
        answered(8, 100);
        for (int i = 0; i < 2; i++) {
            peer.write(1000);
            peer.emitted.clear();
            peer.advanceMillis(150);
            peer.emitted.clear();
            written += 1000;
            peer.ack(written + 1).sack(written + 1, (written - 999) + "-" + (written + 1));
        }
        assertThat(peer.layer.counters().tailLossProbes()).isEqualTo(1);
        peer.write(1000);
        peer.emitted.clear();

        peer.advanceMillis(199).expectNothing();
        peer.ack(written + 1001);
    }
}
