package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scenarios 70 to 84. */
class FlowControlTest {
    private static final String PROBE = ". 0:0 ack 1";

    private ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    @Test
    void s70ClosedWindowIsProbedEverMoreRarely() {
        peer.establish(0);

        peer.write(5000);

        peer.expectNothing();
        for (long millis = 200; millis < 120_000; millis *= 2) {
            peer.expectAfter(millis, PROBE);
            peer.send(". 1:0 ack 1 win 0").expectNothing();
        }
        for (int i = 0; i < 3; i++) {
            peer.expectAfter(120_000, PROBE);
            peer.send(". 1:0 ack 1 win 0").expectNothing();
        }
    }

    @Test
    void s71AnsweredProbesKeepTheConnectionOpen() {
        peer.establish(0).start = peer.now;
        peer.write(5000);

        while (peer.elapsedMillis() < 3_600_000) {
            peer.advanceMillis(1000);
            if (!peer.emitted.isEmpty()) {
                assertThat(peer.emitted).containsOnly(PROBE);
                peer.emitted.clear();
                peer.send(". 1:0 ack 1 win 0");
            }
        }

        assertThat(peer.stream.readiness() & Endpoint.FAILED).isZero();
        peer.send(". 1:0 ack 1 win 10000");
        assertThat(peer.emitted).hasSize(5);
        peer.emitted.clear();
    }

    @Test
    void s72UnansweredProbesEndTheConnection() {
        peer.establish(0);
        peer.write(5000);

        peer.advanceMillis(3_600_000);

        assertThat(peer.emitted.subList(0, 15)).containsOnly(PROBE);
        assertThat(peer.emitted.subList(15, peer.emitted.size())).containsExactly("R. 1:0 ack 1");
        peer.emitted.clear();
        assertThatThrownBy(() -> peer.stream.read(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
    }

    @Test
    void s73OpenedWindowIsUsedAtOnce() {
        peer.establish(0);
        peer.write(2000);
        peer.expectAfter(200, PROBE);

        peer.send(". 1:0 ack 1 win 5000").expect(". 1:1000 ack 1", "P. 1001:1000 ack 1");
        peer.send(". 1:0 ack 2001 win 0");
        peer.advanceMillis(5000).expectNothing();
        peer.write(10);
        peer.expectAfter(200, PROBE.replace("0:0", "2000:0"));
    }

    @Test
    void s74SillyWindowIsNotUsedBeforeTheOverrideTimer() {
        peer.establish(65_535);
        peer.send(". 1:0 ack 1 win 0");
        peer.write(5000);
        peer.expectNothing();

        peer.send(". 1:0 ack 1 win 128").expectNothing();

        peer.expectAfter(200, ". 1:128 ack 1");
    }

    @Test
    void s75ProbeRecoversALostWindowUpdate() {
        peer.establish(0);
        peer.write(1000);

        peer.expectAfter(200, PROBE);
        peer.send(". 1:0 ack 1 win 65535").expect("P. 1:1000 ack 1");
    }

    @Test
    void s76SmallReadsDoNotOpenTheWindow() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 10_000);
        peer.establish(65_535);
        for (int i = 0; i < 10; i++) {
            peer.send(". " + (1 + 1000 * i) + ":1000 ack 1");
            if (i % 2 == 1 && i < 9) {
                peer.expect(". 1:0 ack " + (1001 + 1000 * i));
            }
        }
        peer.send(". 10001:1000 ack 1");
        assertThat(peer.windows.get(peer.windows.size() - 1)).isZero();
        String full = ". 1:0 ack " + (peer.stream.available() + 1);
        assertThat(peer.emitted).isNotEmpty().containsOnly(full);
        peer.emitted.clear();

        peer.read(1, 10);
        peer.expectNothing();
        peer.read(11, 900);
        peer.expectNothing();
        peer.read(911, 300);

        assertThat(peer.windows.get(peer.windows.size() - 1)).isPositive();
        peer.expect(full);
    }

    @Test
    void s77SmallerBufferDoesNotMoveTheEdgeBack() {
        peer.establish(65_535);
        peer.send(". 1:1000 ack 1", ". 1001:1000 ack 1");
        long edge = 2001L + (peer.windows.get(0) << 7);
        peer.emitted.clear();
        peer.windows.clear();

        peer.stream.option(StandardSocketOptions.SO_RCVBUF, 8192);
        for (int i = 2; i < 40; i++) {
            peer.send(". " + (1 + 1000 * i) + ":1000 ack 1");
        }

        // RFC 7323 2.4: up to the unit of the scale.
        for (int i = 0; i < peer.windows.size(); i++) {
            long acknowledged = Long.parseLong(
                    peer.emitted.get(i).substring(peer.emitted.get(i).lastIndexOf(' ') + 1));
            assertThat(acknowledged + (peer.windows.get(i) << 7)).isGreaterThan(edge - (1 << 7));
        }
        assertThat(peer.windows).isNotEmpty();
        peer.emitted.clear();
    }

    @Test
    void s78ShrunkWindowStopsNewDataOnly() {
        peer = new ScriptedPeer(config().tailLossProbes(false));
        peer.establish(10_240);
        peer.write(20_000);
        assertThat(peer.emitted).hasSize(10);
        peer.emitted.clear();

        peer.send(". 1:0 ack 1001 win 3000").expectNothing();
        peer.expectAfter(200, ". 1001:1000 ack 1");
        peer.send(". 1:0 ack 10001 win 2048").expect(". 10001:1000 ack 1", ". 11001:1000 ack 1");
    }

    @Test
    void s79OlderSegmentDoesNotBringBackItsWindow() {
        peer.establish(65_535);
        peer.send("P. 1:10 ack 1 win 2000");
        peer.advanceMillis(40).expect(". 1:0 ack 11");
        peer.send("P. 11:10 ack 1 win 1024");

        peer.send("P. 1:20 ack 1 win 60000");
        peer.emitted.clear();
        peer.write(5000);

        peer.expect(". 1:1000 ack 21");
    }

    @Test
    void s80AdvertisedWindowIsAMultipleOfTheScaleAndNeverAboveTheSpace() throws IOException {
        peer = new ScriptedPeer(config().maximumBufferBytes(8 << 20));
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 8 << 20);
        peer.connect();
        assertThat(peer.emitted.get(0)).endsWith("ws 8>");
        peer.emitted.clear();
        peer.send("S. 0:0 ack 1 " + ScriptedPeer.OFFER);

        for (int i = 0; i < 300; i++) {
            peer.send(". " + (1 + 777 * i) + ":777 ack 1");
            int window = peer.windows.get(peer.windows.size() - 1) << 8;
            assertThat(window).isLessThanOrEqualTo((8 << 20) - 777 * (i - 1));
        }
        peer.emitted.clear();
    }

    @Test
    void s81FastReaderGetsALargerWindow() {
        long window = windowAfter(100, 400, 1000);

        assertThat(window).isGreaterThanOrEqualTo(2 << 20);
    }

    @Test
    void s82SlowReaderDoesNot() {
        long window = windowAfter(100, 400, 5);

        assertThat(window).isLessThanOrEqualTo(256 << 10);
    }

    /** Sends a number of segments each round trip, which the application reads at once; returns the last window. */
    private long windowAfter(int rttMillis, int mostRounds, int segmentsPerRound) {
        peer.connect().advanceMillis(rttMillis);
        peer.send("S. 0:0 ack 1 " + ScriptedPeer.OFFER);
        long position = 1;
        for (int round = 0; round < Math.min(mostRounds, 8); round++) {
            for (int i = 0; i < segmentsPerRound; i++) {
                long window = (long) peer.windows.get(peer.windows.size() - 1) << 7;
                if (window < 1000) {
                    break;
                }
                peer.send(". " + position + ":1000 ack 1");
                position += peer.read(position, 2000);
                peer.advanceMillis(segmentsPerRound > 50 && i % 10 == 0 ? 1 : 0);
            }
            peer.advanceMillis(segmentsPerRound > 50 ? 0 : rttMillis);
        }
        // Nothing but acknowledgments of what was received, in order.
        long last = 1;
        for (String text : peer.emitted.subList(1, peer.emitted.size())) {
            assertThat(text).startsWith(". 1:0 ack ");
            long acknowledged = Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
            assertThat(acknowledged).isBetween(last, position);
            last = acknowledged;
        }
        peer.emitted.clear();
        return (long) peer.windows.get(peer.windows.size() - 1) << 7;
    }

    @Test
    void s83SendBufferFollowsTheCongestionWindow() {
        peer = new ScriptedPeer(config().initialWindowSegments(400)).establish(4_000_000);

        assertThat(peer.write(2_000_000)).isGreaterThanOrEqualTo(800_000);

        peer.expect(SenderScript.segments(0, 400));
    }

    @Test
    void s84FullRingIsWritableAgainWhenAThirdIsFree() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_SNDBUF, 9000);
        peer.establish(65_535);
        List<Integer> edges = new ArrayList<>();
        peer.stream.readinessListener(edges::add);

        assertThat(peer.write(20_000)).isEqualTo(9000);
        assertThat(peer.write(1)).isZero();
        assertThat(peer.stream.readiness() & Endpoint.WRITABLE).isZero();
        peer.expect(SenderScript.pushed(0, 9));
        peer.send(". 1:0 ack 1001", ". 1:0 ack 2001").expectNothing();
        assertThat(edges).isEmpty();
        peer.send(". 1:0 ack 3001", ". 1:0 ack 4001");

        assertThat(edges).containsExactly(Endpoint.WRITABLE);
        assertThat(peer.write(20_000)).isEqualTo(4000);
        peer.expect(SenderScript.pushed(9, 13));
    }
}
