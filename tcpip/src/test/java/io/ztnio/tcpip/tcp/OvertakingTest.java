package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.recovery.RecoveryProbe;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Segments that overtake each other: what the slower one says is not lost. */
class OvertakingTest extends SenderScript {
    private void stamped() {
        peer = new ScriptedPeer(config().timestamps(true));
        peer.ip.mtuBytes = 1052;
        peer.establish(4_000_000, TIMESTAMPS, 100);
    }

    @Test
    void reportInAnOvertakenAcknowledgmentCounts() {
        stamped();
        peer.write(10_000);
        peer.emitted.clear();
        peer.advanceMillis(100).send(". 1:0 ack 1 win 4000000 <ts 6 0,sack 1001-4001>");
        peer.expect(". 1:1000 ack 1 <ts 6>");
        peer.advanceMillis(100).send(". 1:0 ack 10001 win 4000000 <ts 30 " + peer.lastTimestamp + ">");
        assertThat(congestion().thresholdBytes()).isLessThan(Long.MAX_VALUE);

        peer.send(". 1:0 ack 4001 win 2000000 <ts 10 0,sack 1-1001>");

        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(peer.probe().windowBytes()).isEqualTo(4_000_000);
        assertThat(peer.layer.counters().drops(TcpDropReason.OLD_TIMESTAMP)).isZero();
    }

    @Test
    void acknowledgmentOlderThanOvertakingExplainsIsDropped() {
        stamped();
        peer.advanceMillis(1000).send(". 1:0 ack 1 win 4000000 <ts 1000 0>");

        peer.send(". 1:0 ack 1 win 4000000 <ts 499 0>").expect(". 1:0 ack 1 <ts 1000>");

        assertThat(peer.layer.counters().drops(TcpDropReason.OLD_TIMESTAMP)).isEqualTo(1);
    }

    @Test
    void oldBlockOfAnOldAcknowledgmentIsNoDuplicate() {
        flight(10);
        peer.advanceMillis(100).sack(1, "1001-4001").expect(". 1:1000 ack 1");
        peer.advanceMillis(100).ack(10_001);
        long threshold = congestion().thresholdBytes();

        // Sent before the retransmission arrived: it reports a hole, not a duplicate.
        peer.sack(1, "1-1001");

        assertThat(congestion().thresholdBytes()).isEqualTo(threshold);
        assertThat(peer.layer.counters().spuriousRecoveries()).isZero();
    }

    @Test
    void dataThatARetransmissionHasOvertakenIsTaken() {
        stamped();
        peer.send(". 1001:1000 ack 1 <ts 10 0>").expect(". 1:0 ack 1 <ts 5,sack 1001-2001>");
        peer.send(". 3001:1000 ack 1 <ts 12 0>").expect(". 1:0 ack 1 <ts 5,sack 3001-4001 1001-2001>");

        peer.send(". 1:1000 ack 1 <ts 200 0>").expect(". 1:0 ack 2001 <ts 200,sack 3001-4001>");
        peer.send(". 2001:1000 ack 1 <ts 11 0>").expect(". 1:0 ack 4001 <ts 200>");

        assertThat(peer.layer.counters().drops(TcpDropReason.OLD_TIMESTAMP)).isZero();
        assertThat(peer.read(1, 5000)).isEqualTo(4000);
    }

    @Test
    void dataOlderThanOvertakingExplainsIsDropped() {
        stamped();
        peer.send(". 1001:1000 ack 1 <ts 10 0>").expect(". 1:0 ack 1 <ts 5,sack 1001-2001>");
        peer.send(". 1:1000 ack 1 <ts 600 0>").expect(". 1:0 ack 2001 <ts 600>");

        peer.send(". 2001:1000 ack 1 <ts 99 0>").expect(". 1:0 ack 2001 <ts 600>");
        peer.advanceMillis(500).send(". 2001:1000 ack 1 <ts 599 0>").expect(". 1:0 ack 2001 <ts 600>");

        assertThat(peer.layer.counters().drops(TcpDropReason.OLD_TIMESTAMP)).isEqualTo(2);
    }

    @Test
    void episodeInWhichNothingHadToBeSentAgainIsUndone() {
        flight(20);
        long before = congestion().windowBytes();

        // What comes in one batch is answered after all of it.
        peer.advanceMillis(100)
                .sendBatch(List.of(". 1:0 ack 1 win 4000000 <sack 1001-5001>", ". 1:0 ack 5001 win 4000000"));

        assertThat(peer.layer.counters().fastRecoveries()).isEqualTo(1);
        assertThat(peer.layer.counters().segmentsRetransmitted()).isZero();
        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(congestion().windowBytes()).isGreaterThanOrEqualTo(before);
        peer.emitted.clear();
    }

    @Test
    void segmentBeforeTheQueueEmptiedIsNotLostByTheTimeOfOneBehindIt() {
        flight(10);
        RecoveryProbe rack = recovery();
        long now = peer.now;
        for (int i = 0; i < 30; i++) {
            rtt().sample(500 * MILLISECOND);
        }
        rack.onDelivered(9001, now - 300 * MILLISECOND, now);
        assertThat(rack.rackRttNanos()).isEqualTo(300 * MILLISECOND);

        // What was sent before comes later: the path reorders.
        rack.onDelivered(8001, now - 400 * MILLISECOND, now);

        assertThat(rack.isReorderingSeen()).isTrue();
        assertThat(rack.rackRttNanos()).isEqualTo(rtt().smoothedNanos()).isGreaterThan(400 * MILLISECOND);
    }
}
