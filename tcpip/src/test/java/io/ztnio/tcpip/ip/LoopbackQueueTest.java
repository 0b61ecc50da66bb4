package io.ztnio.tcpip.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopbackQueueTest {
    @ParameterizedTest
    @CsvSource({"60000, 69", "20, 8192"})
    void whatTheStackSendsToItselfIsBoundedInBytesAndPackets(int length, int most) {
        DropCounters drops = new DropCounters();
        LoopbackQueue queue = new LoopbackQueue(drops);

        for (int i = 0; i < 10_000; i++) {
            queue.offer(null, new byte[length], 0, length);
        }

        assertThat(queue.count()).isEqualTo(most);
        assertThat(drops.value(DropReason.LOOPBACK_FULL)).isEqualTo(10_000 - most);
    }
}
