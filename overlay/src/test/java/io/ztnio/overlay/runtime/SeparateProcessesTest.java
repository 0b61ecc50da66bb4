package io.ztnio.overlay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.socket.OverlayStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes in JVMs of their own, over UDP: {@code -Dztnio.test.processes} of them, 3 unless said. */
@Tag("any-jdk")
class SeparateProcessesTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final int PROCESSES = Integer.getInteger("ztnio.test.processes", 3);

    @Test
    @Timeout(300)
    void allMeetAllAndStreamsRun() throws Exception {
        List<ChildProcess> children = new ArrayList<>();
        try (OverlayNode node = OverlayNode.start(OverlayConfig.builder()
                .bind(List.of(InetAddress.getLoopbackAddress()))
                .build())) {
            OverlayNetwork network =
                    node.join(NETWORK, NetworkAccess.builder().key(KEY).build());
            String peer = "127.0.0.1:" + node.localAddresses().get(0).getPort();
            for (int i = 0; i < PROCESSES; i++) {
                children.add(new ChildProcess(
                        EchoNode.class, peer, HexFormat.of().toHexDigits(NETWORK), KEY, Integer.toString(PROCESSES)));
            }
            byte[] data = new byte[100_000];
            new SplittableRandom(1).nextBytes(data);
            for (ChildProcess child : children) {
                String line = child.readLine();
                assertThat(line).startsWith("met ");
                long id = Long.parseLong(line.substring(4), 16);
                try (OverlayStream stream = network.connect(id, 7, Duration.ofSeconds(60))) {
                    stream.output().write(data);
                    stream.shutdownOutput();
                    assertThat(stream.input().readAllBytes()).isEqualTo(data);
                }
            }
        } finally {
            for (ChildProcess child : children) {
                child.close();
            }
        }
    }
}
