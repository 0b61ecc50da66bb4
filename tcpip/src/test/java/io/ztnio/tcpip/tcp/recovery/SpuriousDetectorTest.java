package io.ztnio.tcpip.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.buffer.MemoryShare;
import org.junit.jupiter.api.Test;

/** What the peer's reports of duplicates say about a loss episode. */
class SpuriousDetectorTest {
    @Test
    void manyRetransmissionsAreRememberedToo() {
        SpuriousDetector detector = new SpuriousDetector(MemoryShare.unlimited());
        detector.begin();
        for (int i = 0; i < 1000; i++) {
            detector.onRetransmitted(i * 1000L, i * 1000L + 1000, 0);
        }

        for (int i = 0; i < 999; i++) {
            assertThat(detector.onDuplicate(i * 1000L, i * 1000L + 1000)).isTrue();
        }
        assertThat(detector.isEveryRetransmissionDuplicate()).isFalse();
        detector.onDuplicate(999_000, 1_000_000);

        assertThat(detector.isEveryRetransmissionDuplicate()).isTrue();
    }
}
