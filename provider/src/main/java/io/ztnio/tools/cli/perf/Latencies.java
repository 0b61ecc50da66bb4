package io.ztnio.tools.cli.perf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times of round trips or connects: exact up to a million of them, then every second, fourth ... one. Thread: one client's. */
final class Latencies {
    private static final int CAPACITY = 1 << 20;
    private static final double NANOS_PER_MICRO = 1000;

    private long[] nanos = new long[1024];
    private int size;
    private int stride = 1;
    private long count;
    private long lost;
    private long totalNanos;

    void add(long elapsedNanos) {
        totalNanos += elapsedNanos;
        if (count++ % stride != 0) {
            return;
        }
        if (size == nanos.length) {
            if (size == CAPACITY) {
                thinOut();
            } else {
                nanos = Arrays.copyOf(nanos, 2 * size);
            }
        }
        nanos[size++] = elapsedNanos;
    }

    private void thinOut() {
        for (int i = 0; i < size / 2; i++) {
            nanos[i] = nanos[2 * i];
        }
        size /= 2;
        stride *= 2;
    }

    /** Adds time between two of them. */
    void addPause(long pauseNanos) {
        totalNanos += pauseNanos;
    }

    void addLost() {
        lost++;
    }

    /** Adds all of another client's. */
    void addAll(Latencies other) {
        for (int i = 0; i < other.size; i++) {
            add(other.nanos[i]);
        }
        // Those the other has not kept are counted, though not for the percentiles.
        count += other.count - other.size;
        lost += other.lost;
    }

    long count() {
        return count;
    }

    /** The time that was spent on them, which follow one another, and between them. */
    double measuredSeconds() {
        return totalNanos / 1e9;
    }

    long lost() {
        return lost;
    }

    /** The smallest time that {@code percent} of the round trips took no longer than; 0 if there was none. */
    double percentileMicros(double percent) {
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * size);
        return sorted[Math.max(0, rank - 1)] / NANOS_PER_MICRO;
    }

    Map<String, Object> connectFields(double seconds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("connects", count);
        fields.put("seconds", seconds);
        fields.put("perSecond", seconds <= 0 ? 0 : count / seconds);
        fields.put("latencyMicros", micros());
        return fields;
    }

    Map<String, Object> fields(double seconds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roundTrips", count);
        fields.put("lost", lost);
        fields.put("seconds", seconds);
        fields.put("perSecond", seconds <= 0 ? 0 : count / seconds);
        fields.put("latencyMicros", micros());
        return fields;
    }

    private Map<String, Object> micros() {
        Map<String, Object> micros = new LinkedHashMap<>();
        micros.put("min", percentileMicros(0));
        micros.put("p50", percentileMicros(50));
        micros.put("p90", percentileMicros(90));
        micros.put("p99", percentileMicros(99));
        micros.put("p99.9", percentileMicros(99.9));
        micros.put("max", percentileMicros(100));
        return micros;
    }
}
