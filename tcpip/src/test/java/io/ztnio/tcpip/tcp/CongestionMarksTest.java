package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Explicit congestion notification: scenarios 134 and 135. */
@AtEverySequenceStart
class CongestionMarksTest {
    private static final String OFFER = ScriptedPeer.OFFER;

    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    private void accept() {
        peer.listen(5);
        peer.send("SEW 0:0 " + OFFER);
        peer.expectTrafficClasses(0).expect("SE. 0:0 ack 1 " + OFFER);
        peer.advanceMillis(100).send(". 1:0 ack 1 win 4000000").accept();
        peer.stream.option(StandardSocketOptions.TCP_NODELAY, true);
    }

    @Test
    void s134MarksAreEchoedUntilTheWindowIsReduced() {
        accept();

        peer.trafficClass = 3;
        peer.send("P. 1:100 ack 1").expectTrafficClasses(0).expect("E. 1:0 ack 101");
        peer.trafficClass = 2;
        peer.send("P. 101:100 ack 1").expectAfter(40, "E. 1:0 ack 201");
        peer.write(100);
        peer.expectTrafficClasses(2).expect("PE. 1:100 ack 201");
        peer.send("PW. 201:100 ack 101").expectAfter(40, ". 101:0 ack 301");
        peer.send("P. 301:100 ack 101").expectAfter(40, ". 101:0 ack 401");
    }

    @Test
    void s134MarkThatComesWithTheReductionIsEchoedAnew() {
        accept();
        peer.trafficClass = 3;
        peer.send("P. 1:100 ack 1").expect("E. 1:0 ack 101");

        peer.send("PW. 101:100 ack 1").expect("E. 1:0 ack 201");

        peer.trafficClass = 2;
        peer.send("P. 201:100 ack 1").expectAfter(40, "E. 1:0 ack 301");
    }

    /** The window is ten segments, then 7 and 4.9: three tenths less each time (RFC 9438 4.6), and no growth by an echo. */
    @Test
    void s134EchoReducesTheWindowOncePerRoundTrip() {
        accept();
        peer.write(60_000);
        peer.expectTrafficClasses(2, 2, 2, 2, 2, 2, 2, 2, 2, 2).expect(SenderScript.segments(0, 10));
        peer.advanceMillis(100).expectNothing();

        echo(1001).expectNothing();
        echo(2001).expectNothing();
        echo(3001).expectNothing();
        echo(4001).expectTrafficClasses(2).expect("W. 10001:1000 ack 1");
        for (int i = 5; i <= 10; i++) {
            echo(1 + 1000L * i).expect(SenderScript.segments(i + 6, i + 7));
        }
        assertThat(window()).isEqualTo(7000);
        peer.advanceMillis(100).expectNothing();

        // The peer has our answer; what it echoes now is about what was sent after that.
        echo(11_001).expectNothing();
        echo(12_001).expectNothing();
        echo(13_001).expectNothing();
        assertThat(window()).isEqualTo(4900);
        echo(14_001).expect("W. 17001:1000 ack 1");
        echo(15_001).expect(SenderScript.segments(18, 19));
    }

    private ScriptedPeer echo(long acknowledgment) {
        return peer.send("E. 1:0 ack " + acknowledgment + " win 4000000");
    }

    @Test
    void s134RetransmissionsAreNotMarked() {
        accept();
        peer.write(500);
        peer.expectTrafficClasses(2).expect("P. 1:500 ack 1");

        // The probe, and the timer twice.
        for (int wait : new int[] {300, 300, 600}) {
            peer.advanceMillis(wait - 1).expectNothing();
            peer.advanceMillis(1);
            peer.expectTrafficClasses(0).expect("P. 1:500 ack 1");
        }
        peer.send(". 1:0 ack 501 win 4000000");
        peer.write(500);
        peer.expectTrafficClasses(2).expect("P. 501:500 ack 1");
    }

    @Test
    void s135WithoutAnOfferNothingIsMarked() {
        peer.connect();
        peer.expectTrafficClasses(0).expect("S 0:0 " + OFFER);
        peer.send("S. 0:0 ack 1 " + OFFER);
        peer.expectTrafficClasses(0).expect(". 1:0 ack 1");
        peer.stream.option(StandardSocketOptions.IP_TOS, 0xff);

        peer.write(100);
        peer.expectTrafficClasses(0xfc).expect("P. 1:100 ack 1");
        peer.trafficClass = 3;
        peer.send("P. 1:100 ack 101").expectAfter(40, ". 101:0 ack 101");
        peer.trafficClass = 0;
        long window = window();
        peer.send("E. 101:0 ack 101").expectNothing();
        assertThat(window()).isEqualTo(window);
    }

    @Test
    void s135SynWithoutAnOfferIsAnsweredWithoutOne() {
        peer.listen(5);
        peer.trafficClass = 3;

        peer.send("S 0:0 " + OFFER);

        peer.expectTrafficClasses(0).expect("S. 0:0 ack 1 " + OFFER);
        peer.send(". 1:0 ack 1 win 4000000", "P. 1:100 ack 1").expectAfter(40, ". 1:0 ack 101");
    }

    private long window() {
        return new ConnectionProbe(((TcpStream) peer.stream).connection())
                .congestion()
                .windowBytes();
    }
}
