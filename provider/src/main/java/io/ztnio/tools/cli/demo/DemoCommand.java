package io.ztnio.tools.cli.demo;

import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.CountText;
import io.ztnio.tools.cli.command.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: proves on one machine what the README promises. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Run a private planet, an HTTP server and an HTTP client, each in a JVM of its own, on the loopback "
                        + "interface, and transfer a file both ways over IPv4 and IPv6.")
public final class DemoCommand implements Callable<Integer> {
    /** Of the JDK; the rest of ztnio needs none. */
    private static final List<String> MODULES = List.of("java.net.http", "jdk.httpserver");

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--size",
            paramLabel = "MEGABYTES",
            converter = CountText.Positive.class,
            defaultValue = "100",
            description = "Size of the file (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (MODULES.stream()
                .anyMatch(name -> ModuleLayer.boot().findModule(name).isEmpty())) {
            throw new CommandFailure(
                    "the demo needs the modules " + String.join(" and ", MODULES) + ", which this Java runtime lacks");
        }
        PrintWriter out = spec.commandLine().getOut();
        long startNanos = System.nanoTime();
        Path directory = Files.createTempDirectory("ztnio-demo");
        Thread cleaner = new Thread(() -> delete(directory), "demo-cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            boolean terminal = Ansi.AUTO.enabled() && !json.enabled();
            Demo demo = new Demo(
                    spec.root().userObject().getClass(),
                    directory,
                    megabytes * 1_000_000L,
                    line -> {
                        if (!json.enabled()) {
                            out.println(line);
                            out.flush();
                        }
                    },
                    new ProgressBar(out, terminal));
            demo.run();
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            if (json.enabled()) {
                out.println(JsonOption.line(fields(demo, seconds)));
            } else {
                out.printf(Locale.ROOT, "done        in %.1f s%n", seconds);
            }
            if (!demo.succeeded()) {
                throw new CommandFailure("not every transfer arrived as it was sent");
            }
            return 0;
        } finally {
            delete(directory);
            Runtime.getRuntime().removeShutdownHook(cleaner);
        }
    }

    private static Map<String, Object> fields(Demo demo, double seconds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("succeeded", demo.succeeded());
        fields.put("seconds", seconds);
        fields.put("transfers", demo.transfers().stream().map(Transfer::fields).toList());
        fields.put(
                "hops",
                demo.hops().stream()
                        .map(hop ->
                                Map.of("from", hop.from(), "to", hop.to(), "direct", hop.direct(), "path", hop.path()))
                        .toList());
        return fields;
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("could not delete " + directory + ": " + e.getMessage());
        }
    }
}
