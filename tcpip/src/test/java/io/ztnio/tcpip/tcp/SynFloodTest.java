package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Floods of SYNs, cookies and what shares a port: scenarios 32 to 34 of group B. */
@AtEverySequenceStart
@Tag("any-jdk")
class SynFloodTest {
    private static final String SYN = "S 0:0 " + ScriptedPeer.OFFER;
    private static final String SYN_ACK = "S. 0:0 ack 1 " + ScriptedPeer.OFFER;
    private static final String COOKIE = "S. 0:0 ack 1 <mss 1000>";

    private ScriptedPeer peer = new ScriptedPeer(ScriptedPeer.config().maximumHalfOpen(1));

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    /** One half-open connection of somebody else, so that the next SYN is answered with a cookie. */
    private void fill() {
        peer.listen(5);
        peer.peerPort = 9;
        peer.send(SYN).expect(SYN_ACK);
        peer.peerPort = 80;
    }

    @Test
    void s32CookieCompletesAConnectionWithTheMssOfTheTable() throws IOException {
        fill();

        peer.send(SYN).expect(COOKIE);
        assertThat(peer.layer.flowCount()).as("nothing is kept").isEqualTo(1);
        peer.peerShift = 0;
        peer.send(". 1:0 ack 1 win 20000");
        peer.accept();
        assertThat(peer.stream).isNotNull();
        peer.stream.option(java.net.StandardSocketOptions.TCP_NODELAY, true);
        peer.write(600);

        peer.expect(". 1:536 ack 1", "P. 537:64 ack 1");
        assertThat(peer.layer.counters().cookiesAccepted()).isEqualTo(1);
    }

    @Test
    void s32ForgedCookieIsReset() throws IOException {
        fill();
        peer.send(SYN).expect(COOKIE);

        peer.send(". 1:0 ack 2").expect("R 2:0");
        peer.send(". 2:0 ack 1").expect("R 1:0");
        peer.peerPort = 81;
        peer.send(". 1:0 ack 1").expect("R 1:0");

        assertThat(peer.listener.accept()).isNull();
    }

    @Test
    void guessedCookiesDoNotPass() throws IOException {
        fill();
        peer.send(SYN).expect(COOKIE);
        Random random = new Random(5961);

        for (int i = 0; i < 100_000; i++) {
            peer.send(". 1:0 ack " + (random.nextInt() | 2));
        }

        assertThat(peer.emitted).hasSize(100_000).allMatch(text -> text.startsWith("R "));
        peer.emitted.clear();
        peer.windows.clear();
        assertThat(peer.layer.counters().cookiesAccepted()).isZero();
    }

    @Test
    void s32CookieIsOldAfterTwoPeriods() {
        fill();
        peer.send(SYN).expect(COOKIE);
        int cookie = peer.ownIss;
        // The half-open connection repeats its answer, the cookie was sent once.
        peer.peerPort = 9;
        for (int seconds : new int[] {1, 2, 4, 8, 16}) {
            peer.advanceMillis(seconds * 1000L - 1).expectNothing();
            peer.advanceMillis(1);
            peer.expect(SYN_ACK);
        }
        peer.advanceMillis(97_000).expectNothing();

        peer.peerPort = 80;
        peer.ownIss = cookie;
        peer.send(". 1:0 ack 1").expect("R 1:0");
    }

    @Test
    void withoutAFloodThereIsNoCookieToAccept() throws IOException {
        peer.listen(5);

        peer.send(". 1:0 ack 1").expect("R 1:0");

        assertThat(peer.listener.accept()).isNull();
    }

    @Test
    void s33DataWithTheCookieIsDelivered() {
        fill();
        peer.send(SYN).expect(COOKIE);

        peer.send("P. 1:100 ack 1").accept();

        assertThat(peer.read(1, 200)).isEqualTo(100);
        peer.expectAfter(40, ". 1:0 ack 101");
    }

    @Test
    void s34TimestampKeepsWindowScaleAndSack() {
        peer = new ScriptedPeer(ScriptedPeer.config().timestamps(true).maximumHalfOpen(1));
        String offer = "<mss 1000,sackOK,ts 5 0,ws 7>";
        peer.listen(5);
        peer.peerPort = 9;
        peer.send("S 0:0 " + offer).expect("S. 0:0 ack 1 <mss 1000,sackOK,ts 5,ws 7>");
        peer.peerPort = 80;

        peer.send("S 0:0 " + offer).expect("S. 0:0 ack 1 <mss 1000,sackOK,ts 5,ws 7>");
        peer.send(". 1:0 ack 1 win 1280 <ts 6 " + Integer.toUnsignedString(peer.lastTimestamp) + ">")
                .accept();
        peer.stream.option(java.net.StandardSocketOptions.TCP_NODELAY, true);
        peer.write(2000);

        // The window is 1280 bytes: scaled by 7 as the SYN said.
        peer.expect(". 1:524 ack 1 <ts 6>", ". 525:524 ack 1 <ts 6>");
        peer.send(". 1001:100 ack 1 win 1280 <ts 6 0>").expect(". 1049:0 ack 1 <ts 6,sack 1001-1101>");
    }

    @Test
    void spoofedSynsDoNotBlockAListener() throws IOException {
        peer = new ScriptedPeer();
        peer.listen(5);
        flood(3000);

        peer.send(SYN).expect(COOKIE);
        peer.send(". 1:0 ack 1");

        assertThat(peer.listener.accept()).isNotNull();
        assertThat(peer.layer.flowCount()).isEqualTo(1024 + 1);
    }

    @Test
    void withoutCookiesTheOldestThatDidNotAnswerMakesRoom() throws IOException {
        peer = new ScriptedPeer(ScriptedPeer.config().synCookies(false));
        peer.listen(5);
        flood(1024);
        peer.send(SYN).expectNothing();

        peer.advanceMillis(1000);
        peer.emitted.clear();
        peer.windows.clear();
        peer.send(SYN).expect(SYN_ACK);
        peer.send(". 1:0 ack 1");

        assertThat(peer.listener.accept()).isNotNull();
        peer.listener.close();
        peer.emitted.clear();
    }

    @Test
    void listenersThatShareAPortShareItsConnections() throws IOException {
        peer = new ScriptedPeer();
        var first = peer.layer.openListener();
        var second = peer.layer.openListener();
        for (var each : java.util.List.of(first, second)) {
            each.option(java.net.StandardSocketOptions.SO_REUSEPORT, true);
            each.bind(new java.net.InetSocketAddress(peer.own, 8080));
            each.listen(100);
        }
        peer.ownPort = 8080;

        for (int port = 1; port <= 64; port++) {
            peer.peerPort = port;
            peer.send(SYN).expect(SYN_ACK).send(". 1:0 ack 1");
        }

        int ofFirst = count(first);
        assertThat(ofFirst).isBetween(16, 48);
        assertThat(count(second)).isEqualTo(64 - ofFirst);
    }

    private static int count(io.ztnio.tcpip.endpoint.ListenerEndpoint listener) throws IOException {
        int count = 0;
        while (listener.accept() != null) {
            count++;
        }
        return count;
    }

    /** SYNs from addresses where nobody answers. */
    private void flood(int count) throws UnknownHostException {
        for (int i = 0; i < count; i++) {
            InetAddress spoofed = InetAddress.getByAddress(new byte[] {10, 9, (byte) (i >> 8), (byte) i});
            byte[] syn = SegmentText.build(SYN, 1000, 8080, i, 0, 0);
            peer.injectFrom(spoofed, syn);
        }
        peer.emitted.clear();
        peer.windows.clear();
    }
}
