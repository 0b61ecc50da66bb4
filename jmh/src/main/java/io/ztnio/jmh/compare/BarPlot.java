package io.ztnio.jmh.compare;

import java.util.List;
import java.util.Locale;

/** A drawing of how fast each benchmark is now, as SVG: bars from 1 to the left or right, and the errors as lines. */
final class BarPlot {
    private static final int NAMES = 380;
    private static final int BARS = 460;
    private static final int NUMBERS = 70;
    private static final int ROW = 24;
    private static final int BAR = 14;
    private static final int TOP = 44;
    private static final int BOTTOM = 12;
    /** What is further away from 1 is cut off. */
    private static final double FURTHEST = 8;

    private final List<Pair> pairs;
    private final String title;
    /** The end of the axis on both sides: so many times as fast, or as slow. */
    private final double end;

    private BarPlot(List<Pair> pairs, String title) {
        this.pairs = pairs;
        this.title = title;
        this.end = Math.min(
                FURTHEST, pairs.stream().mapToDouble(BarPlot::distance).max().orElse(1) * 1.05 + 0.1);
    }

    static String draw(List<Pair> pairs, String title) {
        return new BarPlot(pairs, title).svg();
    }

    private static double distance(Pair pair) {
        double error = Double.isNaN(pair.error()) ? 0 : pair.error();
        double fast = pair.speed() + error;
        double slow = pair.speed() - error;
        return Math.max(fast, slow > 0 ? 1 / slow : FURTHEST);
    }

    private String svg() {
        StringBuilder text = new StringBuilder();
        int height = TOP + pairs.size() * ROW + BOTTOM;
        int width = NAMES + BARS + NUMBERS;
        add(
                text,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
                width,
                height);
        add(text, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", width, height);
        add(text, "<text x=\"8\" y=\"18\" font-weight=\"bold\">%s</text>", escaped(title));
        for (double mark : new double[] {0.125, 0.25, 0.5, 0.8, 1, 1.25, 2, 4, 8}) {
            if (mark <= end && mark >= 1 / end) {
                add(
                        text,
                        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\"/>",
                        x(mark),
                        x(mark),
                        TOP - 6,
                        height - BOTTOM,
                        mark == 1 ? "#333" : "#ddd");
                add(
                        text,
                        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666\">%s</text>",
                        x(mark),
                        TOP - 10,
                        mark < 1 || mark == 1.25 ? String.valueOf(mark) : String.valueOf((int) mark));
            }
        }
        for (int i = 0; i < pairs.size(); i++) {
            row(text, pairs.get(i), TOP + i * ROW);
        }
        return text.append("</svg>\n").toString();
    }

    private void row(StringBuilder text, Pair pair, int y) {
        int middle = y + ROW / 2;
        double from = Math.min(x(1), x(pair.speed()));
        double to = Math.max(x(1), x(pair.speed()));
        add(text, "<text x=\"8\" y=\"%d\">%s</text>", middle + 4, escaped(pair.name()));
        add(
                text,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                from,
                middle - BAR / 2,
                to - from,
                BAR,
                colour(pair));
        if (!Double.isNaN(pair.error())) {
            add(
                    text,
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#333\"/>",
                    x(pair.speed() - pair.error()),
                    x(pair.speed() + pair.error()),
                    middle,
                    middle);
        }
        add(text, "<text x=\"%d\" y=\"%d\">%.2f</text>", NAMES + BARS + 12, middle + 4, pair.speed());
    }

    private static String colour(Pair pair) {
        return switch (pair.verdict()) {
            case FASTER -> "#3a8f4d";
            case SLOWER -> "#c0392b";
            case SAME, UNKNOWN -> "#b8b8b8";
        };
    }

    /** Twice as fast is as far from the middle as half as fast. */
    private double x(double speed) {
        double within = Math.max(1 / end, Math.min(end, speed));
        return NAMES + BARS / 2.0 * (1 + Math.log(within) / Math.log(end));
    }

    private static void add(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
