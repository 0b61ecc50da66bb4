package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tail loss probes: scenarios 113 to 117. */
class TailLossProbeTest extends SenderScript {
    @Test
    void s113LostTailIsProbedAfterTwoRoundTrips() {
        flight(5);
        peer.advanceMillis(100).ack(3001);

        peer.expectAfter(200, "P. 4001:1000 ack 1");

        peer.advanceMillis(100).ack(5001).advanceMillis(5000).expectNothing();
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
        assertThat(peer.layer.counters().tailLossProbes()).isEqualTo(1);
    }

    /**
     * Two round trips as the scenario has it are too short if the lost segment is the only one in flight: the receiver may
     * delay its acknowledgment. With that the probe would come after the retransmission timer, whose place it then takes
     * (RFC 8985 7.2): SRTT 100, VAR 37.5.
     */
    @Test
    void s113LostTailOfOneSegmentIsProbedWhenTheTimerWouldFire() {
        flight(5);
        peer.advanceMillis(100).ack(4001).expectNothing();
        long window = congestion().windowBytes();

        peer.expectAfter(300, "P. 4001:1000 ack 1");

        assertThat(congestion().windowBytes()).isEqualTo(window);
        peer.advanceMillis(100).ack(5001).advanceMillis(5000).expectNothing();
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
        assertThat(peer.layer.counters().tailLossProbes()).isEqualTo(1);
    }

    @Test
    void s117ProbeInThePlaceOfTheTimeoutIsFollowedByIt() {
        flight(5);
        peer.advanceMillis(100).ack(4001).expectNothing();

        peer.expectAfter(300, "P. 4001:1000 ack 1");
        peer.expectAfter(300, "P. 4001:1000 ack 1");
        peer.expectAfter(600, "P. 4001:1000 ack 1");

        assertThat(peer.layer.counters().retransmissionTimeouts()).isEqualTo(2);
        assertThat(peer.layer.counters().tailLossProbes()).isEqualTo(1);
        assertThat(congestion().windowBytes()).isEqualTo(1000);
    }

    @Test
    void s114SingleSegmentGivesTheReceiverTimeToAcknowledge() {
        peer.establish(65_535, OFFER, 500);
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1");

        peer.expectAfter(1200, "P. 1:1000 ack 1");

        peer.ack(1001);
        assertThat(peer.layer.counters().tailLossProbes()).isEqualTo(1);
    }

    @Test
    void s115ProbeIsNewDataIfThereIsSome() {
        flight(20);

        peer.expectAfter(200, ". 10001:1000 ack 1");

        peer.ack(11_001).expect(pushed(11, 20));
        peer.ack(20_001);
    }

    @Test
    void s116ProbeThatArrivedTwiceCostsNothing() {
        flight(5);
        peer.advanceMillis(100).ack(3001);
        long threshold = congestion().thresholdBytes();
        peer.expectAfter(200, "P. 4001:1000 ack 1");

        peer.ack(5001).sack(5001, "4001-5001");
        peer.write(1000);
        peer.expect("P. 5001:1000 ack 1");
        peer.ack(6001);

        assertThat(congestion().thresholdBytes()).isEqualTo(threshold);
    }

    @Test
    void s116ProbeThatRepairedALossReducesOnce() {
        flight(5);
        peer.advanceMillis(100).ack(3001);
        long threshold = congestion().thresholdBytes();
        peer.expectAfter(200, "P. 4001:1000 ack 1");

        peer.advanceMillis(100).ack(5001);
        peer.write(2000);
        peer.expect(". 5001:1000 ack 1", "P. 6001:1000 ack 1");
        peer.ack(6001);
        long reduced = congestion().thresholdBytes();
        peer.ack(7001);

        assertThat(reduced).isLessThan(threshold);
        assertThat(congestion().thresholdBytes()).isEqualTo(reduced);
    }

    @Test
    void s117LostProbeIsFollowedByTheTimeout() {
        flight(5);
        peer.expectAfter(200, "P. 4001:1000 ack 1");

        peer.expectAfter(300, ". 1:1000 ack 1");

        assertThat(peer.layer.counters().retransmissionTimeouts()).isEqualTo(1);
    }

    @Test
    void s117ProbeThatShowsTheHoleStartsRecovery() {
        flight(5);
        peer.expectAfter(200, "P. 4001:1000 ack 1");

        peer.advanceMillis(100).sack(1, "4001-5001");

        peer.expect(segments(0, 1));
        peer.advanceMillis(100).sack(1001, "4001-5001").expect(segments(1, 3));
        peer.advanceMillis(100).sack(3001, "4001-5001").expect(segments(3, 4));
        peer.advanceMillis(100).ack(5001);
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
    }
}
