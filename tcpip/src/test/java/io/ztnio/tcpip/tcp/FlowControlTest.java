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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios 70 to 84. */
@AtEverySequenceStart
@Tag("any-jdk")
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
        peer.establish(0);
        peer.write(5000);
        peer.expectNothing();

        for (long wait = 200; peer.elapsedMillis() < 3_600_000; wait = Math.min(120_000, 2 * wait)) {
            peer.expectAfter(wait, PROBE);
            peer.send(". 1:0 ack 1 win 0").expectNothing();
        }

        assertThat(peer.stream.readiness() & Endpoint.FAILED).isZero();
        peer.send(". 1:0 ack 1 win 10000").expect(SenderScript.pushed(0, 5));
    }

    @Test
    void s72UnansweredProbesEndTheConnection() {
        peer.establish(0);
        peer.write(5000);
        peer.expectNothing();

        long wait = 200;
        for (int i = 0; i < 15; i++) {
            peer.expectAfter(wait, PROBE);
            wait = Math.min(120_000, 2 * wait);
        }
        peer.expectAfter(wait, "R. 1:0 ack 1");

        assertThatThrownBy(() -> peer.stream.read(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
    }

    @Test
    void s73OpenedWindowIsUsedAtOnce() {
        peer.establish(0);
        peer.write(2000);
        peer.expectAfter(200, PROBE);
        peer.expectAfter(400, PROBE);

        peer.send(". 1:0 ack 1 win 5000").expect(". 1:1000 ack 1", "P. 1001:1000 ack 1");
        peer.send(". 1:0 ack 2001 win 0");
        peer.advanceMillis(5000).expectNothing();
        peer.write(10);
        peer.expectAfter(200, ". 2000:0 ack 1");
    }

    @Test
    void s74SillyWindowIsNotUsedBeforeTheOverrideTimer() {
        peer.establish(65_535, "<mss 1000,sackOK>");
        peer.send(". 1:0 ack 1 win 0").expectNothing();
        peer.write(5000);
        peer.expectNothing();

        peer.send(". 1:0 ack 1 win 1").expectNothing();

        peer.expectAfter(200, ". 1:1 ack 1");
    }

    @Test
    void s74WindowOfASegmentIsUsedAtOnce() {
        peer.establish(65_535, "<mss 1000,sackOK>");
        peer.send(". 1:0 ack 1 win 0").expectNothing();
        peer.write(5000);

        peer.send(". 1:0 ack 1 win 999").expectNothing();
        peer.advanceMillis(100).send(". 1:0 ack 1 win 1000").expect(". 1:1000 ack 1");

        // Half of the largest window is enough for a peer that never offers a segment.
        peer = new ScriptedPeer();
        peer.establish(600, "<mss 1000,sackOK>");
        peer.send(". 1:0 ack 1 win 0").expectNothing();
        peer.write(5000);
        peer.send(". 1:0 ack 1 win 299").expectNothing();
        peer.send(". 1:0 ack 1 win 300").expect(". 1:300 ack 1");
    }

    @Test
    void s75ProbeRecoversALostWindowUpdate() {
        peer.establish(0);
        peer.write(1000);

        peer.expectAfter(200, PROBE);
        peer.send(". 1:0 ack 1 win 65535").expect("P. 1:1000 ack 1");
    }

    /** 78 units of 128 bytes are offered. */
    @Test
    void s76SmallReadsDoNotOpenTheWindow() throws IOException {
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 10_000);
        peer.establish(65_535);
        for (int i = 0; i < 8; i += 2) {
            peer.send(". " + (1 + 1000 * i) + ":1000 ack 1").expectNothing();
            peer.send(". " + (1001 + 1000 * i) + ":1000 ack 1").expect(". 1:0 ack " + (2001 + 1000 * i));
        }
        peer.send(". 8001:1000 ack 1", ". 9001:984 ack 1").advanceMillis(39).expectNothing();
        peer.advanceMillis(1).expectWindow(". 1:0 ack 9985", 0);

        peer.read(1, 10);
        peer.read(11, 989);
        peer.advanceMillis(1000).expectNothing();
        peer.read(1000, 1);

        peer.expectWindow(". 1:0 ack 9985", 7 * 128);
    }

    @Test
    void s76HalfASmallBufferOpensTheWindow() throws IOException {
        peer.ip.mtuBytes = 2800;
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 4096);
        peer.establish(65_535, "<mss 2760,sackOK,ws 7>");
        peer.send(". 1:2760 ack 1", ". 2761:1336 ack 1").advanceMillis(39).expectNothing();
        peer.advanceMillis(1).expectWindow(". 1:0 ack 4097", 0);

        peer.read(1, 2047);
        peer.expectNothing();
        peer.read(2048, 1);

        peer.expectWindow(". 1:0 ack 4097", 2048);
    }

    /** The edge stays at 262,018, up to the unit of the scale by which the window is rounded up (RFC 7323 2.4). */
    @Test
    void s77SmallerBufferDoesNotMoveTheEdgeBack() {
        peer.establish(65_535);
        peer.send(". 1:1000 ack 1").expectNothing();
        peer.send(". 1001:1000 ack 1").expectWindow(". 1:0 ack 2001", 2032 * 128);

        peer.stream.option(StandardSocketOptions.SO_RCVBUF, 8192);
        peer.expectNothing();

        for (int i = 2; i < 262; i += 2) {
            int next = 1 + 1000 * (i + 2);
            peer.send(". " + (1 + 1000 * i) + ":1000 ack 1").expectNothing();
            peer.send(". " + (1001 + 1000 * i) + ":1000 ack 1");
            peer.expectWindow(". 1:0 ack " + Math.min(next, 262_145), Math.max(0, (262_018 - next + 127) / 128 * 128));
        }
    }

    @Test
    void s78ShrunkWindowStopsNewDataOnly() {
        peer = new ScriptedPeer(config().tailLossProbes(false));
        peer.establish(10_240);
        peer.write(20_000);
        peer.expect(SenderScript.segments(0, 10));

        peer.send(". 1:0 ack 1001 win 3000").expectNothing();
        peer.expectAfter(200, ". 1001:1000 ack 1");
        peer.send(". 1:0 ack 10001 win 2048").expect(". 10001:1000 ack 1", ". 11001:1000 ack 1");
        peer.send(". 1:0 ack 12001 win 0").expectNothing();
        peer.send(". 1:0 ack 12001 win 5120").expect(SenderScript.segments(12, 17));
    }

    @Test
    void s79OlderSegmentDoesNotBringBackItsWindow() {
        peer.establish(65_535);
        peer.send("P. 1:10 ack 1 win 2000").expectAfter(40, ". 1:0 ack 11");
        peer.send("P. 11:10 ack 1 win 1024").expectNothing();

        peer.send("P. 1:20 ack 1 win 60000").expect(". 1:0 ack 21 <sack 1-21>");
        peer.write(5000);

        peer.expect(". 1:1000 ack 21");
    }

    @Test
    void s80AdvertisedWindowIsAMultipleOfTheScaleAndNeverAboveTheSpace() throws IOException {
        peer = new ScriptedPeer(config().maximumBufferBytes(8 << 20));
        peer.ownShift = 8;
        peer.open().stream.option(StandardSocketOptions.SO_RCVBUF, 8 << 20);
        peer.connect().expect("S 0:0 <mss 1000,sackOK,ws 8>");
        peer.send("S. 0:0 ack 1 " + ScriptedPeer.OFFER).expectWindow(". 1:0 ack 1", 8 << 20);

        for (int held = 0; held < 300_000; held += 1554) {
            peer.send(". " + (1 + held) + ":777 ack 1").expectNothing();
            peer.send(". " + (778 + held) + ":777 ack 1");
            int window = peer.windows.get(0) << 8;
            assertThat(window).isBetween((8 << 20) - held - 1554 - 255, (8 << 20) - held - 1554);
            peer.expect(". 1:0 ack " + (1555 + held));
        }
    }

    /** 1 MB in a round trip of 100 ms, as far as the window of a round trip ago lets it, and read at once. */
    @Test
    void s81FastReaderGetsALargerWindow() {
        establishFrom(100);
        long[] edges = new long[401];
        int position = 1;
        int window = 0;
        for (int millis = 1; millis <= 400; millis++) {
            peer.advanceMillis(1).expectNothing();
            long edge = millis <= 100 ? 262_145 : edges[millis - 100];
            List<String> batch = new ArrayList<>();
            for (int i = 0; i < 10 && position + 1000 <= edge; i++, position += 1000) {
                batch.add(". " + position + ":1000 ack 1");
            }
            edges[millis] = edges[millis - 1];
            if (!batch.isEmpty()) {
                peer.sendBatch(batch);
                window = peer.windows.get(0) << 7;
                assertThat(position + window).as("the edge at %d ms", millis).isGreaterThanOrEqualTo((int)
                        edges[millis]);
                edges[millis] = (long) position + window;
                peer.expect(". 1:0 ack " + position);
                peer.read(position - 1000L * batch.size(), 20_000);
                peer.expectNothing();
            }
        }
        assertThat(window).isGreaterThanOrEqualTo(2 << 20);
    }

    /** The same sender, and 5000 bytes are read every 100 ms: the window is full soon, and 262,144 bytes all the time. */
    @Test
    void s82SlowReaderDoesNot() {
        establishFrom(100);
        long[] edges = new long[4001];
        int position = 1;
        int read = 1;
        for (int millis = 1; millis <= 4000; millis++) {
            peer.advanceMillis(1).expectNothing();
            long edge = millis <= 100 ? 262_145 : edges[millis - 100];
            List<String> batch = new ArrayList<>();
            for (int i = 0; i < 10 && position + 1000 <= edge; i++, position += 1000) {
                batch.add(". " + position + ":1000 ack 1");
            }
            edges[millis] = edges[millis - 1];
            if (!batch.isEmpty()) {
                peer.sendBatch(batch);
                edges[millis] = Math.max(edges[millis], position + ((long) peer.windows.get(0) << 7));
                peer.expect(". 1:0 ack " + position);
            }
            if (millis % 100 == 0) {
                read += peer.read(read, 5000);
                edges[millis] = position + ((long) peer.windows.get(0) << 7);
                peer.expect(". 1:0 ack " + position);
            }
            assertThat(edges[millis]).isLessThanOrEqualTo(read + 262_144);
        }
        assertThat(read).isEqualTo(1 + 40 * 5000);
    }

    private void establishFrom(int rttMillis) {
        peer.establish(65_535, ScriptedPeer.OFFER, rttMillis);
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
