package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.ip.IcmpError;
import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What decides the size of segments: scenarios 165 and 166, and packets that the network below splits. */
@AtEverySequenceStart
class SegmentSizeTest {
    private static final String OFFER = "<mss 2760,sackOK,ws 7>";

    private final ScriptedPeer peer = new ScriptedPeer(ScriptedPeer.config().minimumRtoNanos(200_000_000L));

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    /** Loses what is larger than one datagram, for as long as it is in force. */
    private void establish() {
        peer.ip.mtuBytes = 2800;
        peer.ip.oneDatagramBytes = 1394;
        peer.establish(4_000_000, OFFER);
    }

    private ConnectionProbe connection() {
        return new ConnectionProbe(((TcpStream) peer.stream).connection());
    }

    private void clear() {
        peer.emitted.clear();
        peer.windows.clear();
        peer.trafficClasses.clear();
    }

    /** Lets time pass until something is sent. */
    private String nextSent() {
        clear();
        for (int i = 0; i < 200_000 && peer.emitted.isEmpty(); i++) {
            peer.advanceMillis(1);
        }
        String sent = peer.emitted.get(0);
        return sent;
    }

    @Test
    void segmentsFitTwoDatagrams() {
        peer.ip.mtuBytes = 2800;
        peer.ip.twoDatagramBytes = 2746;
        peer.establish(4_000_000, OFFER);

        peer.write(3000);

        peer.expect(". 1:2706 ack 1", "P. 2707:294 ack 1");
    }

    @Test
    void offeredSizeDoesNotDependOnDatagrams() {
        peer.ip.mtuBytes = 2800;
        peer.ip.twoDatagramBytes = 2746;

        peer.connect();

        peer.expect("S 0:0 <mss 2760,sackOK,ws 7>");
    }

    @Test
    void sizeFollowsThePathOnceASecond() {
        peer.ip.mtuBytes = 2800;
        peer.establish(4_000_000, OFFER);
        peer.write(2760);
        peer.expect("P. 1:2760 ack 1");
        peer.send(". 1:0 ack 2761 win 4000000");

        peer.ip.twoDatagramBytes = 2797;
        peer.advanceMillis(1100);
        peer.write(2760);

        peer.expect(". 2761:2757 ack 1", "P. 5518:3 ack 1");
    }

    /** The first repetition is the tail loss probe; then the timer fires three times. */
    @Test
    void s166BlackHoleFallsToOneDatagramAfterThreeTimeouts() {
        establish();
        peer.write(500);
        peer.expect("P. 1:500 ack 1");
        peer.send(". 1:0 ack 501 win 4000000").expectNothing();
        peer.write(2760);
        peer.expect("P. 501:2760 ack 1");

        peer.expectAfter(200, "P. 501:2760 ack 1");
        peer.expectAfter(200, "P. 501:2760 ack 1");
        peer.expectAfter(400, "P. 501:2760 ack 1");
        assertThat(peer.layer.counters().blackHoles()).isZero();
        peer.expectAfter(800, ". 501:1354 ack 1", ". 1855:1354 ack 1", "P. 3209:52 ack 1");

        assertThat(peer.layer.counters().blackHoles()).isEqualTo(1);
        assertThat(peer.layer.counters().retransmissionTimeouts()).isEqualTo(3);
        peer.send(". 1:0 ack 1855 win 4000000", ". 1:0 ack 3209 win 4000000", ". 1:0 ack 3261 win 4000000");
        peer.expectNothing();
        peer.write(2760);
        peer.expect(". 3261:1354 ack 1", ". 4615:1354 ack 1", "P. 5969:52 ack 1");
        peer.send(". 1:0 ack 6021 win 4000000").expectNothing();
    }

    @Test
    void s166LargerSizeIsTriedAgainLater() {
        s166BlackHoleFallsToOneDatagramAfterThreeTimeouts();

        peer.advanceMillis(599_999).expectNothing();
        peer.write(2760);
        peer.expect(". 6021:1354 ack 1", ". 7375:1354 ack 1", "P. 8729:52 ack 1");
        peer.send(". 1:0 ack 8781 win 4000000").expectNothing();
        peer.advanceMillis(1000).expectNothing();

        peer.write(2760);
        peer.expect("P. 8781:2760 ack 1");
        peer.expectAfter(200, "P. 8781:2760 ack 1");
        peer.expectAfter(200, ". 8781:1354 ack 1", ". 10135:1354 ack 1", "P. 11489:52 ack 1");
        assertThat(peer.layer.counters().blackHoles()).isEqualTo(2);
        peer.send(". 1:0 ack 11541 win 4000000");

        // The next attempt is twice as far away; this time the path carries it.
        peer.advanceMillis(1_199_000).expectNothing();
        peer.write(2760);
        peer.expect(". 11541:1354 ack 1", ". 12895:1354 ack 1", "P. 14249:52 ack 1");
        peer.send(". 1:0 ack 14301 win 4000000");
        peer.advanceMillis(1000).expectNothing();
        for (int at = 14_301; at < 30_000; at += 2760) {
            peer.write(2760);
            peer.expect("P. " + at + ":2760 ack 1");
            peer.send(". 1:0 ack " + (at + 2760) + " win 4000000").expectNothing();
        }
    }

    @Test
    void outageIsNotTakenForABlackHole() {
        establish();
        peer.write(2760);
        while (connection().segmentBytes() > 1354) {
            nextSent();
        }
        nextSent();
        nextSent();

        peer.send(". 1:0 ack 2761 win 4000000");

        clear();
        assertThat(connection().segmentBytes()).isEqualTo(2760);
    }

    @Test
    void smallSegmentsThatAreLostSayNothing() {
        establish();
        peer.write(1000);

        peer.advanceMillis(60_000);

        clear();
        assertThat(peer.layer.counters().blackHoles()).isZero();
        assertThat(connection().segmentBytes()).isEqualTo(2760);
    }

    @Test
    void s165ReportedMtuIsClamped() {
        establish();
        peer.write(1000);
        peer.expect("P. 1:1000 ack 1");

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 60);

        peer.expect(". 1:512 ack 1", "P. 513:488 ack 1");
    }

    @Test
    void s165ReportedMtuLowersTheSizeWithoutACutOfTheWindow() {
        establish();
        peer.write(5520);
        peer.expect(". 1:2760 ack 1", "P. 2761:2760 ack 1");
        long window = connection().congestion().windowBytes();

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 1400);

        peer.expect(
                ". 1:1360 ack 1",
                ". 1361:1360 ack 1",
                ". 2721:40 ack 1",
                ". 2761:1360 ack 1",
                ". 4121:1360 ack 1",
                "P. 5481:40 ack 1");
        assertThat(connection().congestion().windowBytes()).isEqualTo(window);
    }
}
