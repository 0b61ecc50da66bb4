package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.congestion.CongestionControl;
import io.ztnio.tcpip.tcp.recovery.RecoveryProbe;
import io.ztnio.tcpip.tcp.recovery.RttEstimator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What the scenarios of a sender have in common: a round-trip time of 100 ms and a window of ten segments. */
@AtEverySequenceStart
abstract class SenderScript {
    static final String NO_SACK = "<mss 1000,ws 7>";
    static final String TIMESTAMPS = "<mss 1012,sackOK,ts 5 0,ws 7>";
    static final long MILLISECOND = ScriptedPeer.MILLISECOND;

    ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    /** Full segments {@code from} to {@code to}, counted from 0. */
    static String[] segments(int from, int to) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            texts.add(". " + (1 + 1000 * i) + ":1000 ack 1");
        }
        return texts.toArray(new String[0]);
    }

    /** As {@link #segments}, the last one with PSH. */
    static String[] pushed(int from, int to) {
        String[] texts = segments(from, to);
        texts[texts.length - 1] = "P" + texts[texts.length - 1];
        return texts;
    }

    /** Writes full segments; the window takes the first of them. */
    void flight(int written) {
        flight(written, OFFER);
    }

    void flight(int written, String offer) {
        peer.establish(4_000_000, offer, 100);
        assertThat(peer.write(written * 1000)).isEqualTo(written * 1000);
        if (written <= 10) {
            peer.expect(pushed(0, written));
        } else {
            peer.expect(segments(0, 10));
        }
    }

    /** Without probes for tail losses, for scenarios of the retransmission timer. */
    void withoutProbes() {
        peer = new ScriptedPeer(config().tailLossProbes(false));
    }

    CongestionControl congestion() {
        return peer.probe().congestion();
    }

    RttEstimator rtt() {
        return peer.probe().rtt();
    }

    RecoveryProbe recovery() {
        return new RecoveryProbe(peer.probe().recovery());
    }
}
