package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scenario 63: urgent data as on Linux, whose answers to the same questions are in the provider's contract tests. */
@AtEverySequenceStart
class UrgentDataTest {
    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    private boolean isReadable() {
        return (peer.stream.readiness() & Endpoint.READABLE) != 0;
    }

    private void inline(boolean on) {
        peer.stream.option(StreamSocketOptions.SO_OOBINLINE, on);
    }

    @Test
    void s63TheUrgentByteIsLeftOutOfTheStream() {
        peer.establish(65_535);

        peer.send("PU. 1:10 ack 1 urg 4");

        assertThat(isReadable()).isTrue();
        assertThat(peer.stream.available()).isEqualTo(3);
        assertThat(peer.read(1, 20)).isEqualTo(3);
        assertThat(isReadable()).isTrue();
        assertThat(peer.read(5, 20)).isEqualTo(6);
        assertThat(isReadable()).isFalse();
        peer.expectAfter(40, ". 1:0 ack 11");
    }

    @Test
    void s63InlineAReadEndsBeforeTheUrgentByteAndTheNextBeginsWithIt() {
        peer.establish(65_535);
        inline(true);

        peer.send("PU. 1:10 ack 1 urg 4");

        assertThat(peer.stream.available()).isEqualTo(10);
        assertThat(peer.read(1, 20)).isEqualTo(3);
        assertThat(peer.read(4, 20)).isEqualTo(7);
        peer.expectAfter(40, ". 1:0 ack 11");
    }

    @Test
    void s63AScatteringReadEndsBeforeTheUrgentByte() throws IOException {
        peer.establish(65_535);
        ByteBuffer[] buffers = {ByteBuffer.allocate(3), ByteBuffer.allocate(20)};

        peer.send("PU. 1:10 ack 1 urg 4");

        assertThat(peer.stream.read(buffers, 0, 2)).isEqualTo(3);
        assertThat(peer.stream.read(buffers, 0, 2)).isEqualTo(6);
        peer.expectAfter(40, ". 1:0 ack 11");
    }

    /** A probe of an idle connection must not wake a reader over and over, nor be taken for the end. */
    @Test
    void s63NothingButAnUrgentByteIsNotReadable() {
        peer.establish(65_535);

        peer.send("PU. 1:1 ack 1 urg 1");

        assertThat(isReadable()).isFalse();
        assertThat(peer.stream.available()).isZero();
        peer.send("P. 2:5 ack 1").expectAfter(40, ". 1:0 ack 7");
        assertThat(isReadable()).isTrue();
        assertThat(peer.read(2, 20)).isEqualTo(5);
        assertThat(isReadable()).isFalse();
    }

    @Test
    void s63AReadPassesAnUrgentByteForEver() {
        peer.establish(65_535);

        peer.send("PU. 1:1 ack 1 urg 1");
        assertThat(peer.read(1, 20)).isZero();
        inline(true);

        assertThat(peer.read(1, 20)).isZero();
        assertThat(isReadable()).isFalse();
        peer.expectAfter(40, ". 1:0 ack 2");
    }

    @Test
    void s63AnUrgentByteThatNobodyHasPassedIsReadableWhenItIsInline() {
        peer.establish(65_535);

        peer.send("PU. 1:1 ack 1 urg 1");
        inline(true);
        assertThat(isReadable()).isTrue();
        inline(false);
        assertThat(isReadable()).isFalse();
        inline(true);

        assertThat(peer.read(1, 20)).isEqualTo(1);
        peer.expectAfter(40, ". 1:0 ack 2");
    }

    @Test
    void s63ALaterUrgentByteMakesAnUnreadOneOrdinary() {
        peer.establish(65_535);

        peer.send("PU. 1:3 ack 1 urg 3", "PU. 4:1 ack 1 urg 1");

        assertThat(peer.read(1, 20)).isEqualTo(3);
        assertThat(peer.read(4, 20)).isZero();
        peer.expectAfter(40, ". 1:0 ack 5");
    }

    @Test
    void s63OfProbesInARowNoneIsReadAndNoneIsKept() {
        peer.establish(65_535);

        for (int i = 1; i <= 1000; i++) {
            peer.send("PU. " + i + ":1 ack 1 urg 1");
            assertThat(isReadable()).isFalse();
            assertThat(peer.probe().unreadBytes()).isEqualTo(1);
        }
        peer.emitted.clear();

        assertThat(peer.read(1001, 20)).isZero();
        peer.send("P. 1001:5 ack 1").expectAfter(40, ". 1:0 ack 1006");
        assertThat(peer.read(1001, 20)).isEqualTo(5);
    }

    @Test
    void s63TheUrgentByteComesInALaterSegmentThanItsPointer() {
        peer.establish(65_535);

        peer.send("U. 1:0 ack 1 urg 1501").expectNothing();
        peer.send("U. 1:1000 ack 1 urg 1501").expectNothing();
        assertThat(peer.read(1, 5000)).isEqualTo(1000);
        peer.send("PU. 1001:501 ack 1 urg 501");
        peer.send("P. 1502:10 ack 1").expectAfter(40, ". 1:0 ack 1512");

        assertThat(peer.read(1001, 5000)).isEqualTo(500);
        assertThat(peer.read(1502, 5000)).isEqualTo(10);
    }

    @Test
    void s63TheUrgentByteComesBehindAHole() {
        peer.establish(65_535, "<mss 1000,ws 7>");

        peer.send("PU. 11:5 ack 1 urg 5").expect(". 1:0 ack 1");
        peer.send("U. 1:10 ack 1 urg 15").expect(". 1:0 ack 16");

        assertThat(peer.read(1, 20)).isEqualTo(14);
        assertThat(peer.read(15, 20)).isZero();
        assertThat(isReadable()).isFalse();
    }

    @Test
    void s63ARepeatedUrgentByteIsNotUrgentAgain() {
        peer.establish(65_535, "<mss 1000,ws 7>");

        peer.send("PU. 1:5 ack 1 urg 5");
        assertThat(peer.read(1, 20)).isEqualTo(4);
        assertThat(peer.read(5, 20)).isZero();
        peer.send("PU. 1:5 ack 1 urg 5").expect(". 1:0 ack 6");
        peer.send("PU. 1:10 ack 1 urg 5").expect(". 1:0 ack 11");

        assertThat(peer.read(6, 20)).isEqualTo(5);
    }

    /** What has been read, or could have been, is data. */
    @Test
    void s63APointerToWhatHasArrivedAsDataIsIgnored() {
        peer.establish(65_535);

        peer.send("P. 1:5 ack 1", "U. 6:0 ack 1 urg 0", "PU. 1:10 ack 1 urg 3").expect(". 1:0 ack 11 <sack 1-6>");

        assertThat(peer.read(1, 20)).isEqualTo(10);
        assertThat(peer.layer.counters().drops(TcpDropReason.BAD_URGENT_POINTER))
                .isEqualTo(1);
    }

    @Test
    void s63APointerOfZeroIsCountedAndItsDataTaken() {
        peer.establish(65_535);

        peer.send("PU. 1:5 ack 1 urg 0").expectAfter(40, ". 1:0 ack 6");

        assertThat(peer.read(1, 20)).isEqualTo(5);
        assertThat(peer.layer.counters().drops(TcpDropReason.BAD_URGENT_POINTER))
                .isEqualTo(1);
    }

    /** A peer may say so, even while our window is closed; it costs it the byte there, and us nothing. */
    @Test
    void s63APointerBeyondTheWindowWaitsForItsByte() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 8192);
        peer.establish(65_535);

        for (int i = 1; i <= 1000; i++) {
            peer.send("U. " + i + ":1 ack 1 urg 65535");
        }
        peer.advanceMillis(40);
        peer.emitted.clear();

        assertThat(peer.read(1, 2000)).isEqualTo(1000);
        peer.expect(". 1:0 ack 1001");
        assertThat(peer.layer.budget().usedBytes()).isLessThanOrEqualTo(8192);
    }

    @Test
    void s63TheEndOfTheStreamIsReadableBehindAnUrgentByte() throws IOException {
        peer.establish(65_535);

        peer.send("PU. 1:1 ack 1 urg 1");
        assertThat(isReadable()).isFalse();
        peer.send("F. 2:0 ack 1").expect(". 1:0 ack 3");

        assertThat(isReadable()).isTrue();
        assertThat(peer.stream.read(ByteBuffer.allocate(10))).isEqualTo(-1);
    }

    @Test
    void s63AcceptedStreamsInheritInline() {
        peer.listen(10);
        peer.listener.option(StreamSocketOptions.SO_OOBINLINE, true);
        peer.send("S 0:0 win 65535 " + OFFER);
        peer.emitted.clear();
        peer.send("PU. 1:3 ack 1 urg 3").accept();
        peer.advanceMillis(40);
        peer.emitted.clear();

        assertThat(peer.stream.option(StreamSocketOptions.SO_OOBINLINE)).isTrue();
        assertThat(peer.read(1, 20)).isEqualTo(2);
        assertThat(peer.read(3, 20)).isEqualTo(1);
    }

    @Test
    void s63AnUrgentByteGoesOutAtOnceWithItsPointer() throws IOException {
        peer.establish(65_535);
        peer.stream.option(StandardSocketOptions.TCP_NODELAY, false);
        peer.stream.option(StreamSocketOptions.TCP_CORK, true);

        peer.write(3);
        peer.expectNothing();
        assertThat(peer.stream.sendUrgent(0x1ff)).isTrue();

        peer.expect("PU. 1:4 ack 1 urg 4");
        assertThat(peer.lastPayload).containsExactly(0, 1, 2, 0xff);
        assertThat(peer.stream.sendUrgent(1)).isTrue();
        peer.expect("PU. 5:1 ack 1 urg 1");
        peer.ack(6);
        peer.write(3);
        peer.expectNothing();
        peer.stream.option(StreamSocketOptions.TCP_CORK, false);
        peer.expect("P. 6:3 ack 1");
        peer.ack(9);
    }

    @Test
    void s63EverySegmentBeforeTheUrgentEndCarriesThePointer() throws IOException {
        peer.establish(65_535);

        peer.run(nowNanos -> {
            peer.write(2500);
            ScriptedPeer.quietly(() -> peer.stream.sendUrgent(7));
            peer.write(1500);
        });

        peer.expect(
                "U. 1:1000 ack 1 urg 2501",
                "U. 1001:1000 ack 1 urg 1501",
                "U. 2001:1000 ack 1 urg 501",
                ". 3001:1000 ack 1",
                "P. 4001:1 ack 1");
        peer.ack(4002);
    }

    @Test
    void s63ARetransmissionCarriesThePointer() throws IOException {
        peer.establish(65_535);

        assertThat(peer.stream.sendUrgent(7)).isTrue();
        peer.expect("PU. 1:1 ack 1 urg 1");
        peer.advanceMillis(2000);

        assertThat(peer.emitted)
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).matches("P?U\\. 1:1 ack 1 urg 1"));
        peer.emitted.clear();
        peer.ack(2).expectNothing();
        peer.write(5);
        peer.expect("P. 2:5 ack 1");
        peer.ack(7);
    }

    /** With the window closed the peer hears of it by the probes, if not by the byte. */
    @Test
    void s63AnUrgentByteWaitsForTheWindow() throws IOException {
        peer.establish(0);

        assertThat(peer.stream.sendUrgent(7)).isTrue();
        peer.expectNothing();
        peer.advanceMillis(1500);
        assertThat(peer.emitted).first().isEqualTo("U. 0:0 ack 1 urg 2");
        peer.emitted.clear();
        peer.send(". 1:0 ack 1 win 1000").expect("PU. 1:1 ack 1 urg 1");
        peer.ack(2);
    }

    @Test
    void s63AnUrgentEndThatIsTooFarAwayIsSaidLater() throws IOException {
        peer.establish(4_000_000, "<mss 40000,sackOK,ws 7>");

        peer.run(nowNanos -> {
            peer.write(70_000);
            ScriptedPeer.quietly(() -> peer.stream.sendUrgent(7));
        });

        assertThat(peer.emitted.get(0)).doesNotContain("urg");
        long sent = 1;
        boolean last = false;
        for (int turn = 0; turn < 1000 && !last; turn++) {
            for (String text : peer.emitted) {
                long sequence = Long.parseLong(text.substring(text.indexOf(' ') + 1, text.indexOf(':')));
                long length = Long.parseLong(text.split("[: ]", -1)[2]);
                long ahead = 70_002 - sequence;
                assertThat(text.contains(" urg " + ahead)).as(text).isEqualTo(ahead <= 65_535);
                sent = Math.max(sent, sequence + length);
            }
            last = sent == 70_002;
            peer.emitted.clear();
            peer.ack(sent);
        }
        assertThat(last).isTrue();
    }

    @Test
    void s63AFullBufferTakesNoUrgentByte() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_SNDBUF, 4096);
        peer.establish(0);

        assertThat(peer.write(5000)).isEqualTo(4096);

        assertThat(peer.stream.sendUrgent(7)).isFalse();
        assertThat(peer.stream.readiness() & Endpoint.WRITABLE).isZero();
    }
}
