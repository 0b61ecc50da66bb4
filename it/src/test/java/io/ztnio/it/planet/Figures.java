package io.ztnio.it.planet;

import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** How long something took in each of many cases, in milliseconds; that it never was is longer than anything. Immutable. */
final class Figures {
    private final long[] sorted;

    private Figures(long[] sorted) {
        this.sorted = sorted;
    }

    /** @param millis negative for never */
    static <T> Figures of(List<T> cases, ToLongFunction<T> millis) {
        long[] values = cases.stream()
                .mapToLong(millis)
                .map(value -> value < 0 ? Long.MAX_VALUE : value)
                .sorted()
                .toArray();
        return new Figures(values);
    }

    int count() {
        return sorted.length;
    }

    /** What so many percent of the cases did not exceed. */
    long percentile(double percent) {
        int index = (int) Math.ceil(sorted.length * percent / 100) - 1;
        return sorted.length == 0 ? Long.MAX_VALUE : sorted[Math.max(0, index)];
    }

    @Override
    public String toString() {
        return count() + " cases: half within " + seconds(50) + ", 90 % within " + seconds(90) + ", 99 % within "
                + seconds(99) + ", all within " + seconds(100);
    }

    private String seconds(double percent) {
        long millis = percentile(percent);
        return millis == Long.MAX_VALUE ? "no time" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
