package io.ztnio.it.planet;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntBiFunction;
import org.assertj.core.api.SoftAssertions;

/** Figures of a planet, which are printed, and those among them that are not what they should be, which are kept for the end. */
final class Findings {
    private static final double PERCENT = 100.0;

    /** So many may be late, however few there are. */
    private static final int FEW = 2;

    /** Of fewer cases 95 of 100 are all. */
    private static final int ENOUGH_FOR_PERCENT = 20;

    final SoftAssertions softly = new SoftAssertions();
    private final PlanetSimulation planet;
    private final long seed;
    private final long beganMillis;

    Findings(PlanetSimulation planet, long seed) {
        this.planet = planet;
        this.seed = seed;
        beganMillis = planet.net.nowMillis();
    }

    void ready(String what, List<PlanetNode> nodes) {
        Figures figures = Figures.of(nodes, node -> node.readyMillis < 0 ? -1 : node.readyMillis - node.startedMillis);
        within(what + ", start to member", figures, 10_000, 25_000);
        softly.assertThat(nodes)
                .as("seed %d: online and member, %s", seed, what)
                .allMatch(node -> node.isOnline() && node.isReady());
    }

    /** After which time a frame that was sent since a moment had come, each way. */
    private static Figures recovery(List<Conversation> some, long start) {
        return Figures.of(some, each -> {
            long there = each.there.firstArrivalAfter(start);
            long back = each.back.firstArrivalAfter(start);
            return there < 0 || back < 0 ? -1 : Math.max(there, back);
        });
    }

    void within(String what, Figures figures, long mostMillis, long allMillis) {
        say("%s: %s", what, figures);
        if (figures.count() >= ENOUGH_FOR_PERCENT) {
            softly.assertThat(figures.percentile(95))
                    .as("seed %d: ms in 95 of 100 cases, %s", seed, what)
                    .isLessThanOrEqualTo(mostMillis);
        }
        softly.assertThat(figures.percentile(100))
                .as("seed %d: ms at most, %s", seed, what)
                .isLessThanOrEqualTo(allMillis);
    }

    /** How long after a moment each conversation was in touch, both ways. */
    void inTouch(String what, List<Conversation> some, long start, long mostMillis, long allMillis) {
        within(what, recovery(some, start), mostMillis, allMillis);
        List<Conversation> slow = some.stream()
                .filter(each -> recovery(List.of(each), start).percentile(100) > allMillis)
                .toList();
        softly.assertThat(slow).as("seed %d: out of touch, %s", seed, what).isEmpty();
    }

    void delivered(String what, List<Conversation> some, long start, double percent) {
        long end = planet.net.nowMillis() - 1_000;
        double share = PERCENT * arrived(some, start, end) / Math.max(1, sent(some, start, end));
        say("%s: %.1f %% of %d frames delivered", what, share, sent(some, start, end));
        softly.assertThat(share)
                .as("seed %d: percent delivered, %s", seed, what)
                .isGreaterThanOrEqualTo(percent);
    }

    private static int sent(List<Conversation> some, long start, long end) {
        return sum(some, (each, at) -> each.sentBetween(at, end), start);
    }

    static int arrived(List<Conversation> some, long start, long end) {
        return sum(some, (each, at) -> each.arrivedOf(at, end), start);
    }

    private static int sum(List<Conversation> some, ToIntBiFunction<Conversation.Direction, Long> count, long start) {
        return some.stream()
                .mapToInt(each -> count.applyAsInt(each.there, start) + count.applyAsInt(each.back, start))
                .sum();
    }

    /** Who can be direct is, and nobody says so who cannot. */
    void direct(String what) {
        direct(what, 99);
    }

    void direct(String what, double percent) {
        List<Conversation> able =
                planet.talks.all.stream().filter(Conversation::canBeDirect).toList();
        List<Conversation> relayed = new ArrayList<>(able);
        relayed.removeIf(Conversation::isDirect);
        say("%s: %d of %d that can be are direct", what, able.size() - relayed.size(), able.size());
        softly.assertThat(relayed)
                .as("seed %d: not direct, %s", seed, what)
                .hasSizeLessThanOrEqualTo(Math.max(FEW, (int) (able.size() * (PERCENT - percent) / PERCENT)));
        softly.assertThat(planet.talks.all)
                .as("seed %d: direct against all NATs, %s", seed, what)
                .allMatch(each -> each.canBeDirect() || each.isRelayed());
    }

    double perMember(long count) {
        return (double) count / planet.members.size();
    }

    void atMost(String what, double value, double most) {
        say("%s: %.1f", what, value);
        softly.assertThat(value).as("seed %d: %s", seed, what).isLessThanOrEqualTo(most);
    }

    void say(String format, Object... arguments) {
        double cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
        String line = String.format(Locale.ROOT, format, arguments);
        System.out.printf(
                Locale.ROOT,
                "%6d s (processor %.1f s): %s%n",
                (planet.net.nowMillis() - beganMillis) / 1000,
                cpu,
                line);
    }
}
