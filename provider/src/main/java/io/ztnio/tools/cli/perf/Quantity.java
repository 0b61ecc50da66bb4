package io.ztnio.tools.cli.perf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with the decimal suffixes K, M and G. */
final class Quantity {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})([KMG]?)");

    private Quantity() {}

    static long parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text + " is not a number, or one with K, M or G behind it");
        }
        long factor = switch (matcher.group(2)) {
            case "K" -> 1_000L;
            case "M" -> 1_000_000L;
            case "G" -> 1_000_000_000L;
            default -> 1L;
        };
        return Long.parseLong(matcher.group(1)) * factor;
    }
}
