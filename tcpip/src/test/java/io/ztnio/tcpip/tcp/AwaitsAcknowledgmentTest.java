package io.ztnio.tcpip.tcp;

import static io.ztnio.tcpip.tcp.ScriptedPeer.OFFER;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When TCP would send something again. */
@Tag("any-jdk")
class AwaitsAcknowledgmentTest extends SenderScript {
    private boolean awaits() {
        return peer.layer.awaitsAcknowledgment();
    }

    @Test
    void whatIsSentIsAwaitedUntilItIsAcknowledged() {
        withoutProbes();
        peer.establish(65_535, OFFER, 1);
        assertThat(awaits()).as("before anything is sent").isFalse();

        peer.write(1000);
        peer.expect("P. 1:1000 ack 1");
        assertThat(awaits()).isTrue();

        peer.ack(1001).expectNothing();
        assertThat(awaits()).as("when all is acknowledged").isFalse();
    }

    @Test
    void roomAtThePeerIsNotAwaited() {
        withoutProbes();
        peer.establish(65_535, OFFER, 1);
        peer.send(". 1:0 ack 1 win 0").expectNothing();

        peer.write(1000);

        peer.expectNothing();
        assertThat(awaits()).isFalse();
    }
}
