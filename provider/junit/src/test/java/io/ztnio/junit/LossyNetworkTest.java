package io.ztnio.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
@Tag("any-jdk")
class LossyNetworkTest {
    @RegisterExtension
    final ZeroTierExtension lossy =
            ZeroTierExtension.with(new Conditions(0.05, Duration.ofMillis(1), Duration.ofMillis(1), 4711));

    @Test
    void aLossyNetworkLosesDatagrams(DatagramChannel from, @OnNode(1) DatagramChannel to, @OnNode(1) InetAddress target)
            throws Exception {
        to.bind(new InetSocketAddress(target, 0));
        to.configureBlocking(false);
        int sent = 0;
        int received = 0;
        ByteBuffer buffer = ByteBuffer.allocate(1);
        // Until one is lost that was followed by one that was not; with 5 % that is soon.
        while (received == 0 || sent == received) {
            from.send(ByteBuffer.allocate(1), to.getLocalAddress());
            sent++;
            while (to.receive(buffer.clear()) != null) {
                received++;
            }
            assertThat(sent).isLessThan(100_000);
        }
    }
}
