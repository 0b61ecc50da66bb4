package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.transport.DatagramTransport;
import io.ztnio.protocol.transport.UdpOffload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OffloadWarningTest {
    /** Whether there is any depends on the JDK and on who built the classes. */
    @ParameterizedTest
    @EnumSource(UdpOffload.class)
    void offloadThatIsAskedForAndMissingIsSaid(UdpOffload offload) throws IOException {
        List<InetSocketAddress> bind = List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (RecordedLog log = RecordedLog.of("io.ztnio.transport");
                DatagramTransport transport = DatagramTransport.open(SelectorProvider.provider(), bind, offload)) {
            boolean missing =
                    offload == UdpOffload.ON && !transport.description().contains("segmentation offload");

            assertThat(log.messages(System.Logger.Level.WARNING)).hasSize(missing ? 1 : 0);
        }
    }
}
