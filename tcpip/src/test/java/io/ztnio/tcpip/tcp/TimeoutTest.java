package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.tcp.recovery.RttEstimator;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Round-trip time and retransmission timeout: scenarios 85 to 97. */
@Tag("any-jdk")
class TimeoutTest extends SenderScript {
    @Test
    void s85FirstSampleSetsAllThree() {
        RttEstimator estimator = new RttEstimator(config().build());

        estimator.sample(100 * MILLISECOND);

        assertThat(estimator.smoothedNanos()).isEqualTo(100 * MILLISECOND);
        assertThat(estimator.variationNanos()).isEqualTo(50 * MILLISECOND);
        assertThat(estimator.rtoNanos()).isEqualTo(300 * MILLISECOND);
    }

    @Test
    void s86SecondSampleMovesThem() {
        RttEstimator estimator = new RttEstimator(config().build());
        estimator.sample(100 * MILLISECOND);

        estimator.sample(200 * MILLISECOND);

        assertThat(estimator.variationNanos()).isEqualTo(62_500_000);
        assertThat(estimator.smoothedNanos()).isEqualTo(112_500_000);
        assertThat(estimator.rtoNanos()).isEqualTo(362_500_000);
    }

    @Test
    void s85And86SamplesDecideWhenTheTimerFires() {
        withoutProbes();
        flight(1);
        peer.advanceMillis(200).ack(1001).expectNothing();

        peer.write(1000);
        peer.expect("P. 1001:1000 ack 1");
        peer.advanceMillis(362).expectNothing();
        peer.advanceMillis(1).expect("P. 1001:1000 ack 1");
    }

    @Test
    void s87ShortRoundTripsKeepTheFloor() {
        withoutProbes();
        peer.establish(65_535, OFFER, 1);
        for (int i = 0; i < 3; i++) {
            peer.write(1000);
            peer.expect("P. " + (1 + 1000 * i) + ":1000 ack 1");
            peer.advanceMillis(1).ack(1001 + 1000L * i).expectNothing();
        }
        assertThat(rtt().smoothedNanos()).isEqualTo(MILLISECOND);

        peer.write(1000);

        peer.expect("P. 3001:1000 ack 1");
        peer.expectAfter(201, "P. 3001:1000 ack 1");
    }

    @Test
    void s87SteadyPathLeavesTheFloorForALateAck() {
        withoutProbes();
        peer.establish(65_535, OFFER, 300);
        for (int i = 0; i < 30; i++) {
            peer.write(1000);
            peer.expect("P. " + (1 + 1000 * i) + ":1000 ack 1");
            peer.advanceMillis(300).ack(1001 + 1000L * i).expectNothing();
        }

        peer.write(1000);

        peer.expect("P. 30001:1000 ack 1");
        peer.advanceMillis(499).expectNothing();
        peer.advanceMillis(1).expect("P. 30001:1000 ack 1");
    }

    @Test
    void s88RetransmittedSegmentGivesNoSample() {
        flight(1);
        peer.expectAfter(300, "P. 1:1000 ack 1");

        peer.advanceMillis(7).ack(1001);

        assertThat(rtt().smoothedNanos()).isEqualTo(100 * MILLISECOND);
        assertThat(rtt().rtoNanos()).isEqualTo(300 * MILLISECOND);
    }

    @Test
    void s89WithTimestampsItDoes() {
        withTimestamps();
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1 <ts 5>");
        peer.expectAfter(300, "P. 1:1000 ack 1 <ts 5>");

        peer.advanceMillis(20).send(". 1:0 ack 1001 win 4000000 <ts 6 " + peer.lastTimestamp + ">");

        assertThat(rtt().smoothedNanos()).isEqualTo(90 * MILLISECOND);
    }

    private void withTimestamps() {
        peer = new ScriptedPeer(config().timestamps(true).tailLossProbes(false));
        peer.ip.mtuBytes = 1052;
        peer.establish(4_000_000, TIMESTAMPS, 100);
    }

    @Test
    void s90TimeOfArrivalCountsNotTimeOfProcessing() {
        peer.establish(4_000_000, OFFER, 20);
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1");
        long arrival = peer.now + 20 * MILLISECOND;
        peer.advanceMillis(70);

        peer.sendArrivedAt(arrival, ". 1:0 ack 1001 win 4000000");

        assertThat(rtt().smoothedNanos()).isEqualTo(20 * MILLISECOND);
        assertThat(recovery().rackRttNanos()).isEqualTo(20 * MILLISECOND);
    }

    /** With probes the first retransmission is one, and the timer starts anew: RFC 8985 7.2; so without them here. */
    @Test
    void s91SilenceIsAnsweredWithBackoffAndThenTheEnd() {
        withoutProbes();
        flight(1);

        long wait = 300;
        for (int i = 0; i < 15; i++) {
            peer.expectAfter(wait, "P. 1:1000 ack 1");
            wait = Math.min(120_000, wait * 2);
        }
        peer.expectAfter(wait, "R. 1001:0 ack 1");

        assertThat(wait).isEqualTo(120_000);
        assertThatThrownBy(() -> peer.stream.write(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
    }

    @Test
    void s92TimeoutSendsOneSegmentAndSlowStarts() {
        withoutProbes();
        flight(10);

        peer.expectAfter(300, ". 1:1000 ack 1");
        assertThat(congestion().windowBytes()).isEqualTo(1000);
        assertThat(congestion().thresholdBytes()).isEqualTo(7000);
        peer.advanceMillis(100).expectNothing();
        peer.ack(1001).expect(segments(1, 3));
        peer.advanceMillis(100).ack(3001).expect(segments(3, 7));
        peer.advanceMillis(100).ack(7001).expect(pushed(7, 10));
        peer.advanceMillis(100).ack(10_001).advanceMillis(10_000).expectNothing();
    }

    /** What was lost is marked in another order than it was sent in: each timeout sends SND.UNA, whatever waits besides. */
    @Test
    void s92EveryTimeoutSendsTheFirstThatIsNotAcknowledged() {
        withoutProbes();
        flight(10);
        peer.expectAfter(300, ". 1:1000 ack 1");
        peer.advanceMillis(100).ack(1001).expect(segments(1, 3));
        peer.expectAfter(300, ". 1001:1000 ack 1");
        peer.advanceMillis(100).ack(2001).expect(segments(2, 4));

        for (int wait = 300; wait <= 300 << 5; wait *= 2) {
            peer.expectAfter(wait, ". 2001:1000 ack 1");
        }
        peer.advanceMillis(100).ack(3001).expect(segments(3, 5));
        peer.advanceMillis(100).ack(5001).expect(segments(5, 7));
        peer.ack(10_001).advanceMillis(10_000);
    }

    @Test
    void s92SmallerSegmentsDoNotPutOffTheFirst() {
        withoutProbes();
        flight(10);
        peer.expectAfter(300, ". 1:1000 ack 1");
        peer.advanceMillis(100).ack(1001).expect(segments(1, 3));

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1001, 600);
        peer.ip.mtuBytes = 600;

        assertThat(peer.emitted.get(0)).isEqualTo(". 1001:560 ack 1");
        peer.emitted.clear();
        peer.advanceMillis(299).expectNothing();
        peer.advanceMillis(1).expect(". 1001:560 ack 1", ". 1561:440 ack 1");
    }

    @Test
    void s93NewAckRestartsTheTimerAndTheLastOneEndsIt() {
        withoutProbes();
        flight(3);

        peer.advanceMillis(150).ack(1001).expectNothing();

        // SRTT 106.25, VAR 50: 306.25 ms from now, not from when the segment was sent.
        peer.advanceMillis(306).expectNothing();
        peer.advanceMillis(1).expect(". 1001:1000 ack 1");
        peer.ack(3001);
        peer.advanceMillis(10_000).expectNothing();
    }

    @Test
    void s94SecondTimeoutOfASegmentDoesNotLowerTheThresholdAgain() {
        withoutProbes();
        flight(10);
        peer.expectAfter(300, ". 1:1000 ack 1");
        long threshold = congestion().thresholdBytes();

        peer.expectAfter(600, ". 1:1000 ack 1");

        assertThat(threshold).isLessThan(10_000);
        assertThat(congestion().thresholdBytes()).isEqualTo(threshold);
    }

    @Test
    void s95UserTimeoutEndsTheConnection() {
        peer = new ScriptedPeer(config().userTimeoutNanos(5_000 * MILLISECOND).tailLossProbes(false));
        flight(1);
        peer.expectAfter(300, "P. 1:1000 ack 1");
        peer.expectAfter(600, "P. 1:1000 ack 1");
        peer.expectAfter(1200, "P. 1:1000 ack 1");
        peer.expectAfter(2400, "P. 1:1000 ack 1");

        peer.expectAfter(500, "R. 1001:0 ack 1");

        assertThatThrownBy(() -> peer.stream.write(ByteBuffer.allocate(1))).hasMessage("Connection timed out");
    }

    @Test
    void s95UserTimeoutEndsAWindowThatStaysClosed() {
        peer = new ScriptedPeer(config().userTimeoutNanos(1_000 * MILLISECOND)).establish(0);
        peer.write(1000);

        for (int wait = 200; wait <= 400; wait *= 2) {
            peer.expectAfter(wait, ". 0:0 ack 1");
            peer.send(". 1:0 ack 1 win 0");
        }
        peer.expectAfter(400, "R. 1:0 ack 1");
    }

    @Test
    void s96SpuriousTimeoutIsUndoneBySelectiveAcks() {
        withoutProbes();
        flight(20);
        peer.expectAfter(300, ". 1:1000 ack 1");
        assertThat(congestion().windowBytes()).isEqualTo(1000);

        peer.ack(2001);

        // Eight segments of the flight are still there, and the window grew by what was acknowledged.
        peer.expect(segments(10, 14));
        assertThat(congestion().windowBytes()).isGreaterThanOrEqualTo(10_000);
        assertThat(peer.layer.counters().spuriousRecoveries()).isEqualTo(1);
        peer.ack(14_001).expect(pushed(14, 20));
        peer.ack(20_001);
    }

    @Test
    void s96SpuriousTimeoutIsFoundByNewDataAfterTheFirstAck() {
        withoutProbes();
        flight(20, NO_SACK);
        peer.expectAfter(300, ". 1:1000 ack 1");

        peer.ack(1001).expect(segments(10, 12));
        peer.ack(2001).expect(segments(12, 13));

        assertThat(congestion().windowBytes()).isGreaterThanOrEqualTo(10_000);
        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(peer.layer.counters().spuriousRecoveries()).isEqualTo(1);
        peer.ack(13_001).expect(pushed(13, 20));
        peer.ack(20_001);
    }

    @Test
    void s96RealLossGoesOnAsUsual() {
        withoutProbes();
        flight(20, NO_SACK);
        peer.expectAfter(300, ". 1:1000 ack 1");
        peer.ack(1001).expect(segments(10, 12));

        // The window is 2 and the two new segments are not counted against what was lost.
        peer.ack(1001).expect(segments(1, 2));

        assertThat(congestion().windowBytes()).isLessThanOrEqualTo(3000);
        assertThat(peer.layer.counters().spuriousRecoveries()).isZero();
        peer.advanceMillis(100).expectNothing();
    }

    @Test
    void s97TimestampOfTheOriginalUndoes() {
        withTimestamps();
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1 <ts 5>");
        int original = peer.lastTimestamp;
        peer.expectAfter(300, "P. 1:1000 ack 1 <ts 5>");

        peer.send(". 1:0 ack 1001 win 4000000 <ts 6 " + original + ">");

        assertThat(congestion().windowBytes()).isGreaterThanOrEqualTo(10_000);
        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(peer.layer.counters().spuriousRecoveries()).isEqualTo(1);
    }

    @Test
    void s97TimestampOfTheRetransmissionDoesNot() {
        withTimestamps();
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1 <ts 5>");
        peer.expectAfter(300, "P. 1:1000 ack 1 <ts 5>");

        peer.send(". 1:0 ack 1001 win 4000000 <ts 6 " + peer.lastTimestamp + ">");

        assertThat(congestion().thresholdBytes()).isLessThan(10_000);
        assertThat(peer.layer.counters().spuriousRecoveries()).isZero();
    }
}
