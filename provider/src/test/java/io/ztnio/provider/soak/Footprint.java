package io.ztnio.provider.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this process holds on to after a full collection: objects of ours that are made for a connection, heap, threads,
 * descriptors.
 *
 * @param instances by class
 */
record Footprint(Map<String, Long> instances, long heapBytes, int threads, long descriptors) {
    /** What there may be more of: what is under way at any moment. */
    private static final long SLACK_INSTANCES = 32;

    private static final int SLACK_THREADS = 4;
    private static final int SLACK_DESCRIPTORS = 4;
    private static final long SLACK_BYTES = 24L << 20;

    private static final Pattern ROW = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");
    private static final Pattern OF_CONNECTIONS = Pattern.compile(
            "io\\.ztnio\\.(provider\\.(channel|async|socket|dual|selector|usage)|tcpip\\.(tcp|buffer))\\..*");

    /** Collects, and looks. */
    static Footprint take() throws IOException, InterruptedException {
        Map<String, Long> instances = new TreeMap<>();
        long bytes = 0;
        Process histogram = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        "" + ProcessHandle.current().pid(),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = histogram.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    bytes += Long.parseLong(row.group(2));
                    if (OF_CONNECTIONS.matcher(row.group(3)).matches()) {
                        instances.put(row.group(3), Long.parseLong(row.group(1)));
                    }
                }
            }
        }
        if (histogram.waitFor() != 0 || bytes == 0) {
            throw new IOException("jcmd shows no histogram");
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return new Footprint(instances, bytes, Thread.getAllStackTraces().size(), open.count());
        }
    }

    /** What there is more of than before, beyond what may be: sentences. */
    List<String> surplusOver(Footprint before) {
        List<String> surplus = new ArrayList<>();
        instances.forEach((type, count) -> {
            long was = before.instances.getOrDefault(type, 0L);
            if (count > was + SLACK_INSTANCES) {
                surplus.add(count + " instances of " + type + ", not " + was);
            }
        });
        if (threads > before.threads + SLACK_THREADS) {
            surplus.add(threads + " threads, not " + before.threads);
        }
        if (descriptors > before.descriptors + SLACK_DESCRIPTORS) {
            surplus.add(descriptors + " descriptors, not " + before.descriptors);
        }
        if (heapBytes > before.heapBytes + SLACK_BYTES) {
            surplus.add(heapBytes + " bytes of heap, not " + before.heapBytes);
        }
        return surplus;
    }

    @Override
    public String toString() {
        return String.format(
                "%d objects of connections, %.1f MB of heap, %d threads, %d descriptors",
                instances.values().stream().mapToLong(Long::longValue).sum(), heapBytes / 1e6, threads, descriptors);
    }
}
