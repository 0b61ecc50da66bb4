package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.connection.TcpState;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * A peer that takes back the window that it has offered (RFC 9293 3.8.6: MUST-34, SHLD-15 to 17). Its windows are not scaled
 * here, so that a byte counts.
 */
class ShrinkingWindowTest extends SenderScript {
    private static final String UNSCALED = "<mss 1000,sackOK>";

    private void established(int windowBytes, int written) {
        peer.establish(windowBytes, UNSCALED, 100);
        peer.write(written);
    }

    @Test
    void aWindowThatShrinksByAByteIsKept() {
        established(3000, 5000);
        peer.expect(segments(0, 3));

        peer.send(". 1:0 ack 1 win 2999").expectNothing();
        // Neither the tail loss probe, which would end a byte beyond the window, nor more than fits by the timer.
        peer.expectAfter(300, ". 1:1000 ack 1");
        peer.send(". 1:0 ack 1001 win 1999").expect(". 1001:1000 ack 1");
        peer.send(". 1:0 ack 2001 win 999").expect(". 2001:999 ack 1");
        peer.send(". 1:0 ack 3000 win 1001").expect("P. 3000:1 ack 1", ". 3001:1000 ack 1");
        peer.send(". 1:0 ack 4001 win 3000").expect("P. 4001:1000 ack 1");
        peer.send(". 1:0 ack 5001 win 3000").expectNothing();
    }

    @Test
    void anAcknowledgmentLiesInsideTheWindow() {
        established(3000, 3000);
        peer.expect(pushed(0, 3));

        peer.send("P. 1:10 ack 1 win 2999").advanceMillis(40).expect(". 3000:0 ack 11");
        peer.send("P. 11:10 ack 1 win 1500").advanceMillis(40).expect(". 1501:0 ack 21");
        peer.send("P. 21:10 ack 1001 win 500").advanceMillis(40).expect(". 1501:0 ack 31");
        peer.send("P. 31:10 ack 1001 win 0").advanceMillis(40).expect(". 1001:0 ack 41");
        peer.send("P. 41:10 ack 1001 win 4000").advanceMillis(40).expect(". 3001:0 ack 51");
        peer.send(". 51:0 ack 3001 win 4000").expectNothing();
    }

    @Test
    void aResetLiesInsideTheWindow() throws IOException {
        established(3000, 3000);
        peer.expect(pushed(0, 3));
        peer.send("P. 1:10 ack 1 win 500").expectNothing();

        peer.stream.close();

        peer.expect("R. 501:0 ack 11");
    }

    @Test
    void aFastRetransmissionEndsAtTheWindow() {
        established(10_000, 10_000);
        peer.expect(pushed(0, 10));

        peer.advanceMillis(100).send(". 1:0 ack 4001 win 500 <sack 7001-10001>").expect(". 4001:500 ack 1");
        peer.send(". 1:0 ack 4501 win 100").expect(". 4501:100 ack 1");
        peer.send(". 1:0 ack 4601 win 1400").expect(". 4601:400 ack 1", ". 5001:1000 ack 1");
        peer.send(". 1:0 ack 6001 win 4000").expect(". 6001:1000 ack 1");
        peer.send(". 1:0 ack 10001 win 4000").expectNothing();
    }

    @Test
    void aTimeoutRetransmissionEndsAtTheWindow() {
        withoutProbes();
        established(3000, 3000);
        peer.expect(pushed(0, 3));

        peer.send(". 1:0 ack 1 win 1").expectNothing();
        peer.expectAfter(300, ". 1:1 ack 1");
        peer.expectAfter(600, ". 1:1 ack 1");
        peer.send(". 1:0 ack 2 win 700").expect(". 2:700 ack 1");
        peer.send(". 1:0 ack 702 win 2299").expect(". 702:299 ack 1", ". 1001:1000 ack 1");
        peer.send(". 1:0 ack 2001 win 1000").expect("P. 2001:1000 ack 1");
        peer.send(". 1:0 ack 3001 win 1000").expectNothing();
    }

    @Test
    void withoutSelectiveAcknowledgmentsItIsTheSame() {
        peer = new ScriptedPeer(config().selectiveAcks(false));
        peer.establish(3000, "<mss 1000>", 100);
        peer.write(3000);
        peer.expect(pushed(0, 3));

        peer.send(". 1:0 ack 1 win 1500").expectNothing();
        peer.expectAfter(300, ". 1:1000 ack 1");
        peer.send(". 1:0 ack 1001 win 500").expect(". 1001:500 ack 1");
        peer.send(". 1:0 ack 1501 win 1500").expect(". 1501:500 ack 1", "P. 2001:1000 ack 1");
        peer.send(". 1:0 ack 3001 win 1500").expectNothing();
    }

    @Test
    void aWindowThatIsClosedUnderDataIsProbedForAsLongAsThePeerAnswers() {
        withoutProbes();
        established(3000, 5000);
        peer.expect(segments(0, 3));
        long window = congestion().windowBytes();

        peer.send(". 1:0 ack 1 win 0").expectNothing();
        long wait = 300;
        for (int i = 0; i < 40; i++) {
            peer.expectAfter(wait, ". 1:1 ack 1");
            peer.send(". 1:0 ack 1 win 0").expectNothing();
            wait = Math.min(2 * wait, 120_000);
        }
        peer.send(". 1:0 ack 1 win 3000").expect(pushed(0, 3));

        assertThat(congestion().windowBytes()).as("no sign of congestion").isEqualTo(window);
        // The waits were for the window; a loss now does not wait for two minutes.
        peer.expectAfter(300, ". 1:1000 ack 1");
        peer.send(". 1:0 ack 3001 win 3000").expect(". 3001:1000 ack 1", "P. 4001:1000 ack 1");
        peer.send(". 1:0 ack 5001 win 3000").expectNothing();
    }

    @Test
    void aPeerThatDoesNotAnswerTheProbesIsGivenUp() {
        peer = new ScriptedPeer(config().tailLossProbes(false).dataRetries(3));
        established(3000, 3000);
        peer.expect(pushed(0, 3));

        peer.send(". 1:0 ack 1 win 0").expectNothing();
        peer.expectAfter(300, ". 1:1 ack 1");
        peer.expectAfter(600, ". 1:1 ack 1");
        peer.expectAfter(1200, ". 1:1 ack 1");
        peer.expectAfter(2400, "R. 1:0 ack 1");
    }

    @Test
    void theByteOfAProbeMayBeTaken() {
        withoutProbes();
        established(3000, 3000);
        peer.expect(pushed(0, 3));

        peer.send(". 1:0 ack 1 win 0").expectNothing();
        peer.expectAfter(300, ". 1:1 ack 1");
        peer.send(". 1:0 ack 2 win 0").expectNothing();
        peer.expectAfter(300, ". 2:1 ack 1");
        peer.send(". 1:0 ack 3 win 998").expect(". 3:998 ack 1");
        peer.send(". 1:0 ack 1001 win 2000").expect(". 1001:1000 ack 1", "P. 2001:1000 ack 1");
        peer.send(". 1:0 ack 3001 win 2000").expectNothing();
    }

    @Test
    void aFinWaitsForRoomOfItsOwn() throws IOException {
        withoutProbes();
        peer.establish(3000, UNSCALED, 100);
        peer.stream.option(java.net.StandardSocketOptions.TCP_NODELAY, false);
        peer.write(10);
        peer.expect("P. 1:10 ack 1");
        peer.write(990);
        peer.stream.shutdownOutput();
        peer.expect("FP. 11:990 ack 1");

        peer.advanceMillis(100).send(". 1:0 ack 11 win 990").expectNothing();
        peer.expectAfter(300, ". 11:990 ack 1");
        peer.send(". 1:0 ack 1001 win 0").expectNothing();
        peer.expectAfter(300, "F. 1001:0 ack 1");
        peer.send(". 1:0 ack 1001 win 0").expectNothing();
        peer.expectAfter(600, "F. 1001:0 ack 1");
        peer.send(". 1:0 ack 1002 win 0").expectNothing();
        assertThat(peer.probe().state()).isEqualTo(TcpState.FIN_WAIT_2);
    }

    /** A retransmission has an older number; but what it acknowledges is new, and its window belongs to that. */
    @Test
    void theWindowOfANewAcknowledgmentCountsWhereverItsSegmentBegins() {
        established(4000, 3000);
        peer.expect(pushed(0, 3));
        peer.send("P. 11:10 ack 1 win 4000").expect(". 3001:0 ack 1 <sack 11-21>");

        peer.send("P. 1:10 ack 2001 win 1000").expect(". 3001:0 ack 21");
        peer.write(3000);

        peer.expectNothing();
        peer.send(". 21:0 ack 3001 win 1000").expect(". 3001:1000 ack 21");
        peer.send(". 21:0 ack 4001 win 3000").expect(pushedFrom(4));
        peer.send(". 21:0 ack 6001 win 3000").expectNothing();
    }

    private static String[] pushedFrom(int from) {
        return new String[] {". " + (1 + 1000 * from) + ":1000 ack 21", "P. " + (1001 + 1000 * from) + ":1000 ack 21"};
    }

    /** The capture of the issue: the peer hears of nothing that lies beyond its window, and each waits for the other. */
    @Test
    void bothDirectionsGoOnThroughAWindowThatWasTakenBack() {
        withoutProbes();
        established(10_000, 10_000);
        peer.expect(pushed(0, 10));

        // It has thrown away what it had no memory for, and sends.
        peer.send(". 1:1000 ack 1 win 0", ". 1001:1000 ack 1 win 0").expect(". 1:0 ack 2001");
        peer.send(". 2001:0 ack 1 win 1024").expectNothing();
        peer.expectAfter(300, ". 1:1000 ack 2001");
        peer.send(". 2001:1000 ack 1001 win 1024").expect(". 1001:1000 ack 3001");
        peer.send(". 3001:1000 ack 2001 win 10000");
        peer.expect(". 2001:1000 ack 4001", ". 3001:1000 ack 4001");
        peer.send(". 4001:0 ack 10001 win 10000").expectNothing();
    }
}
