package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Explicit congestion notification: scenarios 134 and 135. */
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
        assertThat(peer.trafficClasses).containsExactly(0);
        peer.expect("SE. 0:0 ack 1 " + OFFER);
        peer.send(". 1:0 ack 1 win 4000000").accept();
        peer.stream.option(StandardSocketOptions.TCP_NODELAY, true);
    }

    @Test
    void s134MarksAreEchoedUntilTheWindowIsReduced() {
        accept();

        peer.trafficClass = 3;
        peer.send("P. 1:100 ack 1").expect("E. 1:0 ack 101");
        peer.trafficClass = 2;
        peer.send("P. 101:100 ack 1").expectAfter(40, "E. 1:0 ack 201");
        peer.write(100);
        assertThat(peer.trafficClasses).containsExactly(2);
        peer.expect("PE. 1:100 ack 201");
        peer.send("PW. 201:100 ack 101").expectAfter(40, ". 101:0 ack 301");
    }

    @Test
    void s134EchoReducesTheWindowOncePerRoundTrip() {
        accept();
        peer.write(10_000);
        assertThat(peer.emitted).hasSize(10);
        assertThat(peer.trafficClasses).containsOnly(2);
        peer.emitted.clear();
        peer.windows.clear();
        peer.trafficClasses.clear();
        peer.write(20_000);
        peer.expectNothing();

        long before = window();
        peer.send("E. 1:0 ack 1001 win 4000000");
        long reduced = window();
        peer.send("E. 1:0 ack 2001 win 4000000", "E. 1:0 ack 3001 win 4000000");

        assertThat(reduced).isLessThan(before);
        assertThat(window()).as("no second reduction").isGreaterThanOrEqualTo(reduced);
        peer.emitted.clear();
        peer.windows.clear();
        peer.send("E. 1:0 ack 10001 win 4000000");
        assertThat(peer.emitted.get(0)).startsWith("W. ");
        assertThat(peer.emitted.subList(1, peer.emitted.size())).allMatch(text -> text.startsWith(". "));
        peer.emitted.clear();
        peer.windows.clear();
    }

    @Test
    void s134RetransmissionsAreNotMarked() {
        accept();
        peer.write(500);
        peer.expect("P. 1:500 ack 1");

        peer.advanceMillis(1000);

        assertThat(peer.emitted).isNotEmpty().containsOnly("P. 1:500 ack 1");
        assertThat(peer.trafficClasses).containsOnly(0);
        peer.emitted.clear();
        peer.windows.clear();
    }

    @Test
    void s135WithoutAnOfferNothingIsMarked() {
        peer.establish(65_535);
        peer.stream.option(StandardSocketOptions.IP_TOS, 0xff);

        peer.write(100);
        assertThat(peer.trafficClasses).containsExactly(0xfc);
        peer.expect("P. 1:100 ack 1");
        peer.trafficClass = 3;
        peer.send("P. 1:100 ack 101").expectAfter(40, ". 101:0 ack 101");
        peer.trafficClass = 0;
        peer.send("E. 101:0 ack 101").expectNothing();
    }

    private long window() {
        return ((TcpStream) peer.stream).connection().sender.congestion.windowBytes();
    }
}
