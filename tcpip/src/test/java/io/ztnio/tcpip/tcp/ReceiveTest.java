package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ExtendedOptions;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios 44 to 69, but 63. */
@AtEverySequenceStart
@Tag("any-jdk")
class ReceiveTest {
    private ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    @Test
    void s44SmallSegmentIsReadableAtOnceAndAcknowledgedAfter40Millis() {
        peer.establish(65_535);

        peer.send("P. 1:500 ack 1");

        assertThat(peer.stream.available()).isEqualTo(500);
        assertThat(peer.stream.readiness() & Endpoint.READABLE).isNotZero();
        peer.expectAfter(40, ". 1:0 ack 501");
        assertThat(peer.read(1, 1000)).isEqualTo(500);
        assertThat(peer.stream.readiness() & Endpoint.READABLE).isZero();
    }

    @Test
    void s45SecondFullSegmentIsAcknowledgedAtOnce() {
        peer.establish(65_535);

        peer.send(". 1:1000 ack 1").expectNothing();
        peer.send(". 1001:1000 ack 1").expect(". 1:0 ack 2001");
    }

    @Test
    void s46BatchIsAcknowledgedOnce() {
        peer.establish(65_535);
        List<String> batch = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            batch.add(". " + (1 + 1000 * i) + ":1000 ack 1");
        }

        peer.sendBatch(batch).expect(". 1:0 ack 20001");
    }

    @Test
    void s46HugeBatchIsAcknowledgedEvery64Kilobytes() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 1 << 20);
        peer.establish(65_535);
        peer.send(". 1:1000 ack 1", ". 1001:1000 ack 1").expect(". 1:0 ack 2001");
        List<String> batch = new ArrayList<>();
        for (int i = 2; i < 150; i++) {
            batch.add(". " + (1 + 1000 * i) + ":1000 ack 1");
        }

        peer.sendBatch(batch).expect(". 1:0 ack 68001", ". 1:0 ack 134001", ". 1:0 ack 150001");
    }

    @Test
    void s47DataCarriesTheAcknowledgment() {
        peer.establish(65_535).send("P. 1:500 ack 1").advanceMillis(10);

        peer.write(10);

        peer.expect("P. 1:10 ack 501");
        peer.send(". 501:0 ack 11");
        peer.advanceMillis(1000).expectNothing();
    }

    @Test
    void s48FirstSegmentsAreAcknowledgedWithoutDelay() {
        peer = new ScriptedPeer(config().quickAckSegments(16)).establish(65_535);

        for (int i = 0; i < 16; i++) {
            peer.send("P. " + (1 + 10 * i) + ":10 ack 1").expect(". 1:0 ack " + (11 + 10 * i));
        }

        peer.send("P. 161:10 ack 1").expectNothing();
        peer.expectAfter(40, ". 1:0 ack 171");
    }

    /** As in Linux (tcp(7), TCP_QUICKACK): a new socket says yes, and whoever says no has delayed ones from the first on. */
    @Test
    void acknowledgmentsAreDelayedFromTheFirstOnIfAskedFor() {
        peer = new ScriptedPeer(config().quickAckSegments(16)).establish(65_535);
        assertThat(peer.stream.option(ExtendedOptions.TCP_QUICKACK)).isEqualTo(true);

        peer.stream.option(ExtendedOptions.TCP_QUICKACK, false);

        assertThat(peer.stream.option(ExtendedOptions.TCP_QUICKACK)).isEqualTo(false);
        peer.send("P. 1:10 ack 1").expectNothing();
        peer.expectAfter(40, ". 1:0 ack 11");
    }

    @Test
    void s49HoleIsReportedAtOnce() {
        peer.establish(65_535);

        peer.send(". 1001:1000 ack 1").expect(". 1:0 ack 1 <sack 1001-2001>");

        assertThat(peer.stream.available()).isZero();
    }

    @Test
    void s50FilledHoleIsAcknowledgedAtOnce() {
        peer.establish(65_535).send(". 1001:1000 ack 1").expect(". 1:0 ack 1 <sack 1001-2001>");

        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 2001");

        assertThat(peer.read(1, 3000)).isEqualTo(2000);
    }

    @Test
    void s51OverlapIsDeliveredOnceAndReported() {
        peer.establish(65_535).send(". 1:1000 ack 1").expectNothing();

        peer.send(". 501:1000 ack 1").expect(". 1:0 ack 1501 <sack 501-1001>");

        assertThat(peer.read(1, 3000)).isEqualTo(1500);
    }

    @Test
    void s52DuplicateIsReported() {
        peer.establish(65_535).send(". 1:1000 ack 1").expectAfter(40, ". 1:0 ack 1001");

        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 1001 <sack 1-1001>");
    }

    /** RFC 2883 4: the first part of a segment that came twice, be it below or above the acknowledgment. */
    @Test
    void s52FirstDuplicatePartIsReported() {
        peer.establish(65_535).send(". 1:1000 ack 1").expectAfter(40, ". 1:0 ack 1001");
        peer.send(". 2001:1000 ack 1").expect(". 1:0 ack 1001 <sack 2001-3001>");
        peer.send(". 4001:1000 ack 1").expect(". 1:0 ack 1001 <sack 4001-5001 2001-3001>");
        peer.send(". 2501:2000 ack 1").expect(". 1:0 ack 1001 <sack 2501-3001 2001-5001>");

        peer.send(". 501:2000 ack 1").expect(". 1:0 ack 5001 <sack 501-1001>");

        assertThat(peer.read(1, 10_000)).isEqualTo(5000);
    }

    @Test
    void s53NewestBlockComesFirstAndThreeFitBesideTimestamps() {
        peer.establish(65_535);
        peer.send(". 1001:100 ack 1").expect(". 1:0 ack 1 <sack 1001-1101>");
        peer.send(". 2001:100 ack 1").expect(". 1:0 ack 1 <sack 2001-2101 1001-1101>");
        peer.send(". 3001:100 ack 1").expect(". 1:0 ack 1 <sack 3001-3101 2001-2101 1001-1101>");
        peer.send(". 4001:100 ack 1").expect(". 1:0 ack 1 <sack 4001-4101 3001-3101 2001-2101 1001-1101>");
        peer.send(". 1101:100 ack 1").expect(". 1:0 ack 1 <sack 1001-1201 4001-4101 3001-3101 2001-2101>");

        peer = new ScriptedPeer(config().timestamps(true)).establish(65_535, "<mss 1000,sackOK,ts 5 0,ws 7>");
        peer.send(". 1001:100 ack 1 <ts 5 0>").expect(". 1:0 ack 1 <ts 5,sack 1001-1101>");
        peer.send(". 2001:100 ack 1 <ts 5 0>").expect(". 1:0 ack 1 <ts 5,sack 2001-2101 1001-1101>");
        peer.send(". 3001:100 ack 1 <ts 5 0>").expect(". 1:0 ack 1 <ts 5,sack 3001-3101 2001-2101 1001-1101>");
        peer.send(". 4001:100 ack 1 <ts 5 0>").expect(". 1:0 ack 1 <ts 5,sack 4001-4101 3001-3101 2001-2101>");
    }

    @Test
    void s54FifthHoleIsKeptThoughNotReported() {
        peer.establish(65_535);
        peer.send(". 1001:500 ack 1").expect(". 1:0 ack 1 <sack 1001-1501>");
        peer.send(". 2001:500 ack 1").expect(". 1:0 ack 1 <sack 2001-2501 1001-1501>");
        peer.send(". 3001:500 ack 1").expect(". 1:0 ack 1 <sack 3001-3501 2001-2501 1001-1501>");
        peer.send(". 4001:500 ack 1").expect(". 1:0 ack 1 <sack 4001-4501 3001-3501 2001-2501 1001-1501>");
        peer.send(". 5001:500 ack 1").expect(". 1:0 ack 1 <sack 5001-5501 4001-4501 3001-3501 2001-2501>");

        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 1501 <sack 5001-5501 4001-4501 3001-3501 2001-2501>");

        assertThat(peer.read(1, 9000)).isEqualTo(1500);
    }

    @Test
    void s55BlocksWrapWithTheSequenceNumbers() {
        peer.peerIss = -1500;
        peer.establish(65_535);

        peer.send(". 1001:1000 ack 1").expect(". 1:0 ack 1 <sack 1001-2001>");
        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 2001");
    }

    @Test
    void s56SegmentBeyondTheWindowIsDropped() {
        peer.establish(65_535);

        peer.send(". 300001:1000 ack 1").expect(". 1:0 ack 1");

        assertThat(peer.layer.counters().drops(TcpDropReason.OUTSIDE_WINDOW)).isEqualTo(1);
    }

    /** Of a buffer of 5000 bytes 39 units of 128 are offered. */
    @Test
    void s57SegmentIsCutAtTheWindow() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 5000);
        peer.establish(65_535);
        peer.send(". 1:1000 ack 1").expectNothing();
        peer.send(". 1001:1000 ack 1").expectWindow(". 1:0 ack 2001", 23 * 128);
        peer.send(". 2001:1000 ack 1").expectNothing();
        peer.send(". 3001:1000 ack 1").expectWindow(". 1:0 ack 4001", 7 * 128);

        peer.send("F. 4001:1500 ack 1").expectWindow(". 1:0 ack 4993", 0);

        assertThat(peer.read(1, 9000)).isEqualTo(4992);
        assertThat(peer.read(4993, 10)).as("no end of the stream").isZero();
        peer.expectWindow(". 1:0 ack 4993", 39 * 128);
        peer.send("F. 4993:508 ack 1").expect(". 1:0 ack 5502");
        assertThat(peer.read(4993, 1000)).isEqualTo(508);
        assertThat(peer.read(5501, 10)).isEqualTo(-1);
    }

    @Test
    void s58BadChecksumIsDropped() {
        peer.establish(65_535);
        byte[] segment = SegmentText.build(
                "P. 1:10 ack 1", 80, peer.ownPort, /* ownIss= */ peer.peerIss, /* peerIss= */ peer.ownIss, 7);

        peer.injectRaw(segment, false);
        peer.endTurn();

        assertThat(peer.stream.available()).isZero();
        assertThat(peer.layer.counters().drops(TcpDropReason.BAD_CHECKSUM)).isEqualTo(1);
    }

    @Test
    void s59MalformedHeadersAndOptionsDoNoHarm() {
        peer.establish(65_535);
        for (int offset : new int[] {0, 4, 15}) {
            byte[] segment = SegmentText.build(
                    "P. 1:10 ack 1", 80, peer.ownPort, /* ownIss= */ peer.peerIss, /* peerIss= */ peer.ownIss, 7);
            segment[12] = (byte) (offset << 4);
            peer.injectRaw(segment, true);
        }
        peer.injectRaw(new byte[19], true);
        peer.endTurn();
        peer.expectNothing();
        assertThat(peer.layer.counters().drops(TcpDropReason.MALFORMED_HEADER)).isEqualTo(4);

        peer.send("P. 1:10 ack 1 <raw 08 00>").expectNothing();
        peer.send("P. 11:10 ack 1 <raw 08 01>").expect(". 1:0 ack 21");
        peer.send("P. 21:10 ack 1 <raw 05 28 01 01>").expectAfter(40, ". 1:0 ack 31");

        assertThat(peer.read(1, 100)).isEqualTo(30);
    }

    @Test
    void s60AckOfWhatWasNotSentIsAnsweredAndDropped() {
        peer.establish(65_535);

        peer.send("P. 1:10 ack 5").expect(". 1:0 ack 1");
        peer.send("P. 1:10 ack 5").expectNothing();

        assertThat(peer.stream.available()).isZero();
    }

    @Test
    void s61AckFromLongAgoIsChallenged() {
        peer.establish(65_535);

        peer.send("P. 1:10 ack " + (4_294_967_296L - 100_000)).expect(". 1:0 ack 1");
        peer.advanceMillis(499)
                .send("P. 1:10 ack " + (4_294_967_296L - 100_000))
                .expectNothing();
        peer.advanceMillis(1).send("P. 1:10 ack " + (4_294_967_296L - 100_000)).expect(". 1:0 ack 1");

        assertThat(peer.stream.available()).isZero();
    }

    @Test
    void s62SegmentWithoutFlagsIsDropped() {
        peer.establish(65_535);

        peer.send("- 1:10").expectNothing();

        assertThat(peer.stream.available()).isZero();
    }

    @Test
    void s64SequenceNumbersWrap() {
        peer.peerIss = -501;
        peer.establish(65_535);

        peer.send(". 1:1000 ack 1", ". 1001:1000 ack 1").expect(". 1:0 ack 2001");

        assertThat(peer.read(1, 3000)).isEqualTo(2000);
    }

    /**
     * Of 8192 bytes all are offered, 64 units of 128; the window is what is left of 8065, so that rounding it up does not
     * promise more. It is closed for the last 127 bytes, which the peer may send all the same.
     */
    @Test
    void s65SleepingReaderClosesTheWindow() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 8192);
        peer.establish(65_535);

        for (int i = 1; i <= 8192; i++) {
            peer.send("P. " + i + ":1 ack 1");
            if (i % 2 == 0) {
                peer.expectWindow(". 1:0 ack " + (i + 1), Math.max(0, (8066 - (i + 1) + 127) / 128 * 128));
            } else {
                peer.expectNothing();
            }
        }
        for (int i = 8193; i <= 10_000; i++) {
            peer.send("P. " + i + ":1 ack 1").expectWindow(". 1:0 ack 8193", 0);
        }
        peer.advanceMillis(1000).expectNothing();

        assertThat(peer.layer.budget().usedBytes()).isEqualTo(8192);
        assertThat(peer.read(1, 9000)).isEqualTo(8192);
        peer.expectWindow(". 1:0 ack 8193", 8192);
        peer.send("P. 8193:1 ack 1").expectAfter(40, ". 1:0 ack 8194");
        assertThat(peer.read(8193, 10)).isEqualTo(1);
    }

    /** Of 20,000 bytes 156 units of 128 are offered, 19,968 bytes. */
    @Test
    void s66FloodBehindAHoleLeavesRoomForTheHole() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 20_000);
        peer.establish(65_535);
        for (int i = 1; i < 30; i++) {
            peer.send(". " + (1 + 1000 * i) + ":1000 ack 1");
            peer.expectWindow(". 1:0 ack 1 <sack 1001-" + Math.min(1001 + 1000 * i, 19_969) + ">", 156 * 128);
        }

        peer.send(". 1:1000 ack 1").expectWindow(". 1:0 ack 19969", 0);

        assertThat(peer.read(1, 30_000)).isEqualTo(19_968);
        peer.expectWindow(". 1:0 ack 19969", 156 * 128);
    }

    @Test
    void s67FinWaitsForTheHole() {
        peer.establish(65_535);
        peer.send("F. 1001:0 ack 1").expect(". 1:0 ack 1");
        assertThat(peer.read(1, 10)).isZero();

        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 1002");

        assertThat(peer.read(1, 2000)).isEqualTo(1000);
        assertThat(peer.read(1001, 10)).isEqualTo(-1);
    }

    @Test
    void s68AnyOrderWithOverlapsGivesTheSameStream() {
        for (long seed = 1; seed <= 20; seed++) {
            peer = new ScriptedPeer();
            peer.peerIss = (int) (seed * 0x1234_5678);
            peer.establish(65_535);
            Random random = new Random(seed);
            List<int[]> segments = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int before = Math.min(i * 100, random.nextInt(50));
                segments.add(new int[] {1 + 100 * i - before, 100 + before});
            }
            Collections.shuffle(segments, random);
            BitSet held = new BitSet();

            for (int[] segment : segments) {
                boolean hole = held.nextClearBit(1) < held.length();
                held.set(segment[0], segment[0] + segment[1]);
                peer.send(". " + segment[0] + ":" + segment[1] + " ack 1");
                assertThat(peer.emitted).as("seed %d", seed).hasSizeBetween(hole ? 1 : 0, 1);
                peer.emitted.forEach(text -> assertDescribes(text, held));
                peer.emitted.clear();
            }

            peer.advanceMillis(40);
            peer.emitted.forEach(text -> assertDescribes(text, held));
            peer.emitted.clear();
            assertThat(peer.read(1, 30_000)).as("seed %d", seed).isEqualTo(20_000);
        }
    }

    /** All that is in order is acknowledged, and blocks above are whole runs of what is held behind holes. */
    private static void assertDescribes(String text, BitSet held) {
        int next = held.nextClearBit(1);
        assertThat(text).matches("\\. 1:0 ack " + next + "( <sack [-0-9 ]+>)?");
        int sack = text.indexOf("<sack ");
        if (sack < 0) {
            assertThat(next).as(text).isEqualTo(held.length());
            return;
        }
        String[] blocks = text.substring(sack + 6, text.length() - 1).split(" ", -1);
        for (int i = 0; i < blocks.length; i++) {
            String[] ends = blocks[i].split("-", -1);
            int left = Integer.parseInt(ends[0]);
            int right = Integer.parseInt(ends[1]);
            assertThat(held.nextClearBit(left)).as(text).isGreaterThanOrEqualTo(right);
            boolean duplicate = i == 0 && (left < next || held.get(left - 1) || held.get(right));
            assertThat(duplicate || (!held.get(left - 1) && !held.get(right)))
                    .as(text)
                    .isTrue();
        }
    }

    @Test
    void s69AfterShutdownInputDataIsAcknowledgedAndDiscarded() throws IOException {
        peer.establish(65_535);
        peer.stream.shutdownInput();

        peer.send(". 1:1000 ack 1", ". 1001:1000 ack 1").expect(". 1:0 ack 2001");

        assertThat(peer.read(1, 10)).isEqualTo(-1);
        assertThat(peer.stream.readiness() & Endpoint.READABLE).isNotZero();
    }

    @Test
    void oldTimestampIsDroppedAndAnsweredButAResetIsNot() {
        peer = new ScriptedPeer(config().timestamps(true)).establish(65_535, OFFER.replace("ws", "ts 100 0,ws"));

        peer.send("P. 1:10 ack 1 <ts 99 0>").expect(". 1:0 ack 1 <ts 100>");
        assertThat(peer.stream.available()).isZero();
        peer.send("P. 1:10 ack 1 <ts 101 0>").expectAfter(40, ". 1:0 ack 11 <ts 101>");
        peer.send("R. 11:0 ack 1 <ts 50 0>");

        assertThat(peer.stream.readiness() & Endpoint.FAILED).isNotZero();
    }
}
