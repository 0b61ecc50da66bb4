package io.ztnio.tools.cli.control;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.tools.cli.command.JsonOption;
import io.ztnio.tools.cli.command.PortText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command for a node that runs. */
abstract class ControlCommand implements Callable<Integer> {
    @Mixin
    private JsonOption json;

    @Option(
            names = {"-D", "--home"},
            paramLabel = "DIRECTORY",
            description = "Home of the node that runs (ztnio.home, which is ~/.ztnio); one of ZeroTier One works too.")
    private String home;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "TCP port of its API, instead of what zerotier-one.port in the home says.",
            converter = PortText.Remote.class)
    private Integer port;

    @Option(
            names = {"-T", "--token"},
            paramLabel = "TOKEN",
            description = "Its token, instead of authtoken.secret in the home. Others can see a command line.")
    private String token;

    /** Asks and prints. */
    abstract void run(RunningNode node);

    @Override
    public final Integer call() {
        run(RunningNode.of(home(), port == null ? 0 : port, token));
        return 0;
    }

    /** The home that the options or the settings name. */
    final Path home() {
        if (home != null) {
            return Path.of(home);
        }
        ConfigLoader loader = ConfigLoader.ofProcess(warning -> {});
        // Settings of an overlay's node are none of this command's business.
        loader.override(ConfigKey.TRANSPORT, "zerotier", "command");
        return loader.load().home();
    }

    /** A result: lines for a person, or the node's answer as it came. */
    final void print(List<String> lines, String answer) {
        json.console().printLine(String.join(System.lineSeparator(), lines), answer);
    }

    /** A result whose JSON is made here. */
    final void print(List<String> lines, Object value) {
        try {
            print(lines, JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(value));
        } catch (IOException e) {
            throw new UncheckedIOException("plain values are JSON", e);
        }
    }

    /** Rows in columns that are as wide as they need to be; the first has the heads. */
    static List<String> table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> Arrays.setAll(
                widths, column -> Math.max(widths[column], row.get(column).length())));
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < widths.length; i++) {
                        line.append(String.format(Locale.ROOT, "%-" + Math.max(1, widths[i]) + "s  ", row.get(i)));
                    }
                    return line.toString().stripTrailing();
                })
                .collect(Collectors.toList());
    }
}
