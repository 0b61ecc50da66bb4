package io.ztnio.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.Bytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeEventTest {
    private static final long ADDRESS = 0x00e92ceee5L;

    @Test
    void addressesAreWrittenInTenHexadecimalDigits() {
        for (NodeEvent event : List.of(
                new NodeEvent.UserMessage(ADDRESS, 7, Bytes.of(new byte[3])),
                new NodeEvent.PeerDirect(ADDRESS, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9993)),
                new NodeEvent.PeerRelayed(ADDRESS))) {
            assertThat(event.toString()).contains("00e92ceee5").doesNotContain(Long.toString(ADDRESS));
        }
    }
}
