package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

        // SRTT 101.25; four times VAR, 30.625, is less than the floor.
        peer.advanceMillis(301).expectNothing();
        peer.advanceMillis(1).expect(". 2001:1000 ack 1");

        assertThat(recovery().sackedBytes()).isZero();
        peer.advanceMillis(100).ack(3001).expect(segments(3, 5));
        peer.advanceMillis(100).ack(5001).expect(segments(5, 9));
        peer.advanceMillis(100).ack(9001).expect(pushed(9, 10));
        peer.advanceMillis(100).ack(10_001).advanceMillis(10_000).expectNothing();
    }

    /** A first timeout proves nothing; after a second of the same segment the peer is believed no more. */
    @Test
    void s118SecondTimeoutForgetsWhatWasSacked() {
        withoutProbes();
        flight(10);
        peer.advanceMillis(100).sack(1, "1001-2001 3001-10001");
        peer.expect(". 1:1000 ack 1", ". 2001:1000 ack 1");
        peer.advanceMillis(10_000);
        peer.emitted.clear();

        assertThat(peer.layer.counters().retransmissionTimeouts()).isGreaterThan(2);
        assertThat(recovery().sackedBytes()).isZero();
        peer.ack(1001).expect(segments(1, 3));
        peer.advanceMillis(100).ack(10_001);
    }

    /** It tells what it got out of order, and keeps none of it (RFC 2018 8). By a seed, a fifth of all segments is lost. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void s118PeerThatKeepsNothingOutOfOrderGetsAll(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        peer.establish(4_000_000, ScriptedPeer.OFFER, 100);
        peer.write(100_000);
        long expected = 1;
        for (int i = 0; i < 3000 && expected <= 100_000; i++) {
            List<String> flight = List.copyOf(peer.emitted);
            peer.emitted.clear();
            peer.advanceMillis(100);
            for (String text : flight) {
                long from = Long.parseLong(text.split("[ :]", -1)[1]);
                long to = from + Long.parseLong(text.split("[ :]", -1)[2]);
                if (random.nextInt(5) == 0) {
                    continue;
                }
                if (from <= expected) {
                    expected = Math.max(expected, to);
                    peer.ack(expected);
                } else {
                    peer.sack(expected, from + "-" + to);
                }
            }
        }
        assertThat(expected).as("seed %d", seed).isEqualTo(100_001);
        peer.emitted.clear();
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
        peer.advanceMillis(100).sack(1, "4001-7001").expect(segments(0, 3));
        peer.sack(1, "4001-8001").expect(segments(3, 4));
        peer.advanceMillis(10).ack(8001);

        peer.advanceMillis(90).sack(8001, "1-1001").sack(8001, "1001-2001").sack(8001, "2001-3001");
        assertThat(congestion().thresholdBytes()).isLessThan(window);
        peer.sack(8001, "3001-4001");

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
