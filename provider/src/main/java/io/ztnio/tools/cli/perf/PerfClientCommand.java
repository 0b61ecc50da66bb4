package io.ztnio.tools.cli.perf;

import io.ztnio.tools.cli.command.CountText;
import io.ztnio.tools.cli.command.DurationText;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.command.PatientLookup;
import io.ztnio.tools.cli.command.PortText;
import io.ztnio.tools.cli.command.SecondsText;
import io.ztnio.tools.cli.perf.PerfClient.StreamResult;
import io.ztnio.tools.cli.perf.PerfRequest.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perf client}: one measurement, with iperf's option letters. */
@Command(name = "client", mixinStandardHelpOptions = true, description = "Measure towards a perf server.")
public final class PerfClientCommand implements Callable<Integer> {
    private static final int STREAM_LENGTH = 128 * 1024;
    private static final int DATAGRAM_LENGTH = 1200;
    private static final int ROUND_TRIP_LENGTH = 64;
    private static final String DATAGRAM_RATE = "10M";
    private static final double MAX_SECONDS = 365 * 86_400;

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Parameters(paramLabel = "HOST", description = "The server's address.")
    private String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            converter = PortText.Remote.class,
            defaultValue = PerfCommand.DEFAULT_PORT,
            description = "The server's port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = {"-t", "--time"},
            paramLabel = "SECONDS",
            converter = SecondsText.class,
            defaultValue = "10",
            description = "Measured time (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            converter = SecondsText.class,
            defaultValue = "0",
            description = "Time before it that is not measured (default: ${DEFAULT-VALUE}).")
    private double warmUpSeconds;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "SECONDS",
            converter = SecondsText.class,
            defaultValue = "1",
            description = "Between interim reports (default: ${DEFAULT-VALUE}).")
    private double intervalSeconds;

    @Option(
            names = {"-P", "--parallel"},
            paramLabel = "STREAMS",
            converter = CountText.Positive.class,
            defaultValue = "1",
            description = "Parallel streams (default: ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(
            names = {"-R", "--reverse"},
            description = "The server sends.")
    private boolean reverse;

    @Option(
            names = {"-u", "--udp"},
            description = "UDP.")
    private boolean udp;

    @Option(names = "--rr", description = "Requests and responses: latency.")
    private boolean roundTrip;

    @Option(names = "--connect", description = "Connect and close, again and again: latency.")
    private boolean connect;

    @Option(
            names = {"-b", "--bitrate"},
            paramLabel = "RATE",
            description = "Limit of each stream's bits per second, e.g. 500K, 10M, 1G; 0 for none (default: none; UDP "
                    + DATAGRAM_RATE + ").")
    private String rate;

    @Option(
            names = {"-l", "--length"},
            paramLabel = "BYTES",
            description = "Of a write (default: 128 KiB), a datagram (1200) or a request (64).")
    private Integer length;

    @Option(
            names = {"-n", "--bytes"},
            paramLabel = "BYTES",
            description = "End a stream after so many bytes, e.g. 100M; with --connect after so many connects.")
    private String bytes;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "15s",
            converter = DurationText.class,
            description = "How long the host's name may take to be known (default: ${DEFAULT-VALUE}; the JDK remembers"
                    + " for 10 s that there is none).")
    private Duration timeout;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PerfRequest request = request();
        PrintWriter out = spec.commandLine().getOut();
        // The measurement is of one server: it is looked up once.
        InetSocketAddress server = new InetSocketAddress(
                PatientLookup.await(timeout, json.console()::info, () -> InetAddress.getByName(host)), port);
        if (warmUpSeconds > 0 && !json.enabled()) {
            out.printf(Locale.ROOT, "warm-up: the first %.1f s are not measured%n", warmUpSeconds);
            out.flush();
        }
        List<Map<String, Object>> intervals = new ArrayList<>();
        List<StreamResult> results = new PerfClient(server, request)
                .run(parallel, Math.max(1, (long) (intervalSeconds * 1000)), (from, to, count) -> {
                    double bitsPerSecond = count * 8 / (to - from);
                    intervals.add(Map.of("from", from, "to", to, "bytes", count, "bitsPerSecond", bitsPerSecond));
                    if (!json.enabled() && !roundTrip && !connect) {
                        out.printf(
                                Locale.ROOT,
                                "%6.1f-%.1f s  %s  %s%s%n",
                                from,
                                to,
                                bytes(count),
                                rate(bitsPerSecond),
                                from < warmUpSeconds ? "  (warm-up)" : "");
                        out.flush();
                    }
                });
        report(request, results, intervals, out);
        return 0;
    }

    private PerfRequest request() {
        Kind kind = kind();
        int defaultLength = roundTrip ? ROUND_TRIP_LENGTH : udp ? DATAGRAM_LENGTH : STREAM_LENGTH;
        if (!(seconds > 0 && seconds < MAX_SECONDS)
                || !(warmUpSeconds >= 0 && warmUpSeconds < MAX_SECONDS)
                || !(intervalSeconds > 0 && intervalSeconds < MAX_SECONDS)) {
            throw new ParameterException(spec.commandLine(), "-t, -i and --warmup must be positive, and under a year");
        }
        try {
            String wantedRate = rate != null ? rate : udp && !roundTrip ? DATAGRAM_RATE : "0";
            return new PerfRequest(
                    kind,
                    length == null ? defaultLength : length,
                    Duration.ofNanos((long) (warmUpSeconds * 1e9)),
                    Duration.ofNanos((long) (seconds * 1e9)),
                    bytes == null ? Long.MAX_VALUE : Quantity.parse(bytes),
                    Quantity.parse(wantedRate),
                    new SecureRandom().nextLong());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Kind kind() {
        if (connect) {
            if (roundTrip || reverse || udp || rate != null || length != null) {
                throw new ParameterException(spec.commandLine(), "--connect has no --rr, -R, -u, -b or -l");
            }
            return Kind.CONNECT;
        }
        if (roundTrip && reverse) {
            throw new ParameterException(spec.commandLine(), "--rr has no -R: it goes both ways");
        }
        if (udp) {
            return roundTrip ? Kind.DATAGRAM_ROUND_TRIP : reverse ? Kind.DATAGRAM_REVERSE : Kind.DATAGRAM;
        }
        return roundTrip ? Kind.STREAM_ROUND_TRIP : reverse ? Kind.STREAM_REVERSE : Kind.STREAM;
    }

    private void report(
            PerfRequest request, List<StreamResult> results, List<Map<String, Object>> intervals, PrintWriter out) {
        Map<String, Object> summary;
        String text;
        if (roundTrip || connect) {
            Latencies all = new Latencies();
            results.forEach(result -> all.addAll(result.latencies()));
            double measured = results.stream()
                    .mapToDouble(result -> result.latencies().measuredSeconds())
                    .max()
                    .orElse(0);
            summary = connect ? all.connectFields(measured) : all.fields(measured);
            text = String.format(
                    Locale.ROOT,
                    "%d %s, %.0f/s%s; µs: p50 %.1f, p90 %.1f, p99 %.1f, p99.9 %.1f, max %.1f",
                    all.count(),
                    connect ? "connects" : "round trips",
                    measured == 0 ? 0 : all.count() / measured,
                    connect ? "" : ", " + all.lost() + " lost",
                    all.percentileMicros(50),
                    all.percentileMicros(90),
                    all.percentileMicros(99),
                    all.percentileMicros(99.9),
                    all.percentileMicros(100));
        } else {
            Measurement sum = Measurement.sum(
                    results.stream().map(StreamResult::measurement).toList());
            summary = sum.fields(udp);
            summary.put(
                    "streams",
                    results.stream().map(r -> r.measurement().fields(udp)).toList());
            summary.put("intervals", intervals);
            text = String.format(
                    Locale.ROOT,
                    "total  %.2f s  %s  %s",
                    sum.nanos() / 1e9,
                    bytes(sum.bytes()),
                    rate(sum.bitsPerSecond()));
            if (udp) {
                text += String.format(
                        Locale.ROOT,
                        "  lost %d/%d (%.2f %%), %d reordered, jitter %.1f µs",
                        sum.lost(),
                        sum.sent(),
                        sum.lostPercent(),
                        sum.reordered(),
                        sum.jitterNanos() / 1000.0);
            }
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("kind", request.kind().name().toLowerCase(Locale.ROOT));
        object.put("parallel", parallel);
        object.put("warmUpSeconds", warmUpSeconds);
        object.putAll(summary);
        out.println(json.enabled() ? JsonOption.line(object) : text);
        out.flush();
    }

    private static String bytes(long count) {
        return String.format(Locale.ROOT, "%9.2f MB", count / 1e6);
    }

    private static String rate(double bitsPerSecond) {
        return String.format(Locale.ROOT, "%10.2f Mbit/s", bitsPerSecond / 1e6);
    }
}
