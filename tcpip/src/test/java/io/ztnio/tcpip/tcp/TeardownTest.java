package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.tcp.connection.TcpState;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scenarios 148 to 160. */
@AtEverySequenceStart
class TeardownTest {
    private final ScriptedPeer peer = new ScriptedPeer();

    @BeforeEach
    void establish() {
        peer.establish(65_535);
    }

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    @Test
    void s148ActiveCloseEndsInTimeWait() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");
        assertThat(peer.probe().state()).isEqualTo(TcpState.FIN_WAIT_1);
        peer.send(". 1:0 ack 2").expectNothing();
        assertThat(peer.probe().state()).isEqualTo(TcpState.FIN_WAIT_2);

        peer.send("F. 1:0 ack 2").expect(". 2:0 ack 2");

        assertThat(peer.layer.ground.flows.timeWaits()).isEqualTo(1);
        peer.advanceMillis(59_999).expectNothing();
        assertThat(peer.layer.flowCount()).isEqualTo(1);
        peer.advanceMillis(1);
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s149PassiveCloseWaitsForTheApplication() {
        peer.send("F. 1:0 ack 1").expect(". 1:0 ack 2");
        assertThat(peer.probe().state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(peer.read(1, 10)).isEqualTo(-1);
        peer.send("F. 1:0 ack 1").expect(". 1:0 ack 2");

        peer.stream.close();
        peer.expect("F. 1:0 ack 2");
        assertThat(peer.probe().state()).isEqualTo(TcpState.LAST_ACK);
        peer.send("F. 1:0 ack 1").expect(". 2:0 ack 2");
        peer.send(". 2:0 ack 2").expectNothing();

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s150BothMayCloseAtOnce() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");

        peer.send("F. 1:0 ack 1").expect(". 2:0 ack 2");
        peer.send(". 2:0 ack 2").expectNothing();

        assertThat(peer.layer.flowCount()).isEqualTo(1);
        peer.advanceMillis(60_000);
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s150FinThatAcknowledgesOursLeadsToTimeWaitAtOnce() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");

        peer.send("F. 1:0 ack 2").expect(". 2:0 ack 2");

        peer.send(". 2:0 ack 2").expectNothing();
        peer.advanceMillis(60_000);
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s150CrossingFinWithDataIsTakenAndAcknowledged() throws IOException {
        peer.stream.shutdownOutput();
        peer.expect("F. 1:0 ack 1");

        peer.send("FP. 1:100 ack 1").expect(". 2:0 ack 102");
        assertThat(peer.read(1, 200)).isEqualTo(100);
        assertThat(peer.read(101, 10)).isEqualTo(-1);

        peer.send(". 102:0 ack 2").expectNothing();
        peer.advanceMillis(60_000);
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s150CrossingFinBeforeOurDataIsAcknowledgedWaitsForAll() throws IOException {
        peer.write(100);
        peer.stream.shutdownOutput();
        peer.expect("P. 1:100 ack 1", "F. 101:0 ack 1");

        peer.send("F. 1:0 ack 1").expect(". 102:0 ack 2");
        peer.send(". 2:0 ack 101").expectNothing();
        assertThat(peer.probe().state()).isEqualTo(TcpState.CLOSING);
        peer.send(". 2:0 ack 102").expectNothing();

        peer.advanceMillis(60_000);
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s151FinFollowsAllData() {
        peer.write(15_000);
        peer.stream.close();
        peer.expect(SenderScript.segments(0, 10));

        peer.send(". 1:0 ack 10001");
        peer.expect(
                ". 10001:1000 ack 1",
                ". 11001:1000 ack 1",
                ". 12001:1000 ack 1",
                ". 13001:1000 ack 1",
                "FP. 14001:1000 ack 1");
        peer.send(". 1:0 ack 15001").expectNothing();
        assertThat(peer.probe().state()).isEqualTo(TcpState.FIN_WAIT_1);
        peer.send(". 1:0 ack 15002").expectNothing();
        assertThat(peer.probe().state()).isEqualTo(TcpState.FIN_WAIT_2);
        peer.send("F. 1:0 ack 15002").expect(". 15002:0 ack 2");
    }

    /** The first repetition is the tail loss probe in the timer's place (RFC 8985 7.2). */
    @Test
    void s152LostFinIsRepeated() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");

        peer.expectAfter(200, "F. 1:0 ack 1");
        peer.expectAfter(200, "F. 1:0 ack 1");
        peer.expectAfter(400, "F. 1:0 ack 1");
        peer.expectAfter(800, "F. 1:0 ack 1");
        peer.send(". 1:0 ack 2").advanceMillis(59_999).expectNothing();
        assertThat(peer.layer.flowCount()).isEqualTo(1);
    }

    @Test
    void s152LostFinBehindDataIsRepeatedAlone() {
        peer.write(10);
        peer.stream.close();
        peer.expect("P. 1:10 ack 1", "F. 11:0 ack 1");

        peer.send(". 1:0 ack 11").expectNothing();

        peer.expectAfter(200, "F. 11:0 ack 1");
    }

    @Test
    void s153CloseWithUnreadDataResets() {
        peer.send("P. 1:10 ack 1");

        peer.stream.close();

        peer.expect("R. 1:0 ack 11");
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s153ResetsHaveTimestampsWhereSegmentsHave() {
        for (int linger : new int[] {-1, 0}) {
            ScriptedPeer stamped = new ScriptedPeer(ScriptedPeer.config().timestamps(true))
                    .establish(65_535, "<mss 1000,sackOK,ts 5 0,ws 7>");
            stamped.stream.option(StandardSocketOptions.SO_LINGER, linger);
            stamped.send("P. 1:10 ack 1 <ts 6 0>");

            stamped.stream.close();

            stamped.expect("R. 1:0 ack 11 <ts 6>");
        }
    }

    @Test
    void s154DataAfterCloseResetsButNotAfterShutdownOutput() throws IOException {
        peer.stream.shutdownOutput();
        peer.expect("F. 1:0 ack 1");
        peer.send(". 1:0 ack 2", "P. 1:10 ack 2");
        assertThat(peer.read(1, 100)).isEqualTo(10);
        peer.expectAfter(40, ". 2:0 ack 11");

        peer.stream.close();
        peer.send("P. 11:10 ack 2").expect("R. 2:0 ack 11");

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s155OrphanInFinWait2EndsSilently() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");
        peer.send(". 1:0 ack 2");

        peer.advanceMillis(59_999);
        assertThat(peer.layer.flowCount()).isEqualTo(1);
        peer.advanceMillis(1);

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s155OrphanWhosePeerIsSilentGivesUpEarlier() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");

        peer.expectAfter(200, "F. 1:0 ack 1");
        for (int i = 0; i < 8; i++) {
            peer.expectAfter(200L << i, "F. 1:0 ack 1");
        }
        peer.expectAfter(200L << 8, "R. 2:0 ack 1");

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s156LingerZeroResets() {
        peer.stream.option(StandardSocketOptions.SO_LINGER, 0);
        peer.write(100);
        peer.expect("P. 1:100 ack 1");

        peer.stream.close();

        // At SND.NXT, so that it is believed whether or not the data has arrived.
        peer.expect("R. 101:0 ack 1");
        assertThat(peer.layer.flowCount()).isZero();
        peer.advanceMillis(10_000).expectNothing();
    }

    @Test
    void s156LingerZeroResetsAfterWhatWasWrittenAsIfItHadGoneAtOnce() {
        peer.stream.option(StandardSocketOptions.SO_LINGER, 0);

        peer.inOneTurn(() -> {
            peer.write(100);
            peer.stream.close();
        });

        peer.expect("P. 1:100 ack 1", "R. 101:0 ack 1");
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s157TimeWaitIgnoresResetsAndAnswersWhatIsLeft() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");
        peer.send("F. 1:0 ack 2").expect(". 2:0 ack 2");

        peer.send("R. 2:0 ack 2").expectNothing();
        peer.advanceMillis(30_000).send("F. 1:0 ack 2").expect(". 2:0 ack 2");
        peer.send("P. 5:10 ack 2").expect(". 2:0 ack 2");
        peer.send(". 100:10 ack 2").expect(". 2:0 ack 2");
        peer.advanceMillis(59_999);
        assertThat(peer.layer.flowCount()).isEqualTo(1);
        peer.advanceMillis(1);

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void s158OnlyTheExactResetIsBelieved() {
        peer.send("R 300001:0").expectNothing();
        peer.send("R 500:0").expect(". 1:0 ack 1");
        peer.send("R 500:0").expectNothing();
        peer.advanceMillis(500).send("R 500:0").expect(". 1:0 ack 1");

        peer.send("R 1:0");

        assertThat(peer.layer.flowCount()).isZero();
        assertThatThrownBy(() -> peer.stream.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThatThrownBy(() -> peer.stream.write(ByteBuffer.allocate(1))).hasMessage("Broken pipe");
    }

    @Test
    void s159SynInAConnectionIsChallenged() {
        peer.send("S 0:0").expect(". 1:0 ack 1");
        peer.send("S 5:0").expectNothing();
        peer.advanceMillis(500).send("S 5000:0").expect(". 1:0 ack 1");

        assertThat(peer.stream.readiness() & Endpoint.FAILED).isZero();
    }

    @Test
    void s160ResetIsToldAfterTheDataBeforeIt() {
        peer.send("P. 1:10 ack 1", "R. 11:0 ack 1");

        assertThat(peer.read(1, 4)).isEqualTo(4);
        assertThat(peer.read(5, 10)).isEqualTo(6);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> peer.stream.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void writeToAPeerThatIsGoneBreaksThePipe() {
        peer.send("F. 1:0 ack 1").expect(". 1:0 ack 2");
        peer.write(10);
        peer.expect("P. 1:10 ack 2");
        peer.send("R 2:0");

        assertThat(peer.read(1, 10)).isEqualTo(-1);
        assertThatThrownBy(() -> peer.stream.write(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    @Test
    void closedEndpointRefusesEverything() {
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");

        assertThat(peer.stream.isOpen()).isFalse();
        assertThat(peer.stream.readiness()).isEqualTo(TcpEndpoint.EVERY_BIT);
        assertThatThrownBy(() -> peer.stream.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed");
        peer.stream.close();
    }

    @Test
    void addressThatGoesTakesItsConnectionsAlong() {
        peer.ip.routed = false;

        peer.layer.onAddressesChanged(peer.now);
        peer.endTurn();

        assertThat(peer.layer.flowCount()).isZero();
        assertThatThrownBy(() -> peer.stream.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessageContainingAll("Network is unreachable", "was taken away", "connect again");
    }
}
