package io.ztnio.it.docs;

import java.util.List;
import java.util.Optional;

/** How each documented command is run: the first that fits counts. A command that none fits is an error of the test. */
public final class Handlings {
    private static final String PROVIDER = "ZeroTierSelectorProvider";
    private static final String IPV4 = "(\\d+\\.\\d+\\.\\d+\\.\\d+)";

    private static final List<Handling> ALL = List.of(
            // Not run.
            Handling.leaveOut("^mvn [^&]*$", "the build, which runs this test"),
            Handling.leaveOut("benchmarks\\.jar (-prof|')", "takes long; BenchmarksStartTest starts every benchmark"),
            Handling.leaveOut("benchmarks\\.jar -rf json", "takes long; BenchmarksStartTest starts every benchmark"),
            Handling.leaveOut("jmh\\.compare\\.Compare", "CompareTest runs it"),
            Handling.leaveOut("benchmarks\\.jar -l", "the benchmarks are built beside this module, and not before it"),
            // Run until the block ends.
            Handling.stay("^jwebserver", "http://127\\.0\\.0\\.1:5000/"),
            Handling.stay("ztnio\\.jar node --root", "network ([0-9a-f]{16}) is served", "NETWORK_ID"),
            Handling.stay("ztnio\\.jar node --join", "network [0-9a-f]{16} OK .*\\d+\\.\\d+\\.\\d+\\.\\d+/"),
            Handling.stay("expose .*--stack overlay", "node ([0-9a-f]{10})", "NODE_ID"),
            Handling.stay("ztnio\\.jar expose", "listening on .*?" + IPV4 + ":", "ADDRESS"),
            Handling.stay("ztnio\\.jar forward", "listening on 127\\.0\\.0\\.1:"),
            // Not an address of the host, which the status file names too.
            Handling.stay("Main perf server", "\"(10\\.\\d+\\.\\d+\\.\\d+)/", "ADDRESS"),
            Handling.stay("perf server", "listening"),
            // Run to their ends.
            Handling.run("ztnio\\.jar demo", "done +in"),
            Handling.run("idtool generate", " written"),
            Handling.run("ztnio\\.jar join", "network [0-9a-f]{16} OK"),
            Handling.run("planet (make|show)", "signature +by the update key"),
            Handling.run("^curl .*/status", "\"online\":true"),
            Handling.run("^curl .*/network/", "\"allowDNS\":true"),
            Handling.run("^curl .*/network", "\"status\":\"OK\""),
            Handling.run("^curl .*/metrics", "zt_num_networks 1"),
            Handling.run("^curl ", "shown by the documented server"),
            Handling.run("perf client .*(--rr|--connect)", "µs: p50"),
            Handling.run("perf client", "total .*Mbit/s"),
            Handling.run("com\\.example\\.App|app\\.jar", PROVIDER),
            Handling.run("^(echo|openssl) |^[a-z]+=", ""));

    private Handlings() {}

    /** A command behind the build of the jar that is tested. */
    public static String withoutBuild(String command) {
        return command.replaceFirst("^mvn [^&]* && ", "");
    }

    /** How to run a command; empty if nobody has said it. */
    public static Optional<Handling> of(String command) {
        return ALL.stream().filter(handling -> handling.isFor(command)).findFirst();
    }
}
