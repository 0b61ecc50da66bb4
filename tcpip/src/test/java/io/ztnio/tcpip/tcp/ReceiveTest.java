package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scenarios 44 to 69. */
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

    @Test
    void s53NewestBlockComesFirstAndThreeFitBesideTimestamps() {
        peer.establish(65_535);
        peer.send(". 1001:100 ack 1").expect(". 1:0 ack 1 <sack 1001-1101>");
        peer.send(". 2001:100 ack 1").expect(". 1:0 ack 1 <sack 2001-2101 1001-1101>");
        peer.send(". 3001:100 ack 1").expect(". 1:0 ack 1 <sack 3001-3101 2001-2101 1001-1101>");
        peer.send(". 1101:100 ack 1").expect(". 1:0 ack 1 <sack 1001-1201 3001-3101 2001-2101>");

        peer = new ScriptedPeer(config().timestamps(true)).establish(65_535, "<mss 1000,sackOK,ts 5 0,ws 7>");
        for (int i = 1; i <= 3; i++) {
            peer.send(". " + i + "001:100 ack 1 <ts 5 0>");
        }
        peer.emitted.subList(0, 3).clear();
        peer.send(". 4001:100 ack 1 <ts 5 0>");
        assertThat(peer.emitted.get(peer.emitted.size() - 1)).endsWith("sack 4001-4101 3001-3101 2001-2101>");
        peer.emitted.clear();
    }

    @Test
    void s54FifthHoleIsKeptThoughNotReported() {
        peer.establish(65_535);
        for (int i = 1; i <= 5; i++) {
            peer.send(". " + i + "001:500 ack 1");
        }
        peer.emitted.subList(0, 4).clear();
        peer.expect(". 1:0 ack 1 <sack 5001-5501 4001-4501 3001-3501 2001-2501>");

        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 1501 <sack 5001-5501 4001-4501 3001-3501 2001-2501>");
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

    @Test
    void s57SegmentIsCutAtTheWindow() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 5000);
        peer.establish(65_535);

        for (int i = 0; i < 4; i++) {
            peer.send(". " + (1 + 1000 * i) + ":1000 ack 1");
        }
        peer.send("F. 4001:1500 ack 1");
        peer.emitted.clear();

        int kept = peer.read(1, 9000);
        assertThat(kept).isBetween(4800, 5000);
        assertThat(peer.read(kept + 1, 10)).isZero();
        peer.emitted.clear();
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
        assertThat(peer.layer.counters().drops(TcpDropReason.MALFORMED_HEADER)).isEqualTo(4);

        peer.send("P. 1:10 ack 1 <raw 08 00>", "P. 11:10 ack 1 <raw 08 01>", "P. 21:10 ack 1 <raw 05 28 01 01>");

        assertThat(peer.read(1, 100)).isEqualTo(30);
        peer.emitted.clear();
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

        assertThat(peer.stream.available()).isZero();
    }

    @Test
    void s62SegmentWithoutFlagsIsDropped() {
        peer.establish(65_535);

        peer.send("- 1:10").expectNothing();

        assertThat(peer.stream.available()).isZero();
    }

    @Test
    void s63UrgentDataIsInline() {
        peer.establish(65_535);

        peer.send("U. 1:10 ack 1");

        assertThat(peer.read(1, 20)).isEqualTo(10);
        peer.expectAfter(40, ". 1:0 ack 11");
    }

    @Test
    void s64SequenceNumbersWrap() {
        peer.peerIss = -501;
        peer.establish(65_535);

        peer.send(". 1:1000 ack 1", ". 1001:1000 ack 1").expect(". 1:0 ack 2001");

        assertThat(peer.read(1, 3000)).isEqualTo(2000);
    }

    @Test
    void s65SleepingReaderClosesTheWindow() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 8192);
        peer.establish(65_535);

        for (int i = 1; i <= 8064; i++) {
            peer.send("P. " + i + ":1 ack 1");
            if (i % 2 == 0) {
                assertThat(peer.emitted).containsExactly(". 1:0 ack " + (i + 1));
            } else {
                assertThat(peer.emitted).isEmpty();
            }
            peer.emitted.clear();
        }
        for (int i = 8065; i <= 10_000; i++) {
            peer.send("P. " + i + ":1 ack 1");
            String answer = ". 1:0 ack " + (peer.stream.available() + 1);
            assertThat(peer.emitted).allMatch(answer::equals).hasSizeLessThanOrEqualTo(1);
            peer.emitted.clear();
        }
        peer.advanceMillis(100);

        assertThat(peer.stream.available()).isBetween(8064, 8192);
        assertThat(peer.windows.get(peer.windows.size() - 1)).isZero();
        assertThat(peer.read(1, 9000)).isBetween(8064, 8192);
        peer.emitted.clear();
    }

    @Test
    void s66FloodBehindAHoleLeavesRoomForTheHole() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 20_000);
        peer.establish(65_535);
        long edge = peer.connection().receiver.rightEdge() - peer.connection().receiver.nxt + 1;
        assertThat(edge).isBetween(19_801L, 20_001L);
        for (int i = 1; i < 30; i++) {
            peer.send(". " + (1 + 1000 * i) + ":1000 ack 1");
            peer.expect(". 1:0 ack 1 <sack 1001-" + Math.min(1001 + 1000L * i, edge) + ">");
        }

        peer.send(". 1:1000 ack 1").expect(". 1:0 ack " + edge);

        assertThat(peer.read(1, 30_000)).isEqualTo((int) edge - 1);
        peer.expect(". 1:0 ack " + edge);
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
            List<String> segments = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int before = Math.min(i * 100, random.nextInt(50));
                segments.add(". " + (1 + 100 * i - before) + ":" + (100 + before) + " ack 1");
            }
            Collections.shuffle(segments, random);

            segments.forEach(peer::send);

            assertThat(peer.read(1, 30_000)).as("seed %d", seed).isEqualTo(20_000);
            peer.advanceMillis(40);
            assertThat(peer.emitted.get(peer.emitted.size() - 1)).startsWith(". 1:0 ack 20001");
            peer.emitted.clear();
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
