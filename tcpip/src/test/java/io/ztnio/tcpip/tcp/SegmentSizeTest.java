package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.ip.IcmpError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What decides the size of segments: scenarios 165 and 166, and packets that the network below splits. */
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

    private TcpConnection connection() {
        return ((TcpStream) peer.stream).connection();
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

    @Test
    void s166BlackHoleFallsToOneDatagramAfterThreeTimeouts() {
        establish();
        peer.write(2760);
        peer.expect("P. 1:2760 ack 1");
        long timeouts = peer.layer.counters().retransmissionTimeouts();

        while (peer.layer.counters().blackHoles() == 0) {
            clear();
            peer.advanceMillis(1);
        }

        assertThat(peer.layer.counters().retransmissionTimeouts() - timeouts).isEqualTo(3);
        assertThat(peer.emitted.get(0)).isEqualTo(". 1:1354 ack 1");
        clear();
        peer.send(". 1:0 ack 1355 win 4000000", ". 1:0 ack 2709 win 4000000", ". 1:0 ack 2761 win 4000000");
        clear();
        peer.write(2760);
        assertThat(peer.emitted.get(0)).isEqualTo(". 2761:1354 ack 1");
        peer.send(". 1:0 ack 5521 win 4000000");
        clear();
    }

    @Test
    void s166LargerSizeIsTriedAgainLater() {
        s166BlackHoleFallsToOneDatagramAfterThreeTimeouts();

        peer.advanceMillis(599_000);
        peer.write(2760);
        assertThat(peer.emitted.get(0)).isEqualTo(". 5521:1354 ack 1");
        peer.send(". 1:0 ack 8281 win 4000000");
        peer.advanceMillis(2_000);
        clear();

        peer.write(2760);
        peer.expect("P. 8281:2760 ack 1");
        int attempts = 0;
        while (peer.layer.counters().blackHoles() == 1) {
            nextSent();
            attempts++;
        }
        assertThat(attempts).as("sent again at most twice before it shrinks").isLessThanOrEqualTo(2);
        assertThat(connection().segmentBytes()).isEqualTo(1354);
        peer.send(". 1:0 ack 11041 win 4000000");
        clear();
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
        clear();

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 60);

        clear();
        assertThat(connection().segmentBytes()).isEqualTo(512);
    }

    @Test
    void s165ReportedMtuLowersTheSizeWithoutACutOfTheWindow() {
        establish();
        peer.write(5520);
        clear();
        long window = connection().sender.congestion.windowBytes();

        peer.icmp(IcmpError.PACKET_TOO_BIG, 1, 1400);

        assertThat(connection().segmentBytes()).isEqualTo(1360);
        assertThat(peer.emitted.get(0)).isEqualTo(". 1:1360 ack 1");
        assertThat(connection().sender.congestion.windowBytes()).isGreaterThanOrEqualTo(window);
        clear();
    }
}
