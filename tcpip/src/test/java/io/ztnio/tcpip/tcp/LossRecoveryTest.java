package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.recovery.RecoveryProbe;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Loss recovery: scenarios 98 to 112. Probes and undo are in {@link TailLossProbeTest} and {@link UndoTest}. */
@Tag("any-jdk")
class LossRecoveryTest extends SenderScript {
    @Test
    void s98ThreeDuplicatesRetransmit() {
        flight(5, NO_SACK);
        peer.advanceMillis(100).ack(1).expectNothing();
        peer.ack(1).expectNothing();

        peer.ack(1).expect(". 1:1000 ack 1");

        // Seven tenths of a window of ten, whatever of it was in use (RFC 9438 4.6).
        assertThat(congestion().thresholdBytes()).isEqualTo(7000);
        peer.advanceMillis(100).ack(5001).expectNothing();
        peer.advanceMillis(10_000).expectNothing();
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
    }

    @Test
    void s99OtherAcksAreNotDuplicates() {
        flight(10, NO_SACK);
        peer.advanceMillis(100);

        peer.send(". 1:0 ack 1 win 3000000", ". 1:0 ack 1 win 2000000", ". 1:0 ack 1 win 1000000");
        peer.expectNothing();
        peer.send("P. 1:10 ack 1 win 1000000", "P. 11:10 ack 1 win 1000000", "P. 21:10 ack 1 win 1000000");
        peer.expect(". 10001:0 ack 21");
        peer.send("F. 31:0 ack 1 win 1000000").expect(". 10001:0 ack 32");
        peer.send(". 32:0 ack 10001 win 1000000");
    }

    @Test
    void s100SackOfThreeSegmentsRetransmitsAtOnce() {
        flight(10);

        peer.advanceMillis(100).sack(1, "1001-4001").expect(". 1:1000 ack 1");

        peer.ack(10_001);
    }

    @Test
    void s101PartialAckRetransmitsTheNextHole() {
        flight(10, NO_SACK);
        peer.advanceMillis(100).ack(1).ack(1).expectNothing();
        peer.ack(1).expect(". 1:1000 ack 1");
        peer.ack(1).ack(1).ack(1).ack(1).ack(1).expectNothing();

        peer.advanceMillis(100).expectNothing();
        peer.ack(3001).expect(". 3001:1000 ack 1");
        assertThat(peer.layer.counters().fastRecoveries()).isEqualTo(1);
        // Still the same episode: three duplicates do not begin another.
        peer.ack(3001).ack(3001).ack(3001).expectNothing();
        peer.advanceMillis(100).ack(10_001).expectNothing();

        assertThat(peer.layer.counters().fastRecoveries()).isEqualTo(1);
        assertThat(recovery().windowBytes()).isEqualTo(7000);
        peer.advanceMillis(5000);
    }

    @Test
    void s102And103EachHoleIsRetransmittedOnceAndNothingElse() {
        peer = new ScriptedPeer(config().initialWindowSegments(20));
        peer.establish(4_000_000, OFFER, 100);
        peer.write(20_000);
        peer.expect(pushed(0, 20));

        peer.advanceMillis(100).sack(1, "1001-2001").sack(1, "1001-3001").expectNothing();
        peer.sack(1, "1001-4001").expect(". 1:1000 ack 1");
        peer.sack(1, "5001-8001 1001-4001").sack(1, "9001-20001 5001-8001 1001-4001");

        peer.expect(". 4001:1000 ack 1", ". 8001:1000 ack 1");
        peer.advanceMillis(100).ack(20_001).advanceMillis(5000);
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
    }

    @Test
    void s102HolesAreFoundByCountToo() {
        peer = new ScriptedPeer(config().initialWindowSegments(20).timeBasedLossDetection(false));
        peer.establish(4_000_000, OFFER, 100);
        peer.write(20_000);
        peer.expect(pushed(0, 20));

        peer.advanceMillis(100).sack(1, "1001-3001").expectNothing();
        peer.sack(1, "1001-4001").expect(". 1:1000 ack 1");
        peer.sack(1, "5001-8001 1001-4001").sack(1, "9001-20001 5001-8001 1001-4001");

        peer.expect(". 4001:1000 ack 1", ". 8001:1000 ack 1");
        peer.ack(20_001);
    }

    /**
     * RFC 6937 with RecoverFS 22 (two segments of limited transmit are in flight too) and a threshold of 14: the k-th
     * segment delivered lets out 14 k / 22 in all, rounded up in bytes, and one for one when the pipe is below 14.
     */
    @Test
    void s104OneLossOfTwentyBringsTheFlightDownEvenly() {
        peer = new ScriptedPeer(config().initialWindowSegments(20));
        peer.establish(4_000_000, OFFER, 100);
        peer.write(100_000);
        peer.expect(segments(0, 20));
        peer.advanceMillis(100).expectNothing();
        peer.sack(1, "1001-2001").expect(segments(20, 21));
        peer.advanceMillis(4).expectNothing();
        peer.sack(1, "1001-3001").expect(segments(21, 22));
        peer.advanceMillis(4).expectNothing();

        peer.sack(1, "1001-4001").expect(". 1:1000 ack 1");
        assertThat(congestion().thresholdBytes()).isEqualTo(14_000);
        int next = 22;
        int[] sent = {0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1};
        for (int i = 0; i < sent.length; i++) {
            peer.advanceMillis(4).expectNothing();
            peer.sack(1, "1001-" + (1000 * (i + 5) + 1)).expect(segments(next, next + sent[i]));
            next += sent[i];
        }
        assertThat(recovery().pipeBytes()).isEqualTo(14_000);

        peer.advanceMillis(24).expectNothing();
        peer.sack(1, "1001-21001").expect(segments(33, 34));
        peer.advanceMillis(4).expectNothing();
        peer.sack(1, "1001-22001").expect(segments(34, 35));
        peer.advanceMillis(4).expectNothing();
        peer.ack(22_001).expect(segments(35, 36));
        assertThat(congestion().windowBytes()).isEqualTo(14_000);
        assertThat(recovery().pipeBytes()).isEqualTo(14_000);
        peer.advanceMillis(10).expectNothing();
    }

    /**
     * RFC 9937 with RecoverFS 32 and a threshold of 21. Six losses found at once bring the pipe below it: what was delivered
     * and not yet sent for goes out, and one segment more when SND.UNA advances.
     */
    @Test
    void s105HeavyLossIsRepairedWithoutABurst() {
        peer = new ScriptedPeer(config().initialWindowSegments(30));
        peer.establish(4_000_000, OFFER, 100);
        peer.write(100_000);
        peer.expect(segments(0, 30));
        peer.advanceMillis(100).expectNothing();

        // Of thirty, 1 to 4 and 11 to 16 are lost. An acknowledgment comes each millisecond.
        peer.sack(1, "4001-5001").expect(segments(30, 31));
        sackLater(1, 1, "4001-6001").expect(segments(31, 32));
        sackLater(1, 1, "4001-7001").expect(segments(0, 1));
        sackLater(1, 1, "4001-8001").expectNothing();
        sackLater(1, 1, "4001-9001").expectNothing();
        sackLater(1, 1, "4001-10001").expect(segments(1, 2));
        sackLater(1, 1, "16001-17001 4001-10001")
                .expect(". 2001:1000 ack 1", ". 3001:1000 ack 1", ". 10001:1000 ack 1");
        for (int i = 0; i < 5; i++) {
            sackLater(1, 1, "16001-" + (18_001 + 1000 * i) + " 4001-10001").expect(segments(11 + i, 12 + i));
        }
        for (int i = 0; i < 8; i++) {
            sackLater(1, 1, "16001-" + (23_001 + 1000 * i) + " 4001-10001").expect(segments(32 + i, 33 + i));
        }
        assertThat(recovery().pipeBytes()).isEqualTo(20_000);
        assertThat(congestion().thresholdBytes()).isEqualTo(21_000);

        sackLater(81, 1, "16001-31001 4001-10001").expect(segments(40, 41));
        sackLater(1, 1, "16001-32001 4001-10001").expect(segments(41, 42));
        sackLater(1, 1001, "16001-32001 4001-10001").expect(segments(42, 44));
        assertThat(recovery().pipeBytes()).isEqualTo(21_000);
        sackLater(3, 2001, "16001-32001 4001-10001").expect(segments(44, 45));
        sackLater(1, 3001, "16001-32001 4001-10001").expect(segments(45, 46));
        sackLater(0, 10_001, "16001-32001").expect(segments(46, 47));
        sackLater(0, 11_001, "16001-32001").expect(segments(47, 48));
        sackLater(0, 12_001, "16001-32001").expect(segments(48, 49));
        for (int i = 0; i < 3; i++) {
            sackLater(1, 13_001 + 1000L * i, "16001-32001").expect(segments(49 + i, 50 + i));
        }
        peer.advanceMillis(1).ack(32_001).expect(segments(52, 53));

        assertThat(recovery().pipeBytes()).isEqualTo(21_000);
        assertThat(congestion().windowBytes()).isEqualTo(21_000);
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
    }

    /** Nothing for a while, and then a selective acknowledgment. */
    private ScriptedPeer sackLater(int millis, long acknowledgment, String blocks) {
        return peer.advanceMillis(millis).expectNothing().sack(acknowledgment, blocks);
    }

    @Test
    void s106OldAckInRecoveryDoesNothing() {
        flight(20, NO_SACK);
        peer.advanceMillis(100).ack(1001).expect(segments(10, 12));
        peer.ack(1001).expect(segments(12, 13));
        peer.ack(1001).expect(segments(13, 14));
        peer.ack(1001).expect(". 1001:1000 ack 1");

        peer.ack(1).ack(1).ack(1).expectNothing();
    }

    @Test
    void s107DuplicatesLetNewSegmentsOut() {
        flight(20);

        peer.advanceMillis(100).sack(1, "1001-2001").expect(". 10001:1000 ack 1");
        peer.sack(1, "1001-3001").expect(". 11001:1000 ack 1");

        peer.ack(12_001).expect(pushed(12, 20));
        peer.ack(20_001);
    }

    @Test
    void s107DuplicatesWithoutSackDoToo() {
        flight(20, NO_SACK);

        peer.advanceMillis(100).ack(1).expect(". 10001:1000 ack 1");
        peer.ack(1).expect(". 11001:1000 ack 1");

        peer.ack(12_001).expect(pushed(12, 20));
        peer.ack(20_001);
    }

    @Test
    void s108ThirdOfThreeIsFoundByTime() {
        flight(3);
        peer.advanceMillis(100).sack(1, "1001-3001").expectNothing();

        // Sent at 0, a round trip of 100 ms and a quarter of it.
        peer.expectAfter(25, ". 1:1000 ack 1");

        peer.advanceMillis(100).ack(3001).advanceMillis(5000);
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
    }

    @Test
    void s109ThreeSackedSegmentsLeaveNoTimeForReordering() {
        flight(10);

        peer.advanceMillis(100).sack(1, "4001-7001");

        // All four are lost; as much goes as was delivered.
        peer.expect(segments(0, 3));
        peer.ack(10_001);
    }

    @Test
    void s110LateSegmentIsReorderingAndNothingElse() {
        flight(10);
        peer.advanceMillis(100).ack(1001).sack(1001, "2001-3001").expectNothing();
        long window = congestion().windowBytes();

        peer.advanceMillis(10).ack(3001);

        assertThat(recovery().isReorderingSeen()).isTrue();
        assertThat(congestion().windowBytes()).isGreaterThanOrEqualTo(window);
        peer.ack(10_001).advanceMillis(5000);
    }

    @Test
    void s110OnceReorderingIsSeenThreeSackedSegmentsProveNothing() {
        flight(10);
        peer.advanceMillis(100).sack(1, "1001-2001").ack(2001).expectNothing();

        peer.sack(2001, "3001-8001").expectNothing();

        peer.expectAfter(25, ". 2001:1000 ack 1");
        peer.ack(10_001);
    }

    @Test
    void s111SpuriousRetransmissionWidensTheWindow() {
        flight(10);
        peer.advanceMillis(100).ack(1001).sack(1001, "2001-3001").expectNothing();
        long window = congestion().windowBytes();
        peer.expectAfter(25, ". 1001:1000 ack 1");
        assertThat(congestion().thresholdBytes()).isLessThan(window);

        peer.advanceMillis(15).ack(3001).expectNothing();
        peer.advanceMillis(60).sack(3001, "1001-2001");

        assertThat(congestion().windowBytes()).isGreaterThanOrEqualTo(window);
        assertThat(recovery().windowMultiplier()).isEqualTo(2);
        for (int i = 0; i < 16; i++) {
            assertThat(recovery().windowMultiplier()).isEqualTo(2);
            recovery().onRecovered();
        }
        assertThat(recovery().windowMultiplier()).isEqualTo(1);
        peer.ack(10_001);
    }

    @Test
    void s112LostRetransmissionIsRepeatedWithoutATimeout() {
        flight(30);
        peer.advanceMillis(100).sack(1, "1001-4001").expect(". 1:1000 ack 1");
        peer.sack(1, "1001-10001").expect(segments(10, 16));
        peer.advanceMillis(100).expectNothing();

        // What was sent after the retransmission has arrived, and it has not.
        peer.sack(1, "1001-11001").expect(". 1:1000 ack 1", ". 16001:1000 ack 1");

        for (int i = 0; i < 5; i++) {
            peer.sack(1, "1001-" + (12_001 + 1000 * i)).expect(segments(17 + i, 18 + i));
        }
        assertThat(congestion().thresholdBytes()).as("reduced once").isEqualTo(7000);
        peer.advanceMillis(100).expectNothing();
        peer.ack(16_001).expect(segments(22, 23));
        peer.ack(23_001).expect(pushed(23, 30));
        peer.ack(30_001).advanceMillis(10_000).expectNothing();
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
    }

    @Test
    void s119NonsenseInSackIsIgnored() {
        flight(10);
        peer.advanceMillis(100).ack(2001);

        peer.sack(2001, "4001-2001")
                .sack(2001, "9001-20001")
                .sack(2001, "3001-3001")
                .sack(2001, "1-1001");
        peer.send(". 1:0 ack 2001 win 4000000 <sack 1-3001>");

        peer.expectNothing();
        assertThat(recovery().sackedBytes()).isZero();
        peer.ack(10_001);
    }

    @Test
    void s122WindowLimitedRecoveryRetransmitsOnly() {
        peer.establish(10_112, OFFER, 100);
        peer.write(30_000);
        peer.expect(segments(0, 10));
        peer.advanceMillis(100).expectNothing();

        peer.send(". 1:0 ack 1 win 10112 <sack 1001-4001>").expect(". 1:1000 ack 1");
        peer.send(". 1:0 ack 1 win 10112 <sack 1001-10001>").expectNothing();

        peer.advanceMillis(100).expectNothing();
        peer.ack(10_001).expect(segments(10, 17));
        assertThat(congestion().windowBytes()).isEqualTo(7000);
        peer.advanceMillis(100).ack(17_001).expect(segments(17, 24));
        peer.advanceMillis(100).ack(24_001).expect(pushed(24, 30));
        peer.ack(30_001).advanceMillis(10_000).expectNothing();
    }

    @Test
    void s122WindowThatOpensInRecoveryIsUsedForNewData() {
        peer.establish(10_112, OFFER, 100);
        peer.write(30_000);
        peer.expect(segments(0, 10));
        peer.advanceMillis(100).send(". 1:0 ack 1 win 10112 <sack 1001-4001>").expect(". 1:1000 ack 1");

        // Eight delivered, one sent again: there is room for five beside the retransmission and the last of the flight.
        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-9001>").expect(segments(10, 15));

        peer.ack(15_001).expect(segments(15, 22));
        peer.ack(22_001).expect(segments(22, 29));
        peer.ack(29_001).expect(pushed(29, 30));
        peer.ack(30_001);
    }

    @Test
    void s123AcknowledgmentOfAHugeFlightTakesConstantWork() {
        peer = new ScriptedPeer(config().initialWindowSegments(1000));
        peer.ip.mtuBytes = 140;
        peer.establish(4_000_000, "<mss 100,sackOK,ws 7>", 100);
        int acknowledged = 0;
        for (int segments = 1000; segments <= 8000; segments *= 2) {
            peer.write(segments * 100);
            peer.expect(small(acknowledged, acknowledged + segments));
            acknowledged += segments;
            peer.advanceMillis(100).ack(1 + 100L * acknowledged).expectNothing();
        }
        peer.write(10_000 * 100);
        peer.expect(small(acknowledged, acknowledged + 10_000));
        RecoveryProbe board = recovery();
        assertThat(board.segments()).isEqualTo(10_000);
        long base = 1 + 100L * acknowledged;
        peer.advanceMillis(100).expectNothing();

        long before = board.visits();
        long most = 0;
        for (int i = 2; i <= 10_000; i++) {
            long at = board.visits();
            peer.sack(base, (base + 100) + "-" + (base + 100L * i));
            most = Math.max(most, board.visits() - at);
            if (i == 4) {
                peer.expect(". " + base + ":100 ack 1");
            } else {
                peer.expectNothing();
            }
        }

        assertThat(board.visits() - before).isLessThan(8 * 10_000);
        assertThat(most).isLessThan(40);
        before = board.visits();
        peer.advanceMillis(100).ack(base + 100L * 10_000).expectNothing();
        assertThat(board.visits() - before).isLessThan(3 * 10_000);
        peer.advanceMillis(10_000).expectNothing();
    }

    /** Segments of 100 bytes, counted from 0; the last one ends what was written. */
    private static String[] small(int from, int to) {
        String[] texts = new String[to - from];
        for (int i = from; i < to; i++) {
            texts[i - from] = (i == to - 1 ? "P. " : ". ") + (1 + 100 * i) + ":100 ack 1";
        }
        return texts;
    }
}
