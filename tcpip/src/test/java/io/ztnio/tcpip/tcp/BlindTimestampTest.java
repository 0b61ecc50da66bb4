package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who does not know the numbers of a connection cannot make its peer's timestamps look old (CVE-2005-0356). */
class BlindTimestampTest {
    private static final String OFFER = "<mss 1000,sackOK,ts 1000 0,ws 7>";
    private static final String FUTURE = " <ts 1000000000 0>";

    private final ScriptedPeer peer = new ScriptedPeer(ScriptedPeer.config().timestamps(true));

    @ParameterizedTest
    @ValueSource(
            strings = {
                // below the window, at it, over it from the left, and of a length of 0
                "P. -1000:100 ack 1",
                "P. -100000:1000 ack 1",
                ". -1:0 ack 1",
                ". 0:0 ack 1",
                "P. 0:1 ack 1",
                "F. 0:0 ack 1",
                "P. 200000000:100 ack 1",
                // SYN, with and without ACK, in the window and outside
                "S 1:0",
                "S. 1:0 ack 1",
                "S -5:0",
                "SF 1:0",
                // what was never sent, what is long past, and no acknowledgment at all
                "P. 1:100 ack 2",
                "P. 1:100 ack 100000000",
                "P. 1:100 ack -100000000",
                ". 1:0 ack 2",
                "P 1:100",
                "- 1:100",
                "U 1:100 urg 1",
                "R 5:0",
                "R. 5:0 ack 1",
            })
    void aTimestampOfTheFutureInASegmentThatIsNotAcceptableIsForgotten(String blind) {
        peer.establish(65_535, OFFER);
        peer.send(". 1:0 ack 1 <ts 1001 0>");

        peer.send(blind + FUTURE);
        peer.emitted.clear();

        peer.send("P. 1:100 ack 1 <ts 1002 0>");
        assertThat(peer.read(1, 200)).isEqualTo(100);
        peer.advanceMillis(40);
        assertThat(peer.emitted).last().asString().isEqualTo(". 1:0 ack 101 <ts 1002>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P. 1:100 ack 5",
                "P. -500:100 ack 1",
                "S 9:0 " + OFFER,
                "S -9:0 " + OFFER,
                "S 100000:0 " + OFFER,
                "SF 0:0 " + OFFER
            })
    void soItIsWhileBothOpenAtOnce(String blind) {
        peer.connect();
        peer.send("S 0:0 " + OFFER);
        assertThat(peer.emitted).last().asString().startsWith("S. 0:0 ack 1");

        peer.send(blind.contains("ts") ? blind.replace("ts 1000 ", "ts 1000000000 ") : blind + FUTURE);
        peer.emitted.clear();

        peer.send(". 1:0 ack 1 <ts 1001 0>", "P. 1:100 ack 1 <ts 1002 0>");
        assertThat(peer.read(1, 200)).isEqualTo(100);
    }
}
