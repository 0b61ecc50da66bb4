package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out and when: scenarios 124, 125, 127, 136, 137, and the choice of the algorithm. */
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
        peer.connect().advanceMillis(100).send("S. 0:0 ack 1 win 65535 " + OFFER);
        peer.send(". 1:0 ack 1 win 4000000");
        peer.emitted.clear();
        peer.windows.clear();
    }

    @Test
    void s124FirstWindowIsTenSegments() {
        peer.establish(4_000_000);

        peer.write(20_000);

        peer.expect(segments(0, 10));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 10})
    void s125WindowDoublesInARoundTripHoweverFewTheAcknowledgments(int segmentsPerAck) {
        peer.establish(4_000_000);
        peer.write(100_000);
        peer.expect(segments(0, 10));

        for (int acked = segmentsPerAck; acked <= 10; acked += segmentsPerAck) {
            acknowledge(acked);
        }

        peer.expect(segments(10, 30));
    }

    @Test
    void s127IdleConnectionStartsWithTenSegmentsAgain() {
        peer.establish(4_000_000);
        peer.write(30_000);
        acknowledge(10);
        acknowledge(30);
        peer.emitted.clear();

        peer.advanceMillis(1000);
        peer.write(60_000);

        peer.expect(segments(30, 40));
    }

    @Test
    void s127SwitchedOffTheWindowStays() {
        peer = new ScriptedPeer(config().idleRestart(false));
        peer.establish(4_000_000);
        peer.write(30_000);
        acknowledge(10);
        acknowledge(30);
        peer.emitted.clear();

        peer.advanceMillis(1000);
        peer.write(60_000);

        peer.expect(segments(30, 70));
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
    void s137StretchAcknowledgmentIsReleasedOverTime() {
        peer = new ScriptedPeer(config().pacing(true).initialWindowSegments(100));
        establish();
        peer.write(250_000);
        peer.expect(segments(0, 100));

        peer.advanceMillis(100);
        acknowledge(100);

        // 200 segments in 100 ms, doubled: four per millisecond, and a quantum is a millisecond.
        peer.expect(segments(100, 104));
        for (int at = 104; at < 148; at += 4) {
            peer.advanceMillis(1).expect(segments(at, at + 4));
        }
        peer.emitted.clear();
        peer.advanceMillis(40);
        assertThat(peer.emitted).hasSize(102);
        peer.emitted.clear();
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
