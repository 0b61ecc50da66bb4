package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Reneging, and episodes in which nothing was lost: scenarios 118, 120 and 121. */
class UndoTest extends SenderScript {
    @Test
    void s118RenegedSackIsForgottenAtTheTimeout() {
        withoutProbes();
        flight(3);
        peer.advanceMillis(10).sack(1, "1001-2001").ack(1001).expectNothing();
        long rto = rtt().rtoNanos() / MILLISECOND + 1;

        peer.expectAfter(rto, ". 1001:1000 ack 1");

        peer.ack(2001).expect("P. 2001:1000 ack 1");
        peer.ack(3001);
    }

    @Test
    void s120DuplicateOfWhatWasSentOnceUndoesNothing() {
        flight(10);
        peer.advanceMillis(100).sack(1, "1001-4001").expect(". 1:1000 ack 1");
        long threshold = congestion().thresholdBytes();
        peer.sack(1, "1001-10001").advanceMillis(100).ack(10_001);

        peer.sack(10_001, "1001-2001");

        assertThat(congestion().thresholdBytes()).isEqualTo(threshold);
        assertThat(peer.layer.counters().spuriousRecoveries()).isZero();
    }

    @Test
    void s121DuplicatesOfAllRetransmissionsRestoreTheWindow() {
        flight(10);
        long window = congestion().windowBytes();
        peer.advanceMillis(100).sack(1, "4001-7001").expect(segments(0, 4));
        peer.advanceMillis(10).ack(7001);

        peer.advanceMillis(90).sack(7001, "1-1001").sack(7001, "1001-2001").sack(7001, "2001-3001");
        assertThat(congestion().thresholdBytes()).isLessThan(window);
        peer.sack(7001, "3001-4001");

        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(congestion().windowBytes()).isGreaterThanOrEqualTo(window);
        assertThat(peer.layer.counters().spuriousRecoveries()).isEqualTo(1);
        peer.ack(10_001);
    }

    @Test
    void s97TimestampOfTheOriginalUndoesFastRecoveryToo() {
        peer = new ScriptedPeer(config().timestamps(true));
        peer.ip.mtuBytes = 1052;
        peer.establish(4_000_000, TIMESTAMPS, 100);
        peer.write(10_000);
        int original = peer.lastTimestamp;
        peer.emitted.clear();
        peer.advanceMillis(100).send(". 1:0 ack 1 win 4000000 <ts 6 " + original + ",sack 1001-4001>");
        peer.expect(". 1:1000 ack 1 <ts 6>");

        peer.advanceMillis(10).send(". 1:0 ack 4001 win 4000000 <ts 7 " + original + ">");

        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(peer.layer.counters().spuriousRecoveries()).isEqualTo(1);
        peer.expectNothing();
    }
}
