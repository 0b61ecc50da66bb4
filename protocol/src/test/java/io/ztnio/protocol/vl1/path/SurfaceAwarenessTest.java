package io.ztnio.protocol.vl1.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** The bounded memory of how others see us. */
class SurfaceAwarenessTest {
    @Test
    void theOldestReportMakesRoom() {
        SurfaceAwareness surface = new SurfaceAwareness(false);

        for (int port = 1; port <= 300; port++) {
            Path path = new Path(0, new InetSocketAddress("81.1.1.1", port));
            surface.report(port, path, new InetSocketAddress("82.1.1.1", port), false, 0);
        }

        assertThat(surface.surfaces())
                .hasSize(256)
                .doesNotContain(new InetSocketAddress("82.1.1.1", 44))
                .contains(new InetSocketAddress("82.1.1.1", 45));
    }
}
