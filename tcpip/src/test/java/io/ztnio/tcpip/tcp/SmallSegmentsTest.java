package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.tcp.config.ScenarioConfig;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.recovery.RecoveryProbe;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What many small segments in flight may cost, and what is left of them. */
@Tag("any-jdk")
class SmallSegmentsTest {
    private static final int MOST_SEGMENTS = 1 << 16;
    private static final int BYTES = 4 << 20;

    private ScriptedPeer peer;

    private static TcpConfig.Builder unlimited() {
        return ScenarioConfig.congestionControl(
                ScriptedPeer.config().initialBufferBytes(BYTES).maximumBufferBytes(8 << 20), NoCongestionControl::new);
    }

    private RecoveryProbe recovery() {
        return new RecoveryProbe(peer.probe().recovery());
    }

    private long used() {
        return peer.layer.budget().usedBytes();
    }

    /** As with CVE-2019-11479: a tiny MSS, and holes that stay. */
    @Test
    void tinyMssOfAPeerCostsLittleMemory() {
        peer = new ScriptedPeer(unlimited()).establish(8 << 20, "<mss 48,sackOK,ws 7>");
        peer.recording = false;
        peer.write(BYTES);
        peer.sack(1, "217-433 649-865 1081-" + BYTES);

        assertThat(recovery().segments()).isLessThanOrEqualTo(BYTES / 216 + 1);
        assertThat(used()).as("charged").isGreaterThan(BYTES + recovery().segments() * 64L);
        assertThat(used()).isLessThan(BYTES + (4 << 20));

        peer.ack(1 + BYTES).advanceMillis(11_000);
        assertThat(used()).as("idle").isZero();
    }

    @Test
    void oneByteWritesHaveAMostInFlight() {
        peer = new ScriptedPeer(unlimited()).establish(8 << 20);
        peer.recording = false;
        for (int i = 0; i < MOST_SEGMENTS + 5000; i++) {
            peer.write(1);
        }
        assertThat(recovery().segments()).isEqualTo(MOST_SEGMENTS);
        assertThat(peer.probe().sendNext() - peer.probe().una()).isEqualTo(MOST_SEGMENTS);

        peer.recording = true;
        peer.ack(1 + MOST_SEGMENTS / 2);

        // What waited goes in full segments.
        assertThat(peer.emitted).hasSize(5).first().isEqualTo(". 65537:1000 ack 1");
        peer.ack(1 + MOST_SEGMENTS + 5000).advanceMillis(11_000);
        assertThat(used()).isZero();
    }

    @Test
    void withoutMemoryAFewSegmentsAtATimeGetThrough() {
        peer = new ScriptedPeer(unlimited().memoryBytes(1 << 20)).establish(8 << 20);
        peer.recording = false;
        long start = peer.probe().una();
        int written = 0;
        for (int i = 0; i < 100_000 && written < 60_000; i++) {
            written += peer.write(1);
            if (i % 64 == 63) {
                assertThat(used()).isLessThanOrEqualTo(1 << 20);
            }
        }
        int most = recovery().segments();
        assertThat(most).isLessThan(16_385);

        for (int i = 0; i < 10_000 && peer.probe().una() != peer.probe().sendNext(); i++) {
            peer.ack(peer.probe().sendNext() - start + 1);
        }

        assertThat(peer.probe().una() - start).isEqualTo(written);
    }
}
