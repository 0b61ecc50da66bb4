package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

/** To whom the end of a connection is told, and how often: as between two sockets of Linux. */
@AtEverySequenceStart
class FailureTest {
    private static ByteBuffer one() {
        return ByteBuffer.allocate(1);
    }

    @Test
    void aTimeOutIsReadOnceAndThenTheEnd() throws IOException {
        ScriptedPeer peer = timedOut();

        assertThatThrownBy(() -> peer.stream.read(one()))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
        assertThat(peer.stream.read(one())).isEqualTo(-1);
        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Broken pipe");
    }

    @Test
    void aTimeOutThatAWriteWasToldIsTheEndForReads() throws IOException {
        ScriptedPeer peer = timedOut();

        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Connection timed out");
        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Broken pipe");
        assertThat(peer.stream.read(one())).isEqualTo(-1);
    }

    @Test
    void aResetIsReadEachTime() {
        ScriptedPeer peer = new ScriptedPeer().establish(65_535);
        peer.send("R 1:0");

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> peer.stream.read(one()))
                    .isExactlyInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Broken pipe");
    }

    @Test
    void aResetIsToldToTheFirstWriteUnlessItWasReadAndIsTheEndForReadsThen() throws IOException {
        ScriptedPeer peer = new ScriptedPeer().establish(65_535);
        peer.send("R 1:0");

        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Connection reset by peer");
        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Broken pipe");
        assertThat(peer.stream.read(one())).isEqualTo(-1);
        assertThat(peer.stream.read(one())).isEqualTo(-1);
    }

    @Test
    void aFailureOfAWriteThatIsTakenBackIsToldToTheNextReadOrWrite() {
        ScriptedPeer reset = new ScriptedPeer().establish(65_535);
        reset.send("R 1:0");
        ScriptedPeer timedOut = timedOut();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> reset.stream.write(one())).hasMessage("Connection reset by peer");
            reset.stream.retractFailure();
            assertThatThrownBy(() -> timedOut.stream.write(one())).hasMessage("Connection timed out");
            timedOut.stream.retractFailure();
        }

        assertThatThrownBy(() -> reset.stream.read(one())).hasMessage("Connection reset");
        assertThatThrownBy(() -> timedOut.stream.read(one())).hasMessage("Connection timed out");
    }

    @Test
    void whatAReadWasToldIsNotTakenBack() throws IOException {
        ScriptedPeer peer = new ScriptedPeer().establish(65_535);
        peer.send("R 1:0");
        assertThatThrownBy(() -> peer.stream.read(one())).hasMessage("Connection reset");
        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Broken pipe");

        peer.stream.retractFailure();

        assertThatThrownBy(() -> peer.stream.write(one())).hasMessage("Broken pipe");
    }

    private static ScriptedPeer timedOut() {
        ScriptedPeer peer = new ScriptedPeer().establish(65_535);
        peer.stream.option(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
        peer.stream.option(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
        peer.stream.option(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        peer.stream.option(StandardSocketOptions.SO_KEEPALIVE, true);
        return peer.advanceMillis(10_000);
    }
}
