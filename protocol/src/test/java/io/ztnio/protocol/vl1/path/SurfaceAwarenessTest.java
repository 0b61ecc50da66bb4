package io.ztnio.protocol.vl1.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

    /** Against a list of all reports, looked through at each: who makes room is one of those that say most, with what he said first. */
    @Test
    void whoeverMakesRoomSaysMostAndForgetsWhatHeSaidFirst() {
        long seed = 20_261_130;
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> said = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            // Few sources say a lot, many little; some speak again.
            int reporter = random.nextInt(random.nextBoolean() ? 60 : 1_200);
            boolean known = said.remove((Integer) reporter);
            said.add(reporter);

            report(
                    100 + reporter,
                    "66.6." + (source(reporter) >> 8) + "." + (source(reporter) & 0xff),
                    lie(reporter),
                    false);

            List<InetSocketAddress> left = surface.surfaces();
            List<Integer> gone =
                    said.stream().filter(each -> !left.contains(lie(each))).toList();
            int most = said.stream().mapToInt(each -> count(said, each)).max().orElseThrow();
            boolean full = most > SurfaceAwareness.MAX_OF_SOURCE || said.size() > SurfaceAwareness.MAX_REPORTS;
            assertThat(gone).hasSize(full && !known ? 1 : 0);
            for (Integer each : gone) {
                assertThat(count(said, each)).isEqualTo(most);
                assertThat(said.stream()
                                .filter(other -> source(other) == source(each))
                                .findFirst())
                        .hasValue(each);
                said.remove(each);
            }
            assertThat(left)
                    .containsExactlyElementsOf(
                            said.stream().map(SurfaceAwarenessTest::lie).toList());
        }
    }

    private static int source(int reporter) {
        return reporter < 60 ? reporter % 5 : reporter / 3;
    }

    private static int count(List<Integer> said, int reporter) {
        return (int)
                said.stream().filter(each -> source(each) == source(reporter)).count();
    }
}
