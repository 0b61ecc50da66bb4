package io.ztnio.protocol.vl1.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** The bounded memory of paths. */
class PathTableTest {
    private static final InetSocketAddress REMOTE = new InetSocketAddress("81.1.1.1", 9993);

    @Test
    void pathTableIsBounded() {
        Counters counters = new Counters();
        PathTable paths = new PathTable(10, counters);

        for (int port = 1; port <= 20; port++) {
            paths.obtain(0, new InetSocketAddress("81.1.1.1", port));
        }

        assertThat(paths.size()).isEqualTo(10);
        assertThat(counters.dropped(DropReason.TABLE_FULL)).isEqualTo(10);
    }

    @Test
    void pathsOfSeveralSocketsToOneAddressAreDifferent() {
        PathTable paths = new PathTable(10, new Counters());

        Path first = paths.obtain(0, REMOTE);
        Path second = paths.obtain(1, REMOTE);

        assertThat(paths.find(0, REMOTE)).isSameAs(first);
        assertThat(paths.find(1, REMOTE)).isSameAs(second);
        assertThat(paths.find(2, REMOTE)).isNull();
    }

    @Test
    void idlePathsArePurged() {
        PathTable paths = new PathTable(10, new Counters());
        paths.obtain(0, REMOTE).lastReceiveMillis = 0;

        paths.purge(600_000);
        int kept = paths.size();
        paths.purge(600_001);

        assertThat(kept).isEqualTo(1);
        assertThat(paths.size()).isZero();
    }
}
