package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Reneging, and episodes in which nothing was lost: scenarios 118, 120 and 121. */
class UndoTest extends SenderScript {
    /** RFC 2018 8: the marks are forgotten at the timeout, and all is sent again, what had been sacked too. */
    @Test
    void s118RenegedSackIsForgottenAtTheTimeout() {
        withoutProbes();
        flight(10);
        peer.advanceMillis(100).sack(1001, "2001-4001").expectNothing();
        assertThat(recovery().sackedBytes()).isEqualTo(2000);
        peer.advanceMillis(10).ack(2001).expectNothing();

        // SRTT 101.25, VAR 30.625.
        peer.advanceMillis(223).expectNothing();
        peer.advanceMillis(1).expect(". 2001:1000 ack 1");

        assertThat(recovery().sackedBytes()).isZero();
        peer.advanceMillis(100).ack(3001).expect(segments(3, 5));
        peer.advanceMillis(100).ack(5001).expect(segments(5, 9));
        peer.advanceMillis(100).ack(9001).expect(pushed(9, 10));
        peer.advanceMillis(100).ack(10_001).advanceMillis(10_000).expectNothing();
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
        String[] flight = pushed(0, 10);
        for (int i = 0; i < flight.length; i++) {
            flight[i] += " <ts 5>";
        }
        peer.expect(flight);
        peer.advanceMillis(100).send(". 1:0 ack 1 win 4000000 <ts 6 " + original + ",sack 1001-4001>");
        peer.expect(". 1:1000 ack 1 <ts 6>");

        peer.advanceMillis(10).send(". 1:0 ack 4001 win 4000000 <ts 7 " + original + ">");

        assertThat(congestion().thresholdBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(peer.layer.counters().spuriousRecoveries()).isEqualTo(1);
        peer.expectNothing();
    }
}
