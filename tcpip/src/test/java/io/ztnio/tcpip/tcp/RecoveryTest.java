package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.ip.IcmpError;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timeouts, fast retransmit, congestion window and sender policy: scenarios of groups E to H and J. */
class RecoveryTest {
    private static final String NO_SACK = "<mss 1000,ws 7>";
    private static final long MILLISECOND = ScriptedPeer.MILLISECOND;

    private ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    private static String[] segments(int from, int to) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            texts.add(". " + (1 + 1000 * i) + ":1000 ack 1");
        }
        return texts.toArray(new String[0]);
    }

    /** Establishes, writes {@code written} full segments and takes note of the first window of them. */
    private void sendSegments(int written, String offer) {
        peer.establish(4_000_000, offer);
        assertThat(peer.write(written * 1000)).isEqualTo(written * 1000);
        assertThat(peer.emitted).hasSize(Math.min(10, written));
        peer.emitted.clear();
    }

    @Test
    void s85And86And87RttSamplesFollowRfc6298() {
        RttEstimator rtt = new RttEstimator(config().build());

        rtt.sample(100 * MILLISECOND);
        assertThat(rtt.rtoNanos()).isEqualTo(300 * MILLISECOND);
        rtt.sample(200 * MILLISECOND);
        assertThat(rtt.variationNanos()).isEqualTo(62_500_000);
        assertThat(rtt.smoothedNanos()).isEqualTo(112_500_000);
        assertThat(rtt.rtoNanos()).isEqualTo(362_500_000);

        RttEstimator near = new RttEstimator(config().build());
        near.sample(MILLISECOND);
        assertThat(near.rtoNanos()).isEqualTo(200 * MILLISECOND);
    }

    @Test
    void s91SilenceIsAnsweredWithBackoffAndThenTheEnd() {
        peer.connect().advanceMillis(100).send("S. 0:0 ack 1 " + OFFER);
        peer.emitted.clear();
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1");

        long wait = 300;
        for (int i = 0; i < 15; i++) {
            peer.expectAfter(wait, "P. 1:1000 ack 1");
            wait = Math.min(120_000, wait * 2);
        }
        peer.expectAfter(wait, "R. 1001:0 ack 1");

        assertThatThrownBy(() -> peer.stream.write(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
    }

    @Test
    void s92TimeoutSendsOneSegmentAndSlowStarts() {
        peer = new ScriptedPeer(config().tailLossProbes(false));
        sendSegments(10, OFFER);

        peer.expectAfter(200, ". 1:1000 ack 1");
        peer.send(". 1:0 ack 1001 win 100000").expect(segments(1, 3));
        peer.send(". 1:0 ack 3001 win 100000").expect(segments(3, 7));
    }

    @Test
    void s93NewAckRestartsTheTimer() {
        peer = new ScriptedPeer(config().tailLossProbes(false));
        sendSegments(3, OFFER);

        peer.advanceMillis(150).send(". 1:0 ack 1001 win 100000");
        peer.expectAfter(200, ". 1001:1000 ack 1");
        peer.send(". 1:0 ack 3001 win 100000");

        peer.advanceMillis(10_000).expectNothing();
    }

    @Test
    void s98ThreeDuplicatesRetransmit() {
        sendSegments(10, NO_SACK);
        String duplicate = ". 1:0 ack 1 win 4000000";
        peer.send(duplicate, duplicate).expectNothing();

        peer.send(duplicate).expect(". 1:1000 ack 1");

        peer.send(". 1:0 ack 10001 win 4000000").expectNothing();
    }

    @Test
    void s100SackOfThreeSegmentsRetransmitsAtOnce() {
        sendSegments(10, OFFER);

        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-4001>").expect(". 1:1000 ack 1");
    }

    @Test
    void s101PartialAckRetransmitsTheNextHole() {
        sendSegments(10, NO_SACK);
        String duplicate = ". 1:0 ack 1 win 4000000";
        peer.send(duplicate, duplicate, duplicate).expect(". 1:1000 ack 1");
        peer.send(duplicate, duplicate, duplicate, duplicate, duplicate).expectNothing();

        peer.send(". 1:0 ack 3001 win 4000000").expect(". 3001:1000 ack 1");
        peer.send(". 1:0 ack 10001 win 4000000").expectNothing();

        peer.advanceMillis(5000);
    }

    @Test
    void s102And103EachHoleIsRetransmittedOnceAndNothingElse() {
        peer = new ScriptedPeer(config().initialWindowSegments(20)).establish(4_000_000);
        peer.write(20_000);
        assertThat(peer.emitted).hasSize(20);
        peer.emitted.clear();
        peer.advanceMillis(1);

        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-2001>");
        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-3001>").expectNothing();
        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-4001>").expect(". 1:1000 ack 1");
        peer.send(". 1:0 ack 1 win 4000000 <sack 5001-8001 1001-4001>");
        peer.send(". 1:0 ack 1 win 4000000 <sack 9001-20001 5001-8001 1001-4001>");

        peer.expect(". 4001:1000 ack 1", ". 8001:1000 ack 1");
        peer.send(". 1:0 ack 20001 win 4000000");
        peer.advanceMillis(5000);
    }

    @Test
    void s107DuplicatesLetNewSegmentsOut() {
        sendSegments(20, OFFER);

        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-2001>").expect(". 10001:1000 ack 1");
        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-3001>").expect(". 11001:1000 ack 1");
    }

    @Test
    void s118RenegedSackIsForgottenAtTheTimeout() {
        sendSegments(3, OFFER);
        peer.send(". 1:0 ack 1 win 4000000 <sack 1001-2001>");
        peer.send(". 1:0 ack 1001 win 4000000");

        peer.expectAfter(200, ". 1001:1000 ack 1");
        peer.send(". 1:0 ack 2001 win 4000000").expect("P. 2001:1000 ack 1");
    }

    @Test
    void s119NonsenseInSackIsIgnored() {
        sendSegments(10, OFFER);

        peer.send(". 1:0 ack 1 win 4000000 <sack 4001-1001 9001-20001>");
        peer.send(". 1:0 ack 1 win 4000000 <sack 3001-3001>");

        peer.expectNothing();
    }

    @Test
    void s124And125SlowStartDoublesPerRound() {
        sendSegments(100, OFFER);

        for (int i = 1; i <= 10; i++) {
            peer.send(". 1:0 ack " + (1 + 1000 * i) + " win 4000000");
        }

        assertThat(peer.emitted).hasSize(20);
        peer.emitted.clear();
    }

    @Test
    void s126WindowThatIsNotUsedDoesNotGrow() {
        peer.establish(4_000_000);
        for (int i = 0; i < 20; i++) {
            peer.write(1000);
            peer.send(". 1:0 ack " + (1001 + 1000 * i) + " win 4000000");
        }
        peer.emitted.clear();

        peer.write(50_000);

        assertThat(peer.emitted).hasSize(10);
        peer.emitted.clear();
    }

    @Test
    void s139And140NagleHoldsSmallSegmentsBack() {
        peer.establish(65_535);
        peer.stream.option(StandardSocketOptions.TCP_NODELAY, false);

        peer.write(10);
        peer.expect("P. 1:10 ack 1");
        peer.write(10);
        peer.write(10);
        peer.expectNothing();
        peer.send(". 1:0 ack 11").expect("P. 11:20 ack 1");
        peer.send(". 1:0 ack 31");
        peer.write(1010);
        peer.expect(". 31:1000 ack 1");
        peer.send(". 1:0 ack 1031").expect("P. 1031:10 ack 1");
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
        sendSegments(10, OFFER);
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
    void s161KeepAliveProbesAndGivesUp() {
        peer.establish(65_535);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 10);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
        peer.stream.option(jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        peer.stream.option(StandardSocketOptions.SO_KEEPALIVE, true);

        peer.expectAfter(10_000, ". 0:0 ack 1");
        peer.send(". 1:0 ack 1");
        peer.expectAfter(10_000, ". 0:0 ack 1");
        peer.expectAfter(1000, ". 0:0 ack 1");
        peer.expectAfter(1000, ". 0:0 ack 1");
        peer.expectAfter(1000, "R. 1:0 ack 1");
    }

    @Test
    void s162PeersKeepAliveIsAnswered() {
        peer.establish(65_535);

        peer.send(". 0:0 ack 1").expect(". 1:0 ack 1");
    }

    @Test
    void s165PacketTooBigLowersTheSegmentSize() {
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>");
        peer.write(3000);
        peer.expect(". 1:1500 ack 1", "P. 1501:1500 ack 1");

        peer.icmp(IcmpError.PACKET_TOO_BIG, 50_000, 1040).expectNothing();
        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 1040);

        peer.expect(". 1:1000 ack 1", ". 1001:500 ack 1", ". 1501:1000 ack 1", "P. 2501:500 ack 1");
    }

    @Test
    void pathThatBecameSmallerIsNoticedWithoutAnError() {
        peer.ip.mtuBytes = 1540;
        peer.establish(4_000_000, "<mss 1500,sackOK,ws 7>");
        peer.ip.mtuBytes = 1040;

        peer.write(1500);

        peer.expect(". 1:1000 ack 1", "P. 1001:500 ack 1");
    }
}
