package io.ztnio.protocol.vl1.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Whoever says how he sees us, and says much, displaces neither roots nor others. */
class SurfaceAwarenessTest {
    private static final InetSocketAddress SEEN = new InetSocketAddress("5.5.5.5", 9993);

    private final SurfaceAwareness surface = new SurfaceAwareness(false);

    private void report(long reporter, String from, InetSocketAddress seen, boolean trusted) {
        surface.report(reporter, new Path(0, new InetSocketAddress(from, 9993)), seen, trusted, 1000);
    }

    private static InetSocketAddress lie(int number) {
        return new InetSocketAddress("8.6." + (number >> 8) + "." + (number & 0xff), 1);
    }

    @Test
    void strangersFromEverNewAddressesDoNotDisplaceARoot() {
        report(1, "81.1.1.1", SEEN, true);

        for (int i = 0; i < 1000; i++) {
            report(100 + i, "66.6." + (i >> 8) + "." + (i & 0xff), lie(i), false);
        }

        assertThat(surface.surfaces()).startsWith(SEEN).hasSize(SurfaceAwareness.MAX_REPORTS + 1);
    }

    @Test
    void manyIdentitiesAtOneAddressDisplaceOnlyEachOther() {
        report(1, "81.1.1.1", SEEN, false);

        for (int i = 0; i < 1000; i++) {
            report(100 + i, "66.6.6.6", lie(i), false);
        }

        assertThat(surface.surfaces()).contains(SEEN, lie(999)).hasSize(SurfaceAwareness.MAX_OF_SOURCE + 1);
    }

    @Test
    void whoSaysMostMakesRoomWhenThereIsNone() {
        report(1, "81.1.1.1", SEEN, false);
        int sources = SurfaceAwareness.MAX_REPORTS / SurfaceAwareness.MAX_OF_SOURCE;

        for (int i = 0; i < SurfaceAwareness.MAX_REPORTS * 2; i++) {
            report(100 + i, "66.6.6." + i % sources, lie(i), false);
        }

        assertThat(surface.surfaces()).contains(SEEN).hasSize(SurfaceAwareness.MAX_REPORTS);
    }

    @Test
    void whenARootSaysSomethingNewWhatOthersSaidOfTheScopeGoes() {
        report(1, "81.1.1.1", SEEN, true);
        report(2, "82.1.1.1", lie(1), false);
        report(3, "83.1.1.1", lie(2), true);

        InetSocketAddress now = new InetSocketAddress("5.5.5.6", 9993);
        report(1, "81.1.1.1", now, true);

        assertThat(surface.surfaces()).containsExactly(now);
    }
}
