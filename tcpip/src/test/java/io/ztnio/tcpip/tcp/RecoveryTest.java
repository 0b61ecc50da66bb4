package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Growth of the congestion window: scenarios of group G. */
class RecoveryTest {
    private ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    /** Establishes, writes {@code written} full segments and takes note of the first window of them. */
    private void sendSegments(int written, String offer) {
        peer.establish(4_000_000, offer);
        assertThat(peer.write(written * 1000)).isEqualTo(written * 1000);
        assertThat(peer.emitted).hasSize(Math.min(10, written));
        peer.emitted.clear();
    }

    @Test
    void s124And125SlowStartDoublesPerRound() {
        sendSegments(100, OFFER);

        for (int i = 1; i <= 10; i++) {
            peer.send(". 1:0 ack " + (1 + 1000 * i) + " win 4000000");
        }

        assertThat(peer.emitted).hasSize(20);
        peer.emitted.clear();
    }

    @Test
    void s126WindowThatIsNotUsedDoesNotGrow() {
        peer.establish(4_000_000);
        for (int i = 0; i < 20; i++) {
            peer.write(1000);
            peer.send(". 1:0 ack " + (1001 + 1000 * i) + " win 4000000");
        }
        peer.emitted.clear();

        peer.write(50_000);

        assertThat(peer.emitted).hasSize(10);
        peer.emitted.clear();
    }
}
