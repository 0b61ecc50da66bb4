package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.ScenarioConfig;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.connection.TcpState;
import io.ztnio.tcpip.tcp.segment.TcpDropReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No number of 2^32 means anything by itself: at each of them a connection does the same. */
class SequenceCrossingTest {
    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    /** Initial numbers by which the 101st number, the one that is expected in the pause, is next to a crossing. */
    static IntStream besideACrossing() {
        return IntStream.of(0, 1 << 31)
                .flatMap(at -> IntStream.rangeClosed(-3, 3).map(off -> at - 101 + off));
    }

    @ParameterizedTest
    @MethodSource("besideACrossing")
    void aPauseIsNotTheEndOfTheStream(int irs) {
        peer.peerIss = irs;
        peer.establish(65_535).send("P. 1:100 ack 1").expectAfter(40, ". 1:0 ack 101");

        assertThat(peer.read(1, 5000)).isEqualTo(100);
        assertThat(peer.read(101, 5000)).isZero();
        peer.send(". 101:1000 ack 1", ". 1101:1000 ack 1").expect(". 1:0 ack 2101");
        peer.send("FP. 2101:1000 ack 1").expect(". 1:0 ack 3102");

        assertThat(peer.read(101, 5000)).isEqualTo(3000);
        assertThat(peer.read(3101, 5000)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xc000_0000, 0xffff_fff0, 0xffff_ffff})
    void whatCameTwiceIsReportedAtEveryNumber(int irs) {
        peer.peerIss = irs;
        peer.establish(65_535).send(". 1:1000 ack 1").expectAfter(40, ". 1:0 ack 1001");

        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 1001 <sack 1-1001>");
        peer.send(". 501:1000 ack 1").expect(". 1:0 ack 1501 <sack 501-1001>");
        peer.send(". 2501:500 ack 1").expect(". 1:0 ack 1501 <sack 2501-3001>");
        peer.send(". 2501:500 ack 1").expect(". 1:0 ack 1501 <sack 2501-3001 2501-3001>");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x7fff_ff00, 0x8000_0000, 0xc000_0000, 0xffff_fc16, 0xffff_ffff})
    void dataBeyondAFinThatCameEarlyIsRefused(int irs) {
        peer.peerIss = irs;
        peer.establish(65_535);
        peer.send("F. 1001:500 ack 1").expect(". 1:0 ack 1 <sack 1001-1501>");

        peer.send(". 1501:1000 ack 1").expect(". 1:0 ack 1 <sack 1001-1501>");
        peer.send(". 1:1000 ack 1").expect(". 1:0 ack 1502");

        assertThat(peer.read(1, 5000)).isEqualTo(1500);
        assertThat(peer.read(1501, 10)).isEqualTo(-1);
    }

    /** A peer that has sent more cannot end its stream before that. */
    @ParameterizedTest
    @ValueSource(ints = {0, 0x7fff_fc00, 0xffff_fc00})
    void aFinBelowWhatHasArrivedIsIgnored(int irs) {
        peer.peerIss = irs;
        peer.establish(65_535);
        peer.send(". 1001:1000 ack 1").expect(". 1:0 ack 1 <sack 1001-2001>");

        peer.send("F. 501:500 ack 1").expect(". 1:0 ack 1 <sack 501-2001>");
        peer.send(". 1:500 ack 1").expect(". 1:0 ack 2001");
        peer.send("F. 2001:0 ack 1").expect(". 1:0 ack 2002");

        assertThat(peer.read(1, 5000)).isEqualTo(2000);
        assertThat(peer.read(2001, 10)).isEqualTo(-1);
    }

    /** Our FIN at the crossing, its number acknowledged and not. */
    @ParameterizedTest
    @ValueSource(ints = {-12, -11, -10, 0x7fff_fff4, 0x7fff_fff5, 0x7fff_fff6})
    void ourFinIsAcknowledgedAtEveryNumber(int iss) throws IOException {
        ScriptedPeer mine =
                new ScriptedPeer(ScenarioConfig.firstSequence(ScriptedPeer.config(), iss)).establish(65_535);
        mine.write(10);
        mine.expect("P. 1:10 ack 1");
        mine.stream.shutdownOutput();
        mine.expect("F. 11:0 ack 1");

        mine.send(". 1:0 ack 11");
        assertThat(mine.probe().state()).isEqualTo(TcpState.FIN_WAIT_1);
        mine.send(". 1:0 ack 12");
        assertThat(mine.probe().state()).isEqualTo(TcpState.FIN_WAIT_2);
        mine.expectNothing();
    }

    /** Sent at the time 0 and again 250 ms later: only the echo tells which of the two is acknowledged. */
    @Test
    void theTimestamp0IsEchoedAsAnyOther() {
        ScriptedPeer mine = writeTwice(ScenarioConfig.timestampOffset(ScriptedPeer.config(), -1_000_050));

        mine.advanceMillis(30).send(". 1:0 ack 11 win 4000000 <ts 6 0>");

        assertThat(smoothedMillis(mine)).isEqualTo(50 + (280 - 50) / 8.0);
    }

    /** It names a time before the connection. */
    @Test
    void anEchoOfWhatWasNeverSentIsNone() {
        ScriptedPeer mine = writeTwice(ScriptedPeer.config());

        mine.advanceMillis(30).send(". 1:0 ack 11 win 4000000 <ts 6 " + (mine.lastTimestamp - 350) + ">");

        assertThat(smoothedMillis(mine)).isEqualTo(50);
    }

    private static ScriptedPeer writeTwice(TcpConfig.Builder config) {
        ScriptedPeer mine = new ScriptedPeer(config.timestamps(true).tailLossProbes(false))
                .establish(4_000_000, OFFER.replace("ws", "ts 5 0,ws"), 50);
        mine.write(10);
        mine.expect("P. 1:10 ack 1 <ts 5>");
        return mine.expectAfter(250, "P. 1:10 ack 1 <ts 5>");
    }

    private static double smoothedMillis(ScriptedPeer peer) {
        return peer.probe().rtt().smoothedNanos() / 1e6;
    }

    /** 2^31 older is as old as it gets. */
    @Test
    void aTimestampAsOldAsCanBeWasNotOvertaken() {
        ScriptedPeer mine = new ScriptedPeer(ScriptedPeer.config().timestamps(true))
                .establish(65_535, OFFER.replace("ws", "ts 100 0,ws"));

        mine.send(". 1:0 ack 1 win 1280 <ts " + (100L + (1L << 31)) + " 0>").expect(". 1:0 ack 1 <ts 100>");

        assertThat(mine.probe().windowBytes()).isEqualTo(65_408);
        assertThat(mine.layer.counters().drops(TcpDropReason.OLD_TIMESTAMP)).isEqualTo(1);
    }

    /** The transfers: 1 % loss, a byte at a time, across each crossing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void nothingIsCutOffOfAStreamOfSingleBytes(long seed) throws Exception {
        int at = seed % 2 == 0 ? 0 : 1 << 31;
        int before = (int) (20 * seed);
        TcpConfig.Builder config =
                ScenarioConfig.firstSequence(TcpConfig.builder().timestamps(seed % 3 == 0), at - before);
        TwoStacks stacks = new TwoStacks(seed, config);
        stacks.loss = 0.01;
        ListenerEndpoint listener = stacks.right.layer.openListener();
        listener.bind(new InetSocketAddress(stacks.right.address, 80));
        listener.listen(1);
        StreamEndpoint client = stacks.left.layer.openStream();
        client.option(java.net.StandardSocketOptions.TCP_NODELAY, true);
        client.connect(new InetSocketAddress(stacks.right.address, 80));
        int length = 600;
        ByteBuffer received = ByteBuffer.allocate(length + 1);
        StreamEndpoint server = null;
        long end = stacks.now + 3600L * 1_000_000_000L;
        int written = 0;
        int read = 0;
        while (read >= 0) {
            assertThat(stacks.step() && stacks.now < end)
                    .as("seed %d: %d of %d bytes, %d written", seed, received.position(), length, written)
                    .isTrue();
            if (server == null) {
                server = listener.accept();
            }
            if (server != null && written < length) {
                client.write(ByteBuffer.wrap(new byte[] {(byte) written++}));
                if (written == length) {
                    client.shutdownOutput();
                }
            }
            read = server == null ? 0 : server.read(received);
        }

        assertThat(received.position()).as("seed %d", seed).isEqualTo(length);
        for (int i = 0; i < length; i++) {
            assertThat(received.get(i)).as("seed %d, byte %d", seed, i).isEqualTo((byte) i);
        }
    }
}
