package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out and when: scenarios 124, 125, 127, 136, 137, and the choice of the algorithm. */
@AtEverySequenceStart
class PacingTest {
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

    private void acknowledge(int segments) {
        peer.send(". 1:0 ack " + (1 + 1000 * segments) + " win 4000000");
    }

    /** A connection with a round trip of 100 ms. */
    private void establish() {
        peer.establish(4_000_000, OFFER, 100);
    }

    @Test
    void s124FirstWindowIsTenSegments() {
        peer.establish(4_000_000);

        peer.write(20_000);

        peer.expect(segments(0, 10));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 10})
    void s125WindowDoublesInARoundTripHoweverFewTheAcknowledgments(int segmentsPerAck) {
        establish();
        peer.write(200_000);
        peer.expect(segments(0, 10));

        int acked = 0;
        int sent = 10;
        for (int flight = 10; flight <= 40; flight *= 2) {
            peer.advanceMillis(100).expectNothing();
            int end = acked + flight;
            while (acked < end) {
                int count = Math.min(segmentsPerAck, end - acked);
                acked += count;
                acknowledge(acked);
                peer.expect(segments(sent, sent + 2 * count));
                sent += 2 * count;
            }
            assertThat(sent - acked).isEqualTo(2 * flight);
        }
    }

    @Test
    void s127IdleConnectionStartsWithTenSegmentsAgain() {
        growToForty();

        peer.write(60_000);

        peer.expect(segments(30, 40));
        peer.advanceMillis(10).expectNothing();
    }

    /** A window of forty segments that was not used for a second. */
    private void growToForty() {
        establish();
        peer.write(30_000);
        peer.expect(segments(0, 10));
        peer.advanceMillis(100).expectNothing();
        acknowledge(10);
        peer.advanceMillis(80);
        String[] rest = segments(10, 30);
        rest[19] = "P" + rest[19];
        peer.expect(rest);
        peer.advanceMillis(20).expectNothing();
        acknowledge(30);
        peer.advanceMillis(1000).expectNothing();
    }

    /** Data waits for the peer meanwhile: the connection was not idle. */
    @Test
    void s127ClosedWindowIsNoIdleness() {
        establish();
        peer.write(30_000);
        peer.expect(segments(0, 10));
        peer.advanceMillis(100).expectNothing();
        acknowledge(10);
        peer.advanceMillis(80);
        peer.write(60_000);
        peer.advanceMillis(20).send(". 1:0 ack 30001 win 0").advanceMillis(5000);
        peer.emitted.clear();

        acknowledge(30);

        peer.expect(segments(30, 70));
    }

    @Test
    void s127SwitchedOffTheWindowStays() {
        peer = new ScriptedPeer(config().idleRestart(false));
        growToForty();

        peer.write(60_000);

        peer.expect(segments(30, 70));
    }

    @Test
    void s127SwitchedOffTheWindowThatStaysIsPaced() {
        peer = new ScriptedPeer(config().idleRestart(false).pacing(true));
        growToForty();

        peer.write(60_000);

        // An initial window and a quantum; then 40 segments in 100 ms, doubled: two in 2.5 ms.
        peer.expect(segments(30, 42));
        for (int at = 42; at < 70; at += 2) {
            peer.advanceMillis(at % 4 == 2 ? 3 : 2).expect(segments(at, at + 2));
        }
        peer.advanceMillis(10).expectNothing();
    }

    @Test
    void s136SlowStartIsPacedAtTwiceTheWindowPerRoundTrip() {
        peer = new ScriptedPeer(config().pacing(true));
        establish();
        peer.write(100_000);
        peer.expect(segments(0, 10));

        peer.advanceMillis(100);
        acknowledge(10);

        // 20 segments in 100 ms, doubled: one per 2.5 ms, in quanta of two.
        peer.expect(segments(10, 12));
        for (int at = 12; at < 30; at += 2) {
            peer.advanceMillis(4).expectNothing();
            peer.advanceMillis(1).expect(segments(at, at + 2));
        }
        peer.advanceMillis(50).expectNothing();
    }

    @Test
    void s136AvoidanceIsPacedAtSixFifthsOfTheWindowPerRoundTrip() throws IOException {
        peer = new ScriptedPeer(config().pacing(true).initialWindowSegments(100));
        peer.listen(5).send("SEW 0:0 " + OFFER).expect("SE. 0:0 ack 1 " + OFFER);
        peer.advanceMillis(100).send(". 1:0 ack 1 win 4000000").accept();
        peer.stream.option(StandardSocketOptions.TCP_NODELAY, true);
        peer.write(250_000);
        peer.expect(segments(0, 100));
        peer.advanceMillis(100).expectNothing();

        // A mark ends slow start without a loss: the window is 70 segments.
        peer.start = peer.now;
        peer.send("E. 1:0 ack 100001 win 4000000").advanceMillis(100);

        // 70 segments in 100 ms, times 1.2, in quanta of two.
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < 35; i++) {
            expected.addAll(List.of(i * 2_380_952L, i * 2_380_952L));
        }
        assertThat(peer.times).isEqualTo(expected);
        String[] flight = segments(100, 170);
        flight[0] = "W" + flight[0];
        peer.expect(flight);
    }

    @Test
    void s137StretchAcknowledgmentIsReleasedOverTime() {
        peer = new ScriptedPeer(config().pacing(true).initialWindowSegments(100));
        establish();
        peer.write(250_000);
        peer.expect(segments(0, 100));
        peer.advanceMillis(100).expectNothing();

        acknowledge(100);

        // 200 segments in 100 ms, doubled: four per millisecond, and a quantum is a millisecond.
        peer.expect(segments(100, 104));
        for (int at = 104; at < 248; at += 4) {
            peer.advanceMillis(1).expect(segments(at, at + 4));
        }
        peer.advanceMillis(1).expect(segments(248, 249)[0], "P. 249001:1000 ack 1");
        peer.advanceMillis(60).expectNothing();
    }

    @Test
    void algorithmIsChosenPerSocket() {
        peer.open();

        assertThat(peer.stream.option(StreamSocketOptions.TCP_CONGESTION)).isEqualTo("cubic");
        peer.stream.option(StreamSocketOptions.TCP_CONGESTION, "BBR");
        assertThat(peer.stream.option(StreamSocketOptions.TCP_CONGESTION)).isEqualTo("bbr");
        assertThatThrownBy(() -> peer.stream.option(StreamSocketOptions.TCP_CONGESTION, "vegas"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid value 'vegas'");
    }

    @Test
    void algorithmOfTheProcessIsThatOfNewSockets() {
        peer = new ScriptedPeer(config().congestion(CongestionAlgorithm.RENO));

        peer.open();

        assertThat(peer.stream.option(StreamSocketOptions.TCP_CONGESTION)).isEqualTo("reno");
    }
}
