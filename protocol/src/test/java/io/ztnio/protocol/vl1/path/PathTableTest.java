package io.ztnio.protocol.vl1.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bounded memory of paths. */
class PathTableTest {
    private static final InetSocketAddress REMOTE = new InetSocketAddress("81.1.1.1", 9993);

    @Test
    void pathTableIsBounded() {
        Counters counters = new Counters();
        PathTable paths = new PathTable(10, counters, new SplittableRandom(1));

        for (int port = 1; port <= 20; port++) {
            paths.obtain(0, new InetSocketAddress("81.1.1.1", port), port, 1);
        }

        assertThat(paths.size()).isEqualTo(10);
        assertThat(counters.dropped(DropReason.TABLE_FULL)).isEqualTo(10);
    }

    @Test
    void pathsOfSeveralSocketsToOneAddressAreDifferent() {
        PathTable paths = new PathTable(10, new Counters(), new SplittableRandom(1));

        Path first = paths.obtain(0, REMOTE, 1, 1);
        Path second = paths.obtain(1, REMOTE, 1, 1);

        assertThat(paths.find(0, REMOTE)).isSameAs(first);
        assertThat(paths.find(1, REMOTE)).isSameAs(second);
        assertThat(paths.find(2, REMOTE)).isNull();
    }

    @Test
    void idlePathsArePurged() {
        PathTable paths = new PathTable(10, new Counters(), new SplittableRandom(1));
        paths.obtain(0, REMOTE, 1, 1).lastReceiveMillis = 0;

        paths.purge(600_000);
        int kept = paths.size();
        paths.purge(600_001);

        assertThat(kept).isEqualTo(1);
        assertThat(paths.size()).isZero();
        assertThat(paths.find(0, REMOTE)).isNull();
    }

    @Test
    void aPeerThatComesFromEverNewAddressesDoesNotFillTheTable() {
        Counters counters = new Counters();
        PathTable paths = new PathTable(1_000, counters, new SplittableRandom(1));

        for (int port = 1; port <= 5_000; port++) {
            paths.obtain(0, new InetSocketAddress("66.6.6.6", port), 66, 1_000);
        }

        assertThat(paths.size()).isEqualTo(PathTable.MAX_NEW_OF_PEER);
        assertThat(paths.obtain(0, REMOTE, 1, 1_000)).isSameAs(paths.find(0, REMOTE));
        assertThat(counters.dropped(DropReason.RATE_LIMITED)).isEqualTo(5_000 - PathTable.MAX_NEW_OF_PEER);
    }
}
