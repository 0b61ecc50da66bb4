package io.ztnio.jmh.compare;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What JMH has measured of one benchmark with one set of parameters.
 *
 * @param name class, method and parameters
 * @param higherIsBetter whether it counts operations in a time, and not the time of one
 * @param score the mean
 * @param error half the width of the interval that holds the true mean with a probability of 99.9 %; NaN if that is not known
 * @param unit such as {@code us/op}
 */
record Measured(String name, boolean higherIsBetter, double score, double error, String unit) {
    private static final String THROUGHPUT = "thrpt";

    /**
     * Reads what {@code -rf json} has written.
     *
     * @throws IOException if the file cannot be read, or is something else
     */
    static Map<String, Measured> read(Path file) throws IOException {
        Map<String, Measured> all = new TreeMap<>();
        try {
            for (Object entry : JSON.std.listFrom(Files.readString(file))) {
                Measured measured = of((Map<?, ?>) entry);
                all.put(measured.name, measured);
            }
        } catch (ClassCastException | NullPointerException | NumberFormatException e) {
            throw new IOException(file + " is not a result of JMH in JSON (-rf json)", e);
        }
        return all;
    }

    private static Measured of(Map<?, ?> entry) {
        String benchmark = (String) entry.get("benchmark");
        Map<?, ?> metric = (Map<?, ?>) entry.get("primaryMetric");
        List<String> name = new ArrayList<>();
        // The package says nothing that the class does not.
        name.add(benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1));
        if (entry.get("params") instanceof Map<?, ?> params) {
            params.forEach((key, value) -> name.add(key + "=" + value));
        }
        return new Measured(
                String.join(" ", name),
                THROUGHPUT.equals(entry.get("mode")),
                number(metric.get("score")),
                number(metric.get("scoreError")),
                (String) metric.get("scoreUnit"));
    }

    /** JMH writes what is no number as a string. */
    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.parseDouble((String) value);
    }
}
