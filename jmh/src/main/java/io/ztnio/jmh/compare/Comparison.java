package io.ztnio.jmh.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Two runs beside each other.
 *
 * @param pairs what both have measured in one unit, by name
 * @param alone what only one of them has, or has in another unit, and which
 */
record Comparison(List<Pair> pairs, List<String> alone) {
    Comparison {
        pairs = List.copyOf(pairs);
        alone = List.copyOf(alone);
    }

    static Comparison of(Map<String, Measured> before, Map<String, Measured> after) {
        List<Pair> pairs = new ArrayList<>();
        List<String> alone = new ArrayList<>();
        before.forEach((name, old) -> {
            Measured now = after.get(name);
            if (now == null) {
                alone.add(name + ": only before");
            } else if (!now.unit().equals(old.unit())) {
                alone.add(name + ": " + old.unit() + " before, " + now.unit() + " after");
            } else {
                pairs.add(new Pair(old, now));
            }
        });
        after.keySet().stream()
                .filter(name -> !before.containsKey(name))
                .forEach(name -> alone.add(name + ": only after"));
        return new Comparison(pairs, alone);
    }

    /** A table in Markdown. */
    String table() {
        StringBuilder text = new StringBuilder("""
                | | before | after | unit | speed, before = 1 | |
                | --- | --- | --- | --- | --- | --- |
                """);
        for (Pair pair : pairs) {
            text.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %s | %s | %s | %s | %s |%n",
                    pair.name(),
                    withError(pair.before().score(), pair.before().error()),
                    withError(pair.after().score(), pair.after().error()),
                    pair.before().unit(),
                    withError(pair.speed(), pair.error()),
                    pair.verdict()));
        }
        alone.forEach(what -> text.append(what).append(System.lineSeparator()));
        return text.toString();
    }

    private static String withError(double value, double error) {
        return short4(value) + (Double.isNaN(error) ? "" : " ± " + short4(error));
    }

    /** Four digits, and no exponent. */
    private static String short4(double value) {
        int behind = value == 0 ? 0 : Math.max(0, 3 - (int) Math.floor(Math.log10(Math.abs(value))));
        return String.format(Locale.ROOT, "%." + Math.min(behind, 9) + "f", value);
    }
}
