package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Loss recovery: scenarios 98 to 112. Probes and undo are in {@link TailLossProbeTest} and {@link UndoTest}. */
class LossRecoveryTest extends SenderScript {
    @Test
    void s98ThreeDuplicatesRetransmit() {

        flight(10, NO_SACK);
        peer.advanceMillis(100).ack(1).ack(1).expectNothing();

        peer.ack(1).expect(". 1:1000 ack 1");

        assertThat(congestion().thresholdBytes()).isEqualTo(7000);
        peer.ack(10_001).expectNothing();
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
        peer.advanceMillis(100).ack(1).ack(1).ack(1).expect(". 1:1000 ack 1");
        peer.ack(1).ack(1).ack(1).ack(1).ack(1).expectNothing();

        peer.advanceMillis(100).ack(3001).expect(". 3001:1000 ack 1");
        assertThat(recovery().windowBytes()).isLessThan(10_000);
        peer.advanceMillis(100).ack(10_001).expectNothing();

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

    @Test
    void s104OneLossOfTwentyBringsTheFlightDownEvenly() {
        peer = new ScriptedPeer(config().initialWindowSegments(20));
        peer.establish(4_000_000, OFFER, 100);
        peer.write(100_000);
        peer.expect(segments(0, 20));
        peer.advanceMillis(100).sack(1, "1001-2001").sack(1, "1001-3001");
        peer.expect(segments(20, 22));

        peer.sack(1, "1001-4001").expect(". 1:1000 ack 1");
        assertThat(congestion().thresholdBytes()).isEqualTo(14_000);
        int next = 22;
        List<Integer> sent = new ArrayList<>();
        for (int i = 5; i <= 20; i++) {
            peer.sack(1, "1001-" + (1000 * i + 1));
            peer.emitted.forEach(text -> assertThat(text).doesNotStartWith(". 1:"));
            sent.add(peer.emitted.size());
            peer.expect(segments(next, next + sent.get(sent.size() - 1)));
            next += sent.get(sent.size() - 1);
        }
        peer.advanceMillis(100).ack(20_001);
        peer.expect(segments(next, next + peer.emitted.size()));

        assertThat(sent).allMatch(count -> count <= 1);
        assertThat(congestion().windowBytes()).isEqualTo(14_000);
        assertThat(recovery().pipeBytes()).isLessThanOrEqualTo(14_000);
    }

    @Test
    void s105HeavyLossIsRepairedWithoutABurst() {
        peer = new ScriptedPeer(config().initialWindowSegments(30));
        peer.establish(4_000_000, OFFER, 100);
        peer.write(100_000);
        peer.expect(segments(0, 30));
        peer.advanceMillis(100);

        // Of thirty, 1 to 4 and 11 to 16 are lost.
        List<String> all = new ArrayList<>();
        int limited = 0;
        for (int i = 5; i <= 30; i++) {
            if (i >= 11 && i <= 16) {
                continue;
            }
            peer.sack(1, i <= 10 ? "4001-" + (1000 * i + 1) : "16001-" + (1000 * i + 1) + " 4001-10001");
            // Six losses found at once let out what the reduction had kept back, and no more.
            assertThat(peer.emitted).hasSizeLessThanOrEqualTo(i == 17 ? 4 : 2);
            all.addAll(peer.emitted);
            limited = i == 6 ? all.size() : limited;
            peer.emitted.clear();
        }

        assertThat(all.subList(0, limited)).containsExactly(segments(30, 30 + limited));
        assertThat(all.subList(limited, limited + 10))
                .containsExactlyElementsOf(Stream.concat(Stream.of(segments(0, 4)), Stream.of(segments(10, 16)))
                        .toList());
        assertThat(recovery().pipeBytes()).isLessThanOrEqualTo(congestion().thresholdBytes());
        assertThat(peer.layer.counters().retransmissionTimeouts()).isZero();
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

        peer.expect(segments(0, 4));
        peer.ack(10_001);
    }

    @Test
    void s110LateSegmentIsReorderingAndNothingElse() {
        flight(10);
        peer.advanceMillis(100).ack(1001).sack(1001, "2001-3001").expectNothing();
        long window = congestion().windowBytes();

        peer.advanceMillis(10).ack(3001);

        assertThat(recovery().rack.isReorderingSeen()).isTrue();
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
        assertThat(recovery().rack.windowMultiplier()).isEqualTo(2);
        for (int i = 0; i < 16; i++) {
            assertThat(recovery().rack.windowMultiplier()).isEqualTo(2);
            recovery().rack.onRecovered();
        }
        assertThat(recovery().rack.windowMultiplier()).isEqualTo(1);
        peer.ack(10_001);
    }

    @Test
    void s112LostRetransmissionIsRepeatedWithoutATimeout() {
        flight(30);
        peer.advanceMillis(100).sack(1, "1001-4001").expect(". 1:1000 ack 1");
        peer.sack(1, "1001-10001");
        int sent = peer.emitted.size();
        assertThat(peer.emitted).containsExactly(segments(10, 10 + sent));
        assertThat(sent).isPositive();
        peer.emitted.clear();

        peer.advanceMillis(100).sack(1, "1001-11001");

        assertThat(peer.emitted.get(0)).isEqualTo(". 1:1000 ack 1");
        peer.emitted.clear();
        peer.advanceMillis(100).ack(10_001L + 1000L * sent);
        peer.emitted.clear();
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
        assertThat(recovery().board.sackedBytes()).isZero();
        peer.ack(10_001);
    }

    @Test
    void s122WindowLimitedRecoveryRetransmitsOnly() {
        peer.establish(10_112, OFFER, 100);
        peer.write(30_000);
        peer.expect(segments(0, 10));

        peer.advanceMillis(100);
        peer.send(". 1:0 ack 1 win 10112 <sack 1001-4001>").expect(". 1:1000 ack 1");
        peer.send(". 1:0 ack 1 win 10112 <sack 1001-10001>").expectNothing();

        peer.advanceMillis(100).ack(10_001);
        assertThat(peer.emitted).isNotEmpty().startsWith(". 10001:1000 ack 1");
        peer.emitted.clear();
    }

    @Test
    void s123AcknowledgmentOfAHugeFlightTakesConstantWork() {
        peer = new ScriptedPeer(config().initialWindowSegments(1000));
        peer.ip.mtuBytes = 140;
        peer.establish(4_000_000, "<mss 100,sackOK,ws 7>", 100);
        grow(10_000);
        SegmentScoreboard board = recovery().board;
        assertThat(board.size()).isGreaterThanOrEqualTo(10_000);
        long base = peer.connection().sender.una - peer.connection().sender.iss;
        peer.advanceMillis(100).emitted.clear();

        long before = board.visits;
        long most = 0;
        for (int i = 2; i <= 10_000; i++) {
            long at = board.visits;
            peer.sack(base, (base + 100) + "-" + (base + 100L * i));
            most = Math.max(most, board.visits - at);
        }

        assertThat(board.visits - before).isLessThan(8 * 10_000);
        assertThat(most).isLessThan(40);
        assertThat(peer.emitted)
                .filteredOn(text -> text.startsWith(". " + base + ":"))
                .hasSize(1);
        before = board.visits;
        peer.advanceMillis(100).ack(base + 100L * 10_000);
        assertThat(board.visits - before).isLessThan(3 * 10_000);
        peer.emitted.clear();
    }

    /** Lets slow start grow until so many segments are in flight. */
    private void grow(int segments) {
        long acknowledged = 1;
        while (recovery().board.size() < segments) {
            peer.write(4_000_000);
            if (recovery().board.size() >= segments) {
                break;
            }
            acknowledged = peer.connection().sender.nxt - peer.connection().sender.iss;
            peer.advanceMillis(100).ack(acknowledged);
        }
    }
}
