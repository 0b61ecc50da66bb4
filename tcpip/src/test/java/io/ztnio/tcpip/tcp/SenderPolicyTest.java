package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** When segments are sent and how they are cut: scenarios 139 to 147. */
class SenderPolicyTest extends SenderScript {
    private void withNagle() {
        peer.establish(65_535);
        peer.stream.option(StandardSocketOptions.TCP_NODELAY, false);
    }

    @Test
    void s139NagleCollectsSmallWritesUntilTheAck() {
        withNagle();

        peer.write(10);
        peer.expect("P. 1:10 ack 1");
        peer.write(10);
        peer.write(10);
        peer.expectNothing();

        peer.send(". 1:0 ack 11").expect("P. 11:20 ack 1");
    }

    @Test
    void s140NagleHoldsOnlyTheSmallRest() {
        withNagle();

        peer.write(1010);
        peer.expect(". 1:1000 ack 1");

        peer.send(". 1:0 ack 1001").expect("P. 1001:10 ack 1");
    }

    @Test
    void s141NoDelaySendsEachWrite() {
        peer.establish(65_535);

        for (int i = 0; i < 3; i++) {
            peer.write(10);
        }

        peer.expect("P. 1:10 ack 1", "P. 11:10 ack 1", "P. 21:10 ack 1");
    }

    @Test
    void s142CloseFlushesWhatNagleHolds() {
        peer.establish(65_535);
        peer.stream.option(StandardSocketOptions.TCP_NODELAY, false);
        peer.write(10);
        peer.write(10);
        peer.expect("P. 1:10 ack 1");

        peer.stream.close();

        peer.expect("FP. 11:10 ack 1");
    }

    @Test
    void s144WaitingWritesAreSentAsFullSegments() {
        flight(10);
        for (int i = 0; i < 100; i++) {
            peer.write(100);
        }
        peer.expectNothing();

        peer.send(". 1:0 ack 2001 win 4000000").expect(segments(10, 14));
    }

    @Test
    void s146TimestampsShortenThePayload() {
        peer = new ScriptedPeer(config().timestamps(true)).establish(65_535, "<mss 1000,sackOK,ts 5 0,ws 7>");

        peer.write(1000);

        peer.expect(". 1:988 ack 1 <ts 5>", "P. 989:12 ack 1 <ts 5>");
    }

    @Test
    void s143GatheringWriteIsOneRunOfFullSegments() throws IOException {
        peer.establish(65_535);
        ByteBuffer[] small = {ByteBuffer.allocate(300), ByteBuffer.allocate(300), ByteBuffer.allocate(100)};
        ByteBuffer[] large = {ByteBuffer.allocate(700), ByteBuffer.allocate(900), ByteBuffer.allocate(1100)};

        assertThat(peer.stream.write(small, 0, 3)).isEqualTo(700);
        peer.expect("P. 1:700 ack 1");
        assertThat(peer.stream.write(large, 0, 3)).isEqualTo(2700);

        peer.expect(". 701:1000 ack 1", ". 1701:1000 ack 1", "P. 2701:700 ack 1");
    }

    private void withCork() {
        peer.establish(65_535);
        peer.stream.option(StreamSocketOptions.TCP_CORK, true);
    }

    @Test
    void s143CorkHoldsASmallSegmentUntilItIsRemoved() {
        withCork();
        peer.write(700);
        peer.advanceMillis(150).expectNothing();

        peer.stream.option(StreamSocketOptions.TCP_CORK, false);

        peer.expect("P. 1:700 ack 1");
        peer.send(". 1:0 ack 701").advanceMillis(1000).expectNothing();
    }

    @Test
    void s143CorkHoldsASmallSegmentFor200MillisAtMost() {
        withCork();

        peer.write(700);
        peer.expectAfter(200, "P. 1:700 ack 1");

        // Each rest has its own time, whether or not something is in flight.
        peer.write(10);
        peer.advanceMillis(50).send(". 1:0 ack 701").expectNothing();
        peer.expectAfter(150, "P. 701:10 ack 1");
    }

    /** As Linux: it is an order to push, which holds for what is queued and for nothing behind it. */
    @Test
    void s143NoDelayPushesWhatIsCorked() {
        withCork();
        peer.write(700);
        peer.expectNothing();

        peer.stream.option(StandardSocketOptions.TCP_NODELAY, true);

        peer.expect("P. 1:700 ack 1");
        peer.write(10);
        peer.expectAfter(200, "P. 701:10 ack 1");
    }

    @Test
    void s141NoDelayPushesWhatNagleHolds() {
        withNagle();
        peer.write(10);
        peer.expect("P. 1:10 ack 1");
        peer.write(10);
        peer.expectNothing();

        peer.stream.option(StandardSocketOptions.TCP_NODELAY, true);

        peer.expect("P. 11:10 ack 1");
    }

    @Test
    void s143FullSegmentsPassTheCork() {
        withCork();

        peer.write(700);
        peer.advanceMillis(100).expectNothing();
        peer.write(1700);
        peer.expect(". 1:1000 ack 1", ". 1001:1000 ack 1");
        peer.send(". 1:0 ack 2001").expectNothing();

        peer.expectAfter(200, "P. 2001:400 ack 1");
    }

    @Test
    void s143CloseRemovesTheCork() {
        withCork();
        peer.write(700);
        peer.expectNothing();

        peer.stream.close();

        peer.expect("FP. 1:700 ack 1");
    }

    @Test
    void s143ProbeForALostTailLeavesTheRestCorked() {
        peer.establish(4_000_000, OFFER, 40);
        peer.stream.option(StreamSocketOptions.TCP_CORK, true);
        peer.write(2700);
        peer.expect(". 1:1000 ack 1", ". 1001:1000 ack 1");

        peer.expectAfter(80, "P. 1001:1000 ack 1");

        peer.ack(2001).expectNothing();
        peer.expectAfter(120, "P. 2001:700 ack 1");
    }

    @Test
    void s143CorkedRestWaitsForThePeersWindowAlso() {
        peer.establish(0);
        peer.stream.option(StreamSocketOptions.TCP_CORK, true);
        peer.write(700);
        peer.expectAfter(200, ". 0:0 ack 1");

        peer.send(". 1:0 ack 1 win 65535").expectNothing();

        peer.expectAfter(200, "P. 1:700 ack 1");
    }

    @Test
    void s145PushMarksTheEndOfWhatWasWritten() {
        peer.establish(65_535);

        peer.write(2500);
        peer.expect(". 1:1000 ack 1", ". 1001:1000 ack 1", "P. 2001:500 ack 1");
        peer.write(8000);

        peer.expect(
                ". 2501:1000 ack 1",
                ". 3501:1000 ack 1",
                ". 4501:1000 ack 1",
                ". 5501:1000 ack 1",
                ". 6501:1000 ack 1",
                ". 7501:1000 ack 1",
                ". 8501:1000 ack 1");
        peer.send(". 1:0 ack 9501").expect("P. 9501:1000 ack 1");
    }

    @Test
    void s146TinySegmentSizeWithManyOptionsStillProgresses() {
        peer = new ScriptedPeer(config().timestamps(true).minimumPeerSegmentBytes(48))
                .establish(65_535, "<mss 48,sackOK,ts 5 0,ws 7>");
        peer.send(". 11:10 ack 1 <ts 5 0>")
                .send(". 31:10 ack 1 <ts 5 0>")
                .emitted
                .clear();

        peer.write(30);

        String sack = " <ts 5,sack 31-41 11-21>";
        peer.expect(". 1:16 ack 1" + sack, "P. 17:14 ack 1" + sack);
    }

    @Test
    void s147RetransmissionIsCutAnew() {
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>", 100);
        peer.write(1500);
        peer.expect("P. 1:1500 ack 1");
        peer.ip.mtuBytes = 1040;

        peer.expectAfter(300, ". 1:1000 ack 1", "P. 1001:500 ack 1");

        peer.ack(1001);
        peer.expectNothing();
        peer.ack(1501);
    }
}
