package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that their application has closed, and whose peers would have them live for ever. */
class OrphanTest {
    private static final String SYN = "S 0:0 " + ScriptedPeer.OFFER;
    private static final long PATIENCE_MILLIS = 103_000;
    private static final long PATIENCE_WITH_WHO_ANSWERS_MILLIS = 206_000;

    private ScriptedPeer peer = new ScriptedPeer();

    /** Answers everything with a closed window for a while. */
    private void answer(String text, long millis) {
        for (long passed = 0; passed < millis; passed += 100) {
            peer.advanceMillis(100);
            if (!peer.emitted.isEmpty()) {
                peer.emitted.clear();
                peer.send(text);
            }
        }
        peer.emitted.clear();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeerThatAnswersEveryProbeWithAClosedWindowDoesNotKeepAnOrphan(boolean passive) {
        peer.establish(65_535);
        peer.send((passive ? "F." : ".") + " 1:0 ack 1 win 0");
        peer.emitted.clear();
        peer.write(10_000);

        peer.stream.close();
        answer(". " + (passive ? 2 : 1) + ":0 ack 1 win 0", PATIENCE_WITH_WHO_ANSWERS_MILLIS);

        assertThat(peer.layer.flowCount()).isZero();
        assertThat(peer.layer.budget().usedBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void neitherDoesOneThatIsSilent(boolean probing) {
        peer.establish(65_535);
        peer.send(". 1:0 ack 1 win 0");
        peer.write(10_000);
        if (probing) {
            // The probes have become rare before it closes.
            peer.advanceMillis(60_000);
        }

        peer.stream.close();
        peer.advanceMillis(PATIENCE_MILLIS);

        assertThat(peer.layer.flowCount()).isZero();
    }

    /** A timestamp of the beginning, echoed for what was sent again, says that the way there and back takes minutes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void neitherDoesOneThatLiesAboutTheRoundTrip(boolean answering) {
        peer = new ScriptedPeer(ScriptedPeer.config().timestamps(true));
        peer.establish(65_535, "<mss 1000,sackOK,ts 5 0,ws 7>");
        int first = peer.lastTimestamp;
        peer.advanceMillis(300_000);
        peer.write(10);
        peer.advanceMillis(1000);
        peer.send(". 1:0 ack 11 win 0 <ts 6 " + first + ">");
        peer.emitted.clear();
        assertThat(peer.probe().rtt().rtoNanos()).isGreaterThan(100_000_000_000L);
        peer.write(10_000);

        peer.stream.close();
        if (answering) {
            answer(". 1:0 ack 11 win 0 <ts 7 " + first + ">", PATIENCE_WITH_WHO_ANSWERS_MILLIS);
        } else {
            peer.advanceMillis(PATIENCE_MILLIS);
        }

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void neitherDoesOneThatTakesItsWindowBackFromWhatIsOnItsWay() {
        peer.establish(65_535);
        peer.write(3000);
        peer.stream.close();

        answer(". 1:0 ack 1 win 0", PATIENCE_WITH_WHO_ANSWERS_MILLIS);

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void neitherDoesOneThatHasTheFinOnlyAndSaysThatItsWindowIsClosed() {
        peer.establish(65_535);
        peer.send(". 1:0 ack 1 win 0");
        peer.stream.close();

        answer(". 1:0 ack 1 win 0", PATIENCE_WITH_WHO_ANSWERS_MILLIS);

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void anOrphanWhosePeerTakesSomethingNowAndThenGoesOnToTheEnd() {
        peer.establish(65_535);
        peer.send(". 1:0 ack 1 win 0");
        peer.write(5000);
        peer.stream.close();

        for (int acknowledged = 1; acknowledged < 5001; acknowledged += 1000) {
            answer(". 1:0 ack " + acknowledged + " win 0", 90_000);
            assertThat(peer.layer.flowCount()).isEqualTo(1);
            peer.send(". 1:0 ack " + acknowledged + " win 1024");
            peer.emitted.clear();
            peer.send(". 1:0 ack " + (acknowledged + 1000) + " win 0");
        }
        peer.send(". 1:0 ack 5001 win 1024").send(". 1:0 ack 5002");

        assertThat(peer.probe().state()).isEqualTo(io.ztnio.tcpip.tcp.connection.TcpState.FIN_WAIT_2);
    }

    @Test
    void aPeerWithAWholeTableOfOrphansPaysForTheNextItself() throws Exception {
        peer = new ScriptedPeer(ScriptedPeer.config().maximumOrphans(100));
        peer.listen(1000);
        for (int i = 0; i < 300; i++) {
            closed(InetAddress.getByName("10.9.0.1"), 1000 + i);
        }
        int before = peer.layer.flowCount();
        long resets = peer.layer.counters().orphansReset();
        for (int i = 0; i < 60; i++) {
            closed(InetAddress.getByName("10.8.0." + i), 1000);
        }

        assertThat(before).as("three quarters of the table").isEqualTo(75);
        assertThat(resets).isEqualTo(225);
        assertThat(peer.layer.counters().orphansReset()).isEqualTo(260);
        for (int i = 0; i < 60; i++) {
            assertThat(peer.layer.ground.flows.find(peer.own, 8080, InetAddress.getByName("10.8.0." + i), 1000))
                    .as("honest closer %d", i)
                    .isNotNull();
        }
    }

    /** A connection that is accepted and closed, and whose peer says nothing any more. */
    private void closed(InetAddress from, int port) throws Exception {
        peer.injectFrom(from, SegmentText.build(SYN, port, 8080, 0, 0, 0));
        peer.injectFrom(from, SegmentText.build(". 1:0 ack 1", port, 8080, 0, peer.ownIss, 7));
        peer.accept();
        peer.stream.close();
        peer.emitted.clear();
        peer.windows.clear();
    }
}
